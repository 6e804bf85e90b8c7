"""A priced policy written for HiGHS: its own rows, and the shares of some pairs of area (or group) and site.

sum over s of share[a,s] = 1      share[a,s] <= offers[s]      volume[s] = external[s] * offers[s] + sum over a of cases[a] * share[a,s]
volume[s] <= (external[s] + most[s]) * offers[s]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.formulations.entries import NO_COLUMN, Rows
from solver.model import Builder, Model
from solver.priced.policy import Policy
from solver.priced.streams import Stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class WrittenPairs:
    """The model, and per stream that is written the rows [n] by which everybody is treated."""

    model: Model
    treated: tuple[Ints, ...]


def write_pairs(
    policy: Policy,
    streams: Sequence[Stream],
    pairs: Sequence[Bools],
    *,
    lower: Floats,
    upper: Floats,
    penalty: float | None = None,
    bendable: Bools | None = None,
    cost: Floats | None = None,
    among: Sequence[int] | None = None,
    integer: Bools | None = None,
    room: bool = False,
) -> WrittenPairs:
    """Write the policy over ``streams`` (the policy's, or groups of them) with the shares in ``pairs`` [S,n] each.

    ``lower``, ``upper`` [N] bounds of the face's columns; share <= offer and volume <= room are written for pairs whose offer is not given. With a
    ``penalty`` the ``bendable`` rows [rows] of the policy, all when left out, may be missed at so much a case. ``cost`` [N] takes the place of the
    policy's own. With ``among`` only these streams are written, and of the rows that speak of one pair only theirs.
    """
    model = policy.model
    written = list(range(len(streams))) if among is None else list(among)
    binds = np.isin(policy.row_stream, [-1, *written])
    builder = Builder()
    builder.add_columns(lower, upper, integer=model.integer if integer is None else integer)
    entries = model.rows.tocoo()
    row_lower, row_upper = np.where(binds, model.row_lower, -np.inf), np.where(binds, model.row_upper, np.inf)
    builder.add_rows(entries.row, entries.col, entries.data, row_lower, row_upper, count=model.rows.shape[0])
    treated = tuple(
        _write_stream(builder, streams[q], pairs[q], policy.most[q] if room else None, lower, upper) for q in written
    )
    cost = model.cost if cost is None else cost
    if penalty is not None:
        cost = np.r_[cost, np.zeros(builder.columns - len(cost)), elastic_columns(builder, policy, penalty, bendable)]
    return WrittenPairs(builder.finish(cost, model.offset), treated)


def _write_stream(
    builder: Builder, stream: Stream, held: Bools, most: Floats | None, lower: Floats, upper: Floats
) -> Ints:
    """Write a stream of which a pair treats at most so many cases [S]; [n] the rows by which everybody is treated."""
    site, area = np.nonzero(held)
    count, n, S = len(site), len(stream.cases), len(stream.offer)
    columns = builder.add_columns(0.0, 1.0, count=count) + np.arange(count)
    treated = builder.rows + np.arange(n)
    builder.add_rows(area, columns, 1.0, 1.0, 1.0, count=n)
    offer = stream.offer[site]
    loose = (offer != NO_COLUMN) & (lower[offer] < upper[offer])
    if loose.any():
        some = np.flatnonzero(loose)
        at = np.arange(len(some))
        rows = Rows(len(some)).add(at, columns[some], 1.0).add(at, offer[some], -1.0)
        rows.write(builder, -np.inf, 0.0)
    with_volume = np.flatnonzero(stream.volume != NO_COLUMN)
    if len(with_volume):
        row_of = np.full(S, -1)
        row_of[with_volume] = np.arange(len(with_volume))
        own = np.arange(len(with_volume))
        counted = np.flatnonzero(row_of[site] >= 0)
        rows = Rows(len(with_volume)).add(own, stream.volume[with_volume], 1.0)
        rows.add(own, stream.offer[with_volume], -stream.external[with_volume], stream.constant[with_volume])
        rows.add(row_of[site[counted]], columns[counted], -stream.cases[area[counted]])
        rows.write(builder, 0.0, 0.0)
        own_offer = stream.offer[with_volume]
        roomy = np.flatnonzero((own_offer != NO_COLUMN) & (lower[own_offer] < upper[own_offer]))
        if most is not None and len(roomy):
            s, at = with_volume[roomy], np.arange(len(roomy))
            room = Rows(len(s)).add(at, stream.volume[s], 1.0).add(at, stream.offer[s], -(most[s] + stream.external[s]))
            room.write(builder, -np.inf, 0.0)
    for column, amount in stream.quantities:
        rows = Rows(1).add(0, column, 1.0).add(np.zeros(count, int), columns, -amount[site, area])
        rows.write(builder, 0.0, 0.0)
    return treated


def elastic_columns(builder: Builder, policy: Policy, penalty: float, bendable: Bools | None) -> Floats:
    """Add a column for what each ``bendable`` row [rows] of the policy, all when left out, is missed by; [added columns] what a unit of each costs.

    ``penalty`` is the cost of a case missed, in the unit of the objective.
    """
    costs = [np.zeros(0)]
    model = policy.model
    m = model.rows.shape[0]
    may = np.ones(m, bool) if bendable is None else bendable
    below, above = (
        np.flatnonzero(np.isfinite(model.row_lower) & may),
        np.flatnonzero(np.isfinite(model.row_upper) & may),
    )
    counted = np.abs(model.rows.data) * np.where(policy.flow_columns[model.rows.indices], 1.0, np.inf)
    unit = np.full(m, np.inf)
    np.minimum.at(
        unit, np.repeat(np.arange(m), np.diff(model.rows.indptr)), np.nan_to_num(counted, nan=np.inf, posinf=np.inf)
    )
    of_a_site = np.mean([stream.cases.sum() for stream in policy.streams]) / max(1, len(policy.streams[0].offer))
    unit = np.where(np.isfinite(unit), unit, 1.0 / max(1.0, 10.0 * float(of_a_site)))
    for rows, sign in ((below, 1.0), (above, -1.0)):
        first = builder.add_columns(0.0, np.inf, count=len(rows))
        builder.add_entries(rows, first + np.arange(len(rows)), sign)
        costs.append(penalty / np.maximum(unit[rows], 1e-9))
    return np.concatenate(costs)
