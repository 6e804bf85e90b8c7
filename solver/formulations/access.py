"""The body of access: inhabitants beyond reach, or with a site or two within it, one column per set of sites within reach.

    beyond = sum over sets W of inhabitants[W] * lost[W],   lost[W] >= 1 - sum over s in W of offers[s],   lost[W] <= 1 - offers[s] for every s in W

    covered by one   = sum over W of inhabitants[W] * held[W],   held[W] <= sum over s in W of offers[s],   held[W] >= offers[s] for every s in W
    covered by two   = the same with   held[W] <= sum over s in W but r of offers[s] for every r in W,   held[W] >= offers[r] + offers[s] - 1 for every two

Areas with the same sites within reach share one column. The rows that a smaller, or a larger, number would rather break are written only where one
is rewarded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.formulations.entries import NO_COLUMN, Rows
from solver.formulations.stage import Stage
from solver.formulations.words import Asked
from solver.model import Builder

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class AccessPart:
    """Defines one ``beyond`` or ``covered`` of one stage."""

    def __init__(self, builder: Builder, stage: Stage, asked: Asked, column: int) -> None:
        self._builder, self._stage, self._quantity = builder, stage, column
        self._kind, self._n = asked.kind, asked.n
        land = stage.land
        persons = land.inhabitants(asked.group)
        near = land.within(asked.max_minutes, asked.reach) & stage.candidates
        if asked.kind == "beyond":
            living = (persons > 0) & ~(near & stage.surely_open).any(axis=1)
        else:
            living = (persons > 0) & (near.sum(axis=1) >= asked.n)
        self._sets, which = np.unique(near[living], axis=0, return_inverse=True)
        self._inhabitants = np.bincount(which.ravel(), persons[living], minlength=len(self._sets))
        n = len(self._sets)
        first = builder.add_columns(0.0, 1.0, count=n) if n else 0
        self._columns = np.arange(first, first + n)
        if n:
            {"beyond": self._lost, "covered": self._held}[asked.kind](asked.n)
        self._add_up()

    @property
    def own(self) -> Ints:
        """Its columns, which follow from the decisions."""
        return np.append(self._columns, self._quantity)

    def completed(self, x: Floats) -> None:
        """Set the columns to what the decisions in ``x``, which are 0 or 1, make of them."""
        stage = self._stage
        offered = np.where(stage.column != NO_COLUMN, x[stage.column] > 0.5, stage.constant > 0.5)
        there = (self._sets & offered).sum(axis=1)
        held = there < 1 if self._kind == "beyond" else there >= self._n
        x[self._columns] = held
        x[self._quantity] = float(self._inhabitants @ held)

    def _small(self) -> bool:
        return bool(self._stage.face.wants_small[self._quantity])

    def _large(self) -> bool:
        return bool(self._stage.face.wants_large[self._quantity])

    def _rows(self, at: Ints, sites: tuple[Ints, ...]) -> Rows:
        """One row per entry of ``at``: the set's column less the offers of the sites (or plus, for lost)."""
        pairs = np.arange(len(at))
        rows = Rows(len(at)).add(pairs, self._columns[at], 1.0)
        for s in sites:
            rows.add(pairs, self._stage.column[s], -1.0, self._stage.constant[s])
        return rows

    def _lost(self, _: int) -> None:
        stage, n = self._stage, len(self._sets)
        w, s = np.nonzero(self._sets)
        rows = Rows(n).add(np.arange(n), self._columns, 1.0).add(w, stage.column[s], 1.0, stage.constant[s])
        rows.write(self._builder, 1.0, np.inf)
        if self._large() and len(w):
            pairs = np.arange(len(w))
            above = Rows(len(w)).add(pairs, self._columns[w], 1.0).add(pairs, stage.column[s], 1.0, stage.constant[s])
            above.write(self._builder, -np.inf, 1.0)

    def _held(self, n: int) -> None:
        stage = self._stage
        w, s = np.nonzero(self._sets)
        if n == 1:
            held = Rows(len(self._sets)).add(np.arange(len(self._sets)), self._columns, 1.0)
            held.add(w, stage.column[s], -1.0, stage.constant[s]).write(self._builder, -np.inf, 0.0)
            if self._small():
                self._rows(w, (s,)).write(self._builder, 0.0, np.inf)
            return
        row, other = np.nonzero(self._sets[w] & (np.arange(self._sets.shape[1]) != s[:, None]))
        held = Rows(len(w)).add(np.arange(len(w)), self._columns[w], 1.0)
        held.add(row, stage.column[other], -1.0, stage.constant[other]).write(self._builder, -np.inf, 0.0)
        if self._small():
            twice = s[row] < other
            self._rows(w[row[twice]], (s[row[twice]], other[twice])).write(self._builder, -1.0, np.inf)

    def _add_up(self) -> None:
        n = len(self._columns)
        total = Rows(1).add(0, self._quantity, 1.0).add(np.zeros(n, int), self._columns, -self._inhabitants)
        total.write(self._builder, -np.inf if not self._small() else 0.0, np.inf if not self._large() else 0.0)


__all__ = ["NO_COLUMN", "AccessPart"]
