"""The linear relaxation of a model with very many pattern columns: solved on those met so far and priced over all, until no other improves."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver import highs, warm_relaxation
from solver.model import Model
from solver.piece import Relaxation, Warm
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
ADDED_OF_EACH = 5
ROUNDS = 400
MISSING = 1e-6
"""Reduced costs below minus this, relative to the largest cost, still improve."""


class SiftedRelaxation:
    """A model's relaxation. ``patterns`` [columns] may be sifted, ``met`` [columns] are in it so far, ``group`` [columns] says of which patterns one is picked.

    What to begin with, if anything, learns the patterns that are met.
    """

    def __init__(
        self,
        model: Model,
        patterns: Bools,
        watch: Watch,
        seconds: float,
        seed: int,
        start: tuple[NDArray[np.int32], Floats] | None = None,
        warm: Warm | None = None,
    ) -> None:
        self._model, self._watch, self._seed = model, watch, seed
        self._until = watch.seconds + seconds
        self.patterns = patterns
        self.by_column = sp.csc_array(model.rows)
        self.group = self._groups()
        self.met = ~patterns
        rng = np.random.default_rng(seed)
        at = rng.permutation(np.flatnonzero(patterns))
        self.met[self.some_of_each(at, np.arange(len(patterns), dtype=float))] = True
        self._begun = warm is not None and bool(warm.met.any())
        if start is not None:
            made_of = start[0][patterns[start[0]] & (start[1] > 0.5)]
            self.met[made_of] = True
            self._begun |= bool(len(made_of))
        if warm is not None:
            self.met |= warm.met
            warm.met = self.met

    def solve(self) -> Relaxation | Literal["infeasible", "interrupted"]:
        """The relaxation's value over all patterns and every column's reduced cost. Patterns are first looked for that keep the rows, unless those known do."""
        found = self._priced(self._model.cost, repair=False) if self._begun else "infeasible"
        if found == "infeasible":
            lost = self._priced(np.zeros(len(self._model.cost)), repair=True)
            if isinstance(lost, str):
                return "interrupted"
            if lost.least > 1e-6:
                return "infeasible"
            found = self._priced(self._model.cost, repair=False)
        return "interrupted" if isinstance(found, str) else found

    def _priced(self, cost: Floats, *, repair: bool) -> Relaxation | Literal["infeasible", "interrupted"]:
        """The relaxation's value over all patterns, and every column's reduced cost.

        With ``repair`` every row may be missed, and the misses are what is minimised.
        """
        linear = self._linear(cost, repair=repair)
        steps = highs.most_steps(linear)
        warm: warm_relaxation.Relaxation | None = warm_relaxation.Relaxation(
            linear, self._watch, seed=self._seed, steps=steps
        )
        for _ in range(ROUNDS):
            left = self._until - self._watch.seconds
            if left <= 0 or self._watch.stopped:
                return "interrupted"
            answer: warm_relaxation.Relaxed | highs.Answer | None = self._solved_on(warm, left)
            if answer is None:  # the simplex goes round in circles: from scratch, and from here on
                warm, linear = None, self._linear(cost, repair=repair)
                answer = highs.relax(linear, self._watch, seconds=left, seed=self._seed)
            if answer.ended == "infeasible":
                return "infeasible"
            if answer.ended != "proved" or answer.prices is None or answer.value is None:
                return "interrupted"
            if repair and answer.value <= 1e-7:
                return Relaxation(answer.value, np.zeros(len(cost)))
            reduced = cost - self.by_column.T @ answer.prices
            scale = max(1.0, float(np.abs(cost).max()))
            better = np.flatnonzero(~self.met & (reduced < -MISSING * scale * (1.0 if not repair else 1e-3)))
            if not len(better):
                return Relaxation(answer.value, reduced)
            added = self.some_of_each(better, reduced)
            self.met[added] = True
            costs = np.zeros(len(added)) if repair else cost[added]
            if warm is not None:
                warm.widen(costs, self._model.lower[added], self._model.upper[added], self.by_column[:, added])
        return "interrupted"

    def some_of_each(self, better: Ints, reduced: Floats) -> Ints:
        """The best few of every group of patterns of which one is picked, so that no group waits for another."""
        order = better[np.lexsort((reduced[better], self.group[better]))]
        group = self.group[order]
        first = np.r_[True, group[1:] != group[:-1]]
        rank = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
        return np.asarray(order[rank < ADDED_OF_EACH], np.int64)

    def _solved_on(self, warm: warm_relaxation.Relaxation | None, seconds: float) -> warm_relaxation.Relaxed | None:
        """The relaxation solved on from where it stood; None where that came to nothing."""
        if warm is None:
            return None
        try:
            answer = warm.solve(seconds)
        except highs.SolverFailed:
            return None
        unfinished = answer.ended == "interrupted" and not self._watch.stopped and self._watch.seconds < self._until
        return None if unfinished else answer

    def _linear(self, cost: Floats, *, repair: bool) -> Model:
        """The relaxation on the patterns met so far."""
        model, at = self._model, np.flatnonzero(self.met)
        rows = sp.csr_array(self.by_column[:, at])
        lower, upper, costs = model.lower[at], model.upper[at], cost[at]
        if repair:
            missing = sp.identity(model.rows.shape[0], format="csr")
            rows = sp.csr_array(sp.hstack([rows, missing, -missing]))
            count = 2 * model.rows.shape[0]
            lower, upper = np.r_[lower, np.zeros(count)], np.r_[upper, np.full(count, np.inf)]
            costs = np.r_[np.zeros(len(at)), np.ones(count)]
        return replace(
            model, cost=costs, offset=0.0, lower=lower, upper=upper, integer=np.zeros(len(costs), bool), rows=rows
        )

    def _groups(self) -> Ints:
        """Per column the first row it enters: for patterns, the row that picks one of them."""
        filled = np.diff(self.by_column.indptr) > 0
        group = np.full(len(filled), -1, np.int64)
        group[filled] = self.by_column.indices[self.by_column.indptr[:-1][filled]]
        return group
