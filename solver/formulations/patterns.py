"""Patterns: one column for every way to lay out one care type in one period, with the exact flows its behaviour gives.

    sum over patterns p of picked[p] = 1       offers[s] = sum over p of open[p,s] * picked[p]       quantity = sum over p of quantity[p] * picked[p]

The rows of the policy stay as they are written over the face. Patterns that leave somebody unserved, or break a hard row that speaks of this care type and
period alone, are never made. With offers binary, picked is too: no two patterns open the same sites.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from solver.formulations.entries import NO_COLUMN
from solver.formulations.layouts import Layouts, every_set, layouts_of
from solver.formulations.stage import NotWritten, Stage, Trips
from solver.model import Builder

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FEASIBLE = 1e-7
"""How far a row may be missed, relative to its limit."""
MOST_PATTERNS = 2**17
"""Site sets that are enumerated for one care type and period."""


class PatternPart:
    """The body of one stage whose flows follow from the set of open sites: ``columns`` [n] of the patterns and the sites each has ``open`` [n,S]."""

    def __init__(self, builder: Builder, stage: Stage) -> None:
        sets = every_set(stage, MOST_PATTERNS)
        if sets is None:
            free = int((stage.candidates & ~stage.surely_open).sum())
            raise NotWritten(
                f"care type {stage.land.care_types[stage.k]} can be laid out over {free} sites in more ways than can be listed: "
                "lock some of them, or use the behaviour nearest or steered"
            )
        sets = sets[_keeps(stage, _offers_alone(stage, sets))]
        sets = sets[sets @ _least_volumes(stage) <= stage.cases.sum() * (1 + FEASIBLE) + FEASIBLE]
        layouts = layouts_of(stage, sets)
        kept = layouts.served & _keeps(stage, {**_offers_alone(stage, sets), **layouts.values})
        layouts = Layouts(
            sets[kept], layouts.served[kept], {column: value[kept] for column, value in layouts.values.items()}
        )
        count = len(layouts.open)
        first = builder.add_columns(0.0, np.inf, count=count) if count else 0
        self.columns: Ints = np.arange(first, first + count)
        self.open = layouts.open
        builder.add_rows(np.zeros(count, int), self.columns, 1.0, 1.0, 1.0, count=1)
        decided = np.flatnonzero(stage.column != NO_COLUMN)
        links = [(int(stage.column[s]), layouts.open[:, s].astype(float)) for s in decided]
        links += list(layouts.values.items())
        for column, values in links:
            used = np.flatnonzero(values)
            builder.add_rows(
                np.zeros(len(used) + 1, int),
                np.r_[column, self.columns[used]],
                np.r_[1.0, -values[used]],
                0.0,
                0.0,
                count=1,
            )

    def of(self, offering: Bools) -> Ints:
        """The column of the pattern that opens these sites [S]; none where that breaks a rule."""
        return np.asarray(self.columns[(self.open == offering).all(axis=1)], np.int64)

    def against(self, s: int, *, offers: bool) -> Ints:
        """The columns of the patterns in which a site does otherwise."""
        return np.asarray(self.columns[self.open[:, s] != offers], np.int64)

    def flows(self, x: Floats) -> None:
        """The plan alone fixes who goes where."""
        return

    def trips(self) -> Iterator[Trips]:
        """Trips one by one are not columns here. Raises NotWritten."""
        raise NotWritten(
            "the longest trips of patients who choose cannot be told apart in a model of whole layouts, nor those of others where limits.formulation asks for "
            "one: use worst_minutes or beyond_minutes"
        )


def _offers_alone(stage: Stage, sets: Bools) -> dict[int, Floats]:
    """Column of each decision -> [N] its value in each set."""
    return {int(stage.column[s]): sets[:, s].astype(float) for s in np.flatnonzero(stage.column != NO_COLUMN)}


def _least_volumes(stage: Stage) -> Floats:
    """[S] cases/year of the stage's own areas that each site must have if it offers, by hard rows that speak of its volume and its offer alone.

    A set of sites that together must have more than there is need not be worked out.
    """
    face = stage.face
    least = np.zeros(len(stage.column))
    for s in np.flatnonzero(stage.column != NO_COLUMN):
        volume = stage.asked("volume", int(s))
        if volume is None:
            continue
        for row in np.flatnonzero(face.rows[:, [volume]].toarray().ravel()):
            span = slice(face.rows.indptr[row], face.rows.indptr[row + 1])
            entries = dict(zip(face.rows.indices[span].tolist(), face.rows.data[span].tolist(), strict=True))
            per_volume, per_offer = entries.get(volume, 0.0), entries.get(int(stage.column[s]), 0.0)
            if len(entries) == 2 and per_volume > 0 and face.row_lower[row] == 0:
                least[s] = max(least[s], -per_offer / per_volume - stage.external(int(s)))
    return least


def _keeps(stage: Stage, values: Mapping[int, Floats]) -> Bools:
    """[N] the layouts that keep every hard row of which all columns are known: those given, and those that are the same in every plan."""
    face = stage.face
    count = len(next(iter(values.values()))) if values else 1
    mine = np.array(sorted(values), int)
    known = np.flatnonzero(face.lower == face.upper)
    entries = face.rows.tocoo()
    here = np.isin(entries.col, mine)
    foreign = np.bincount(entries.row[~here & ~np.isin(entries.col, known)], minlength=face.rows.shape[0]) > 0
    own = np.flatnonzero((np.bincount(entries.row[here], minlength=face.rows.shape[0]) > 0) & ~foreign)
    kept = np.ones(count, bool)
    for row in own:
        span = slice(face.rows.indptr[row], face.rows.indptr[row + 1])
        at = np.zeros(count)
        for column, value in zip(face.rows.indices[span], face.rows.data[span], strict=True):
            at += value * (values[int(column)] if int(column) in values else face.lower[column])
        lower, upper = face.row_lower[row], face.row_upper[row]
        slack = FEASIBLE * max(1.0, abs(lower if np.isfinite(lower) else upper))
        kept &= (at >= lower - slack) & (at <= upper + slack)
    return kept
