"""The policy as a priced model sees it, read off the compiled face.

Rows that speak of one pair's offer and volume alone (capacity, volume norm of a site) say how many cases the pair treats where it is offered: they stay
inside the pricing problem of that pair. Every other row, whatever rule wrote it, gets a price. Numbers that look at inhabitants instead of patients (beyond,
covered) are rows over offers, so they are written here too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.behaviours import Steered
from solver.formulations.access import AccessPart
from solver.formulations.face import CompiledFace, implied_bounds
from solver.formulations.own_rows import OwnRows
from solver.formulations.stage import ALONG_THE_WAY, NO_COLUMN, NotWritten, Stage
from solver.landscape import Landscape
from solver.model import Builder, Model
from solver.priced.streams import Stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
PASSES = 8
"""Times that bounds are passed on from column to column."""


@dataclass(frozen=True)
class Policy:
    """Q streams over S sites, N columns of the face (and of what was written about inhabitants), R priced rows.

    ``model`` holds every row of the policy without the flows; ``priced`` [R] positions of those with a price. ``least``, ``most`` [Q,S] cases that go to a
    pair where it is offered, those from outside the data not counted; ``may_open``, ``may_close`` [Q,S].
    """

    model: Model
    streams: tuple[Stream, ...]
    priced: Ints
    least: Floats
    most: Floats
    may_open: Bools
    may_close: Bools
    flow_columns: Bools
    """[N] volumes and quantities that the flows define."""
    row_stream: Ints
    """[rows] the stream whose pair a row speaks of alone, -1 for priced rows."""

    @property
    def rows(self) -> sp.csr_array:
        """The priced rows."""
        return sp.csr_array(self.model.rows[self.priced])


def read_policy(land: Landscape, face: CompiledFace, objective: int = 0, *, undivided: bool = False) -> Policy:
    """Read the policy with one of its objectives as cost, with ``undivided`` also where areas are. Raises NotWritten, saying what it has no prices for."""
    builder = Builder()
    builder.add_columns(face.lower, face.upper, integer=face.integer)
    entries = face.rows.tocoo()
    builder.add_rows(entries.row, entries.col, entries.data, face.row_lower, face.row_upper, count=face.rows.shape[0])
    lower, upper = implied_bounds(face)
    streams = []
    for asked in face.asked:
        if asked.kind not in ("volume", "beyond", "covered", *ALONG_THE_WAY):
            raise NotWritten(f"{asked.kind} has no price")
    whole = face.integer & (face.lower < face.upper)
    whole[list(face.offers.values())] = False
    if whole.any():
        raise NotWritten("the policy has whole numbers other than offers, which have no price")
    for k, behaviour in enumerate(land.behaviours):
        if not isinstance(behaviour, Steered) or (behaviour.undivided and not undivided):
            raise NotWritten(f"care type {land.care_types[k]} is not steered with divisible flows")
        for t in range(land.shape[3]):
            stage = Stage.of(land, face, k, t, lower, upper)
            streams.append(Stream.of(stage))
            if not streams[-1].reach.any(axis=0).all():
                raise NotWritten(f"somebody reaches no site for care type {land.care_types[k]}")
            for asked, column in face.asked.items():
                if asked.kind in ("beyond", "covered") and (asked.k, asked.t) == (k, t):
                    AccessPart(builder, stage, asked, column)
    model = builder.finish(face.objectives[objective], float(face.offsets[objective]))
    model.lower[: len(lower)], model.upper[: len(upper)] = lower, upper
    return _Reading(model, tuple(streams)).policy()


class _Reading:
    """Tells the rows of single pairs from the others, and bounds every column."""

    def __init__(self, model: Model, streams: tuple[Stream, ...]) -> None:
        self._model, self._streams = model, streams
        self._flow = np.zeros(model.rows.shape[1], bool)
        """[N] the columns that flows define."""
        for stream in streams:
            self._flow[stream.volume[stream.volume != NO_COLUMN]] = True
            self._flow[[column for column, _ in stream.quantities]] = True

    def policy(self) -> Policy:
        model, streams = self._model, self._streams
        offer, volume = np.array([stream.offer for stream in streams]), np.array([stream.volume for stream in streams])
        own = OwnRows.of(model.rows, model.row_lower, model.row_upper, offer, volume)
        least, most, may_open, may_close = self._intervals(own)
        lower, upper = model.lower.copy(), model.upper.copy()
        for q, stream in enumerate(streams):
            at = np.flatnonzero(stream.offer != NO_COLUMN)
            columns = stream.offer[at]
            may_open[q, at] &= upper[columns] > 0.5
            may_close[q, at] = may_close[q, at] & (lower[columns] < 0.5)
            upper[columns] = np.minimum(upper[columns], may_open[q, at])
            lower[columns] = np.maximum(lower[columns], ~may_close[q, at])
            treated = np.flatnonzero(stream.volume != NO_COLUMN)
            lower[stream.volume[treated]] = 0.0
            upper[stream.volume[treated]] = np.where(may_open[q], most[q] + stream.external, 0.0)[treated]
            for column, amount in stream.quantities:
                lower[column], upper[column] = 0.0, float(amount.max(axis=0).sum())
        others = np.flatnonzero((own.stage < 0) & (np.diff(model.rows.indptr) > 0))
        bounded = _bounded(model, lower, upper, self._flow)
        return Policy(bounded, streams, others, least, most, may_open, may_close, self._flow, own.stage)

    def _intervals(self, own: OwnRows) -> tuple[Floats, Floats, Bools, Bools]:
        streams = self._streams
        external = np.array([stream.external for stream in streams])
        total = np.array([stream.reach @ stream.cases for stream in streams])
        least, most = np.maximum(own.least - external, 0.0), np.minimum(own.most - external, total)
        may_open = own.may_open & np.array([(stream.offer != NO_COLUMN) | (stream.constant > 0) for stream in streams])
        may_close = own.may_close & np.array([stream.constant == 0 for stream in streams])
        may_open &= least <= most + 1e-9 * np.maximum(1.0, np.abs(most))
        return least, np.maximum(most, least), may_open, may_close


def _bounded(model: Model, lower: Floats, upper: Floats, flow: Bools) -> Model:
    """Every column between finite bounds within which some best plan lies. Raises NotWritten where none are found.

    A column that costs something need not be larger than some row asks of it; one that earns something is no larger than some row allows.
    """
    rows = sp.csc_array(model.rows)
    by_row = model.rows
    for _ in range(PASSES):
        open_ended = np.flatnonzero(~(np.isfinite(lower) & np.isfinite(upper)))
        if not len(open_ended):
            break
        for j in open_ended:
            span = slice(rows.indptr[j], rows.indptr[j + 1])
            r, a = rows.indices[span], rows.data[span]
            rest_low, rest_high = _without(by_row, r.astype(np.int64), int(j), lower, upper)
            floored = np.where(a > 0, np.isfinite(model.row_lower[r]), np.isfinite(model.row_upper[r]))
            capped = np.where(a > 0, np.isfinite(model.row_upper[r]), np.isfinite(model.row_lower[r]))
            with np.errstate(invalid="ignore"):  # an end that is not there less another: looked at only where it is
                needs_most = np.where(a > 0, model.row_lower[r] - rest_low, model.row_upper[r] - rest_high) / a
                needs_least = np.where(a > 0, model.row_lower[r] - rest_high, model.row_upper[r] - rest_low) / a
                allows_most = np.where(a > 0, model.row_upper[r] - rest_low, model.row_lower[r] - rest_high) / a
            if not np.isfinite(lower[j]):
                lower[j] = max(float(needs_least[floored].max(initial=-np.inf)), lower[j])
            if not np.isfinite(upper[j]):
                if model.cost[j] >= 0 and np.isfinite(lower[j]):
                    upper[j] = max(float(needs_most[floored].max(initial=lower[j])), lower[j])
                else:
                    upper[j] = float(allows_most[capped].min(initial=np.inf))
    if not (np.isfinite(lower) & np.isfinite(upper)).all():
        raise NotWritten("a quantity of the policy has no bounds, so it has no price")
    return Model(model.cost, model.offset, lower, upper, model.integer, model.rows, model.row_lower, model.row_upper)


def _without(rows: sp.csr_array, at: Ints, j: int, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """The least and most that some rows can add up to without column j."""
    least, most = np.zeros(len(at)), np.zeros(len(at))
    for i, r in enumerate(at):
        span = slice(rows.indptr[r], rows.indptr[r + 1])
        columns, values = rows.indices[span], rows.data[span]
        others = columns != j
        ends = np.stack([values[others] * lower[columns[others]], values[others] * upper[columns[others]]])
        least[i], most[i] = ends.min(axis=0).sum(), ends.max(axis=0).sum()
    return least, most
