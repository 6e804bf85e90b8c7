"""Sifting: a model with very many pattern columns, solved on the few that matter and proved for all.

1. Solve the relaxation on some patterns, price all of them with its duals in one matrix product, add those that improve, until none does: bound L.
2. Solve the integer model on the patterns met so far: a plan of value U.
3. A pattern whose reduced cost exceeds U - L is in no plan better than U: keep the others and solve the integer model once more. Its optimum is that of
   the whole model.

A model that is another one with rows added keeps that one's relaxation as a bound. Of every group of patterns one is picked, so that it holds with

    L' = L + sum over groups of the smallest reduced cost in it        reduced cost of p' = that of p less the smallest of its group

and where few patterns have a small one, the integer model on those alone settles it, without another relaxation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver import highs
from solver.model import Model
from solver.piece import Relaxation, Warm
from solver.sifted_plans import SiftedPlans, whole
from solver.sifted_relaxation import SiftedRelaxation
from solver.some_columns import heard_over_all, over_all, some_columns
from solver.watch import Heard, Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SMALL_ENOUGH = 1_500
"""Patterns that are handed over at once without sifting."""
EXACT = 1e-9
"""A plan this close to the relaxation, relative, is the best."""
COUNTING = 1e-3
"""How far a relaxation's value may be off that bounds a whole number."""


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
    on_progress: Heard | None = None,
    doubt_seconds: float = np.inf,
    warm: Warm | None = None,
    at_once: int | None = None,
) -> highs.Answer:
    """Minimise a model; ``patterns`` [columns] says which columns may be sifted, ``warm`` what to begin with, which learns the patterns that are met.
    Up to ``at_once`` patterns are handed over without sifting.

    Other arguments and answer as highs.solve, with the vector of all columns.
    """
    kept = np.flatnonzero(~(patterns & (model.upper <= 0)))
    all_columns, known = len(patterns), warm
    if len(kept) < all_columns:
        if start is not None:
            place = np.full(all_columns, -1)
            place[kept] = np.arange(len(kept))
            still = place[start[0]] >= 0
            start = place[start[0][still]].astype(np.int32), start[1][still]
        model, patterns = some_columns(model, sp.csc_array(model.rows), kept), patterns[kept]
        if warm is not None:
            relaxation = warm.relaxation
            known = Warm(warm.met[kept], relaxation and replace(relaxation, more=relaxation.more[kept]))
    heard = heard_over_all(on_progress, kept, all_columns)
    if patterns.sum() <= (SMALL_ENOUGH if at_once is None else at_once):
        if start is not None:
            decided = ~patterns[start[0]]
            start = start[0][decided], start[1][decided]
        answer = highs.solve(
            model,
            watch,
            seconds=seconds,
            relative_gap=relative_gap,
            seed=seed,
            presolve=presolve,
            start=start,
            on_progress=heard,
            doubt_seconds=doubt_seconds,
        )
    else:
        answer = _Sifting(model, patterns, watch, seconds, relative_gap, seed, start, heard, known).answer()
        if warm is not None and known is not None:
            warm.met[kept] |= known.met
    return over_all(answer, kept, all_columns)


def relax(model: Model, patterns: Bools, watch: Watch, *, seconds: float, seed: int = 0) -> Warm | None:
    """What the relaxation of a model teaches; None where it has no solution or was not solved in time."""
    relaxation = SiftedRelaxation(model, patterns, watch, seconds, seed)
    found = relaxation.solve()
    return None if isinstance(found, str) else Warm(relaxation.met & patterns, found)


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
        on_progress: Heard | None,
        warm: Warm | None,
    ) -> None:
        self._model, self._warm = model, warm
        self._relative_gap, self._start, self._on_progress = relative_gap, start, on_progress
        self._relaxation = SiftedRelaxation(model, patterns, watch, seconds, seed, start, warm)
        self._plans = SiftedPlans(model, self._relaxation, watch, seconds, relative_gap, seed, start, on_progress)

    def answer(self) -> highs.Answer:
        """Near the known bound where that settles it; else sift, plan, keep what could still be better, and prove."""
        known = None if self._warm is None else self._warm.relaxation
        if known is not None:
            near = self._plans.near(known)
            if near is not None:
                return near
        found = self._relaxation.solve()
        if isinstance(found, str):
            return self._unsifted(found, known)
        if known is not None:
            found = found.beside(known)
        bound = self._least(found)
        self._tell(None, bound, None)
        plan = self._plans.among(self._relaxation.met, share=0.4, gap=max(self._relative_gap, 1e-4), start=self._start)
        self._plans.keep(plan)
        plan = self._plans.plan or plan
        if plan.x is None and plan.ended != "interrupted":
            plan = self._plans.wider(found.more)
        if plan.x is None or plan.value is None:
            keep = self._relaxation.met.copy() if plan.ended == "interrupted" else np.ones_like(self._relaxation.met)
            last = self._plans.among(keep, share=1.0, gap=self._relative_gap)
            return last if keep.all() else replace(last, ended="interrupted", bound=bound)
        relaxed = found.least, found.more
        if plan.value <= bound + EXACT * max(1.0, abs(plan.value)):
            return replace(plan, ended="proved", bound=plan.value, relaxed=relaxed)
        plan, keep = self._plans.narrowed(plan, found)
        assert plan.x is not None
        assert plan.value is not None
        self._tell(plan.value, bound, plan.x)
        last = self._plans.among(keep, share=1.0, gap=self._relative_gap, start=whole(plan.x))
        behind = last.ended == "interrupted" and last.value is not None and last.value > plan.value
        if last.x is None or last.value is None or behind:
            return replace(plan, ended="interrupted", bound=max(bound, last.bound or bound), relaxed=relaxed)
        proved = max(bound, last.bound) if last.bound is not None else bound
        return replace(last, bound=min(proved, last.value), relaxed=relaxed)

    def _least(self, found: Relaxation) -> float:
        """The relaxation's bound; the next whole number where the objective counts decisions."""
        cost = self._model.cost
        counts = not (cost[~self._model.integer].any() or (cost != np.round(cost)).any())
        return float(np.ceil(found.least - COUNTING)) if counts else found.least

    def _unsifted(self, found: Literal["infeasible", "interrupted"], known: Relaxation | None) -> highs.Answer:
        """Without a relaxation over all patterns: the plan met near the known bound, where there is one."""
        bound = None if known is None else known.least
        if self._plans.plan is None:
            return highs.Answer(found, None, None, bound)
        return replace(self._plans.plan, ended="interrupted", bound=bound)

    def _tell(self, value: float | None, bound: float, x: Floats | None) -> None:
        if self._on_progress is not None:
            self._on_progress(value, bound, x)
