"""Patterns: one column for every way to lay out one care type in one period, with the exact flows its behaviour gives.

    sum over patterns p of picked[p] = 1       offers[s] = sum over p of open[p,s] * picked[p]       quantity = sum over p of quantity[p] * picked[p]

The rows of the policy stay as they are written over the face. Patterns that leave somebody unserved, or break a hard row that speaks of this care type and
period alone, are never made. With offers binary, picked is too: no two patterns open the same sites.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.formulations.entries import NO_COLUMN
from solver.formulations.layouts import Layouts, asked_here, every_set, layouts_of
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
    """The body of one stage whose flows follow from the set of open sites."""

    def __init__(self, builder: Builder, stage: Stage) -> None:
        sets = every_set(stage, MOST_PATTERNS)
        if sets is None:
            free = int((stage.candidates & ~stage.surely_open).sum())
            raise NotWritten(
                f"care type {stage.land.care_types[stage.k]} can be laid out over {free} sites in more ways than can be listed: "
                "lock some of them, or use the behaviour nearest or steered"
            )
        layouts = _allowed(stage, layouts_of(stage, sets))
        count = len(layouts.open)
        first = builder.add_columns(0.0, np.inf, count=count) if count else 0
        self.columns: Ints = np.arange(first, first + count)
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

    def flows(self, x: Floats) -> None:
        """The plan alone fixes who goes where."""
        return

    def trips(self) -> Iterator[Trips]:
        """Trips one by one are not columns here. Raises NotWritten."""
        raise NotWritten(
            "the longest trips of patients who choose cannot be told apart in a model of whole layouts: use worst_minutes or beyond_minutes"
        )


def _allowed(stage: Stage, layouts: Layouts) -> Layouts:
    """The layouts that serve everybody and keep every hard row that speaks of this stage alone."""
    face = stage.face
    mine = asked_here(stage)
    known = np.flatnonzero(face.lower == face.upper)
    entries = face.rows.tocoo()
    here = np.isin(entries.col, sorted(mine))
    foreign = np.bincount(entries.row[~here & ~np.isin(entries.col, known)], minlength=face.rows.shape[0]) > 0
    own = np.flatnonzero((np.bincount(entries.row[here], minlength=face.rows.shape[0]) > 0) & ~foreign)
    rows = sp.csr_array(face.rows[own])
    spoken_of = np.unique(rows.indices)
    place = {int(column): position for position, column in enumerate(spoken_of)}
    values = np.repeat(
        np.where(np.isin(spoken_of, known), face.lower[spoken_of], 0.0)[:, None], len(layouts.open), axis=1
    )
    settled = {int(stage.column[s]): layouts.open[:, s] for s in np.flatnonzero(stage.column != NO_COLUMN)}
    for column, quantity in [*settled.items(), *layouts.values.items()]:
        if column in place:
            values[place[column]] = quantity
    at = sp.csr_array(rows[:, spoken_of]) @ values
    lower, upper = face.row_lower[own, None], face.row_upper[own, None]
    slack = FEASIBLE * np.maximum(
        1.0, np.abs(np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), upper, 0.0)))
    )
    kept = (at >= lower - slack).all(axis=0) & (at <= upper + slack).all(axis=0)
    kept &= layouts.served
    return Layouts(
        layouts.open[kept],
        layouts.served[kept],
        {column: quantity[kept] for column, quantity in layouts.values.items()},
    )
