"""Sifting: a model with very many pattern columns, solved on the few that matter and proved for all.

1. Solve the relaxation on some patterns, price all of them with its duals in one matrix product, add those that improve, until none does: bound L.
2. Solve the integer model on the patterns met so far: a plan of value U.
3. A pattern whose reduced cost exceeds U - L is in no plan better than U: keep the others and solve the integer model once more. Its optimum is that of
   the whole model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver import highs
from solver.model import Model
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SMALL_ENOUGH = 4_000
"""Patterns that are handed over at once without sifting."""
ADDED_OF_EACH = 5
ROUNDS = 400
MISSING = 1e-6
"""Reduced costs below minus this, relative to the largest cost, still improve."""


def solve(
    model: Model,
    patterns: Bools,
    watch: Watch,
    *,
    seconds: float,
    relative_gap: float = 0.0,
    seed: int = 0,
    presolve: bool = True,
    start: tuple[NDArray[np.int32], Floats] | None = None,
    on_progress: Callable[[float | None, float | None], None] | None = None,
    doubt_seconds: float = np.inf,
) -> highs.Answer:
    """Minimise a model; ``patterns`` [columns] says which columns may be sifted. Arguments and answer as highs.solve, with the vector of all columns."""
    out = patterns & (model.upper <= 0)
    if out.any():
        kept = np.flatnonzero(~out)
        if start is not None:
            place = np.cumsum(~out) - 1
            start = place[start[0]].astype(np.int32), start[1]
        model, patterns = _some_columns(model, sp.csc_array(model.rows), kept), patterns[kept]
    if patterns.sum() <= SMALL_ENOUGH:
        answer = highs.solve(
            model,
            watch,
            seconds=seconds,
            relative_gap=relative_gap,
            seed=seed,
            presolve=presolve,
            start=start,
            on_progress=on_progress,
            doubt_seconds=doubt_seconds,
        )
    else:
        answer = _Sifting(model, patterns, watch, seconds, relative_gap, seed, start, on_progress).answer()
    return _over_all(answer, out) if out.any() else answer


def _some_columns(model: Model, by_column: sp.csc_array, kept: Ints) -> Model:
    """The model without the other columns."""
    return replace(
        model,
        cost=model.cost[kept],
        lower=model.lower[kept],
        upper=model.upper[kept],
        integer=model.integer[kept],
        rows=sp.csr_array(by_column[:, kept]),
    )


def _over_all(answer: highs.Answer, out: Bools) -> highs.Answer:
    """An answer about some columns as one about all: those left out are 0."""
    x = None
    if answer.x is not None:
        x = np.zeros(len(out))
        x[~out] = answer.x
    relaxed = answer.relaxed
    if relaxed is not None:
        more = np.full(len(out), np.inf)
        more[~out] = relaxed[1]
        relaxed = relaxed[0], more
    return replace(answer, x=x, relaxed=relaxed)


class _Sifting:
    def __init__(
        self,
        model: Model,
        patterns: Bools,
        watch: Watch,
        seconds: float,
        relative_gap: float,
        seed: int,
        start: tuple[NDArray[np.int32], Floats] | None,
        on_progress: Callable[[float | None, float | None], None] | None,
    ) -> None:
        self._start = start
        self._model, self._patterns, self._watch = model, patterns, watch
        self._until = watch.seconds + seconds
        self._relative_gap, self._seed, self._on_progress = relative_gap, seed, on_progress
        self._by_column = sp.csc_array(model.rows)
        self._group = self._groups()
        self._met = ~patterns
        rng = np.random.default_rng(seed)
        at = rng.permutation(np.flatnonzero(patterns))
        self._met[self._some_of_each(at, np.arange(len(patterns), dtype=float))] = True

    def _groups(self) -> Ints:
        """Per column the first row it enters: for patterns, the row that picks one of them."""
        filled = np.diff(self._by_column.indptr) > 0
        group = np.full(len(filled), -1, np.int64)
        group[filled] = self._by_column.indices[self._by_column.indptr[:-1][filled]]
        return group

    def answer(self) -> highs.Answer:
        """Sift, plan, keep what could still be better, and prove."""
        lost = self._priced(np.zeros(len(self._model.cost)), repair=True)
        if lost is None:
            return highs.Answer("interrupted", None, None, None)
        if lost[0] > 1e-6:
            return highs.Answer("infeasible", None, None, None)
        found = self._priced(self._model.cost, repair=False)
        if found is None:
            return highs.Answer("interrupted", None, None, None)
        bound, reduced = found
        if self._on_progress is not None:
            self._on_progress(None, bound)
        plan = self._integer(self._met, share=0.4, gap=max(self._relative_gap, 1e-4))
        if plan.x is None or plan.value is None:
            keep = self._met.copy() if plan.ended == "interrupted" else np.ones_like(self._met)
            last = self._integer(keep, share=1.0, gap=self._relative_gap)
            return last if keep.all() else replace(last, ended="interrupted", bound=bound)
        room = plan.value - bound + 1e-7 * max(1.0, abs(plan.value))
        keep = ~self._patterns | (reduced <= room)
        start = (np.arange(len(plan.x), dtype=np.int32), plan.x)
        if self._on_progress is not None:
            self._on_progress(plan.value, bound)
        last = self._integer(keep, share=1.0, gap=self._relative_gap, start=start)
        if last.x is None or last.value is None or last.value > plan.value:
            return replace(plan, ended="interrupted", bound=max(bound, last.bound or bound))
        proved = max(bound, last.bound) if last.bound is not None else bound
        return replace(last, bound=min(proved, last.value), relaxed=(bound, reduced))

    def _priced(self, cost: Floats, *, repair: bool) -> tuple[float, Floats] | None:
        """The relaxation's value over all patterns, and every column's reduced cost; None when time is up.

        With ``repair`` every row may be missed, and the misses are what is minimised.
        """
        for _ in range(ROUNDS):
            left = self._until - self._watch.seconds
            if left <= 0 or self._watch.stopped:
                return None
            answer = self._relaxed(cost, left, repair=repair)
            if answer.ended != "proved" or answer.prices is None or answer.value is None:
                return None
            if repair and answer.value <= 1e-7:
                return answer.value, np.zeros(len(cost))
            reduced = cost - self._by_column.T @ answer.prices
            scale = max(1.0, float(np.abs(cost).max()))
            better = np.flatnonzero(~self._met & (reduced < -MISSING * scale * (1.0 if not repair else 1e-3)))
            if not len(better):
                return answer.value, reduced
            self._met[self._some_of_each(better, reduced)] = True
        return None

    def _some_of_each(self, better: Ints, reduced: Floats) -> Ints:
        """The best few of every group of patterns of which one is picked, so that no group waits for another."""
        order = better[np.lexsort((reduced[better], self._group[better]))]
        group = self._group[order]
        first = np.r_[True, group[1:] != group[:-1]]
        rank = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
        return np.asarray(order[rank < ADDED_OF_EACH], np.int64)

    def _relaxed(self, cost: Floats, seconds: float, *, repair: bool) -> highs.Answer:
        model, at = self._model, np.flatnonzero(self._met)
        rows = sp.csr_array(self._by_column[:, at])
        lower, upper, costs = model.lower[at], model.upper[at], cost[at]
        if repair:
            missing = sp.identity(model.rows.shape[0], format="csr")
            rows = sp.csr_array(sp.hstack([rows, missing, -missing]))
            count = 2 * model.rows.shape[0]
            lower, upper = np.r_[lower, np.zeros(count)], np.r_[upper, np.full(count, np.inf)]
            costs = np.r_[np.zeros(len(at)), np.ones(count)]
        relaxed = replace(
            model, cost=costs, offset=0.0, lower=lower, upper=upper, integer=np.zeros(len(costs), bool), rows=rows
        )
        return highs.solve(relaxed, self._watch, seconds=seconds, seed=self._seed)

    def _integer(
        self, kept: Bools, *, share: float, gap: float, start: tuple[NDArray[np.int32], Floats] | None = None
    ) -> highs.Answer:
        """The integer model on some columns, within a share of the time left; the vector of all columns comes back."""
        model, at = self._model, np.flatnonzero(kept)
        part = _some_columns(model, self._by_column, at)
        begin = None
        if start is not None:
            decided = np.flatnonzero(model.integer[at])
            begin = decided.astype(np.int32), start[1][at[decided]]
        left = max(0.0, self._until - self._watch.seconds)
        answer = highs.solve(
            part,
            self._watch,
            seconds=left * share,
            relative_gap=gap,
            seed=self._seed,
            start=begin,
            on_progress=self._on_progress,
        )
        if answer.x is None:
            return answer
        x = np.zeros(len(model.cost))
        x[at] = answer.x
        return replace(answer, x=x)
