"""The flows of a given layout written for HiGHS: everybody stays at a home, but for the shares that move from there to another site.

volume[s] = external[s] * offers[s] + sum of the cases of the areas at home at s + sum over moves to s of cases * share - sum over moves from s of cases * share

An area with one other site needs no row, its share lies between 0 and 1; only the shares of an area with several add up to at most 1. Without a row for
each area the linear program is as small as the rows that tie areas together.
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
from solver.priced.written import elastic_columns

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Moves:
    """The moves of one stream: from ``home`` [n] the share in ``columns`` [moves] of an ``area`` [moves] goes to ``site`` [moves]; ``volumes`` [S] rows or -1,
    ``quantities`` rows."""

    home: Ints
    site: Ints
    area: Ints
    columns: Ints
    volumes: Ints
    quantities: Ints

    def shares(self, x: Floats) -> tuple[Ints, Ints, Floats]:
        """Where everybody goes, as (site, area, share); shares of next to nothing are left out."""
        moved = np.clip(x[self.columns], 0.0, 1.0)
        moved[moved <= 1e-9] = 0.0
        stays = 1.0 - np.bincount(self.area, moved, minlength=len(self.home))
        site = np.concatenate([self.home, self.site])
        area = np.concatenate([np.arange(len(self.home)), self.area])
        share = np.concatenate([np.where(stays > 1e-9, stays, 0.0), moved])
        used = np.flatnonzero(share)
        return site[used], area[used], share[used]


@dataclass(frozen=True)
class WrittenMoves:
    """The model and where its moves are; ``elastic`` says from which column on rows are missed at a price."""

    model: Model
    moves: tuple[Moves, ...]
    elastic: int


def write_moves(
    policy: Policy,
    streams: Sequence[Stream],
    homes: Sequence[Ints],
    pairs: Sequence[Bools],
    *,
    lower: Floats,
    upper: Floats,
    penalty: float,
) -> WrittenMoves:
    """Write the policy over ``streams`` with a home [n] for each area and moves to its other ``pairs`` [S,n]; rows may be missed at a ``penalty`` a case.

    ``lower``, ``upper`` [N] bounds of the face's columns, offers given by equal ones.
    """
    model = policy.model
    builder = Builder()
    builder.add_columns(lower, upper)
    entries = model.rows.tocoo()
    rows = model.rows.shape[0]
    builder.add_rows(entries.row, entries.col, entries.data, model.row_lower, model.row_upper, count=rows)
    moves = tuple(_write(builder, *each) for each in zip(streams, homes, pairs, strict=True))
    elastic = builder.columns
    cost = np.r_[model.cost, np.zeros(elastic - len(model.cost)), elastic_columns(builder, policy, penalty, None)]
    return WrittenMoves(builder.finish(cost, model.offset), moves, elastic)


def _write(builder: Builder, stream: Stream, home: Ints, held: Bools) -> Moves:
    n, S = len(stream.cases), len(stream.offer)
    everyone = np.arange(n)
    away = held.copy()
    away[home, everyone] = False
    site, area = np.nonzero(away)
    columns = builder.add_columns(0.0, 1.0, count=len(site)) + np.arange(len(site))
    several = np.flatnonzero(away.sum(axis=0) > 1)
    if len(several):
        row_of = np.full(n, -1)
        row_of[several] = np.arange(len(several))
        counted = np.flatnonzero(row_of[area] >= 0)
        builder.add_rows(row_of[area[counted]], columns[counted], 1.0, -np.inf, 1.0, count=len(several))
    volumes = np.full(S, -1)
    with_volume = np.flatnonzero(stream.volume != NO_COLUMN)
    if len(with_volume):
        row_of = np.full(S, -1)
        row_of[with_volume] = own = np.arange(len(with_volume))
        volumes[with_volume] = builder.rows + own
        at_home = np.bincount(home, stream.cases, minlength=S)[with_volume]
        block = Rows(len(with_volume)).add(own, stream.volume[with_volume], 1.0)
        block.add(own, stream.offer[with_volume], -stream.external[with_volume], stream.constant[with_volume])
        for at, sign in ((site, -1.0), (home[area], 1.0)):
            counted = np.flatnonzero(row_of[at] >= 0)
            block.add(row_of[at[counted]], columns[counted], sign * stream.cases[area[counted]])
        block.write(builder, at_home, at_home)
    quantities = builder.rows + np.arange(len(stream.quantities))
    for column, amount in stream.quantities:
        staying = float(amount[home, everyone].sum())
        gained = amount[site, area] - amount[home[area], area]
        Rows(1).add(0, column, 1.0).add(np.zeros(len(site), int), columns, -gained).write(builder, staying, staying)
    return Moves(home, site, area, columns, volumes, quantities)
