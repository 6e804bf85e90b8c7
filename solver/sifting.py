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
from solver.watch import Heard, Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SMALL_ENOUGH = 1_500
"""Patterns that are handed over at once without sifting."""
ADDED_OF_EACH = 5
ROUNDS = 400
MISSING = 1e-6
"""Reduced costs below minus this, relative to the largest cost, still improve."""
FEW = 1_500
"""Patterns near the bound up to which the integer model is tried on them without another relaxation."""
NEAR = 1e-4
"""How near, relative to the bound, at first."""
FEW_OF_EACH = 15
"""The same for each care type and period, where that is more."""
TRIES = 4
WIDER = 3
"""How many times more patterns are tried where those before have no plan."""
MANY = 20_000
"""Patterns that may be left over for the last search without looking for a better plan first."""
COARSE = 1e-2
"""How near, relative, a first plan must be that was hard to find."""
EXACT = 1e-9
"""A plan this close to the relaxation, relative, is the best."""
COUNTING = 1e-3
"""How far a relaxation's value may be off that bounds a whole number."""
ROUNDING = 1e-7
"""How far, relative, a relaxation's value may be off."""


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
        model, patterns = _some_columns(model, sp.csc_array(model.rows), kept), patterns[kept]
        if warm is not None:
            relaxation = warm.relaxation
            known = Warm(warm.met[kept], relaxation and replace(relaxation, more=relaxation.more[kept]))
    heard = _heard_over_all(on_progress, kept, all_columns)
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
    return _over_all(answer, kept, all_columns)


def relax(model: Model, patterns: Bools, watch: Watch, *, seconds: float, seed: int = 0) -> Warm | None:
    """What the relaxation of a model teaches; None where it has no solution or was not solved in time."""
    sifting = _Sifting(model, patterns, watch, seconds, 0.0, seed, None, None, None)
    return sifting.relaxed()


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


def _heard_over_all(heard: Heard | None, kept: Ints, columns: int) -> Heard | None:
    """Who hears of some columns tells of all: those left out are 0. HiGHS tells of one plan many times; it is spread out once."""
    if heard is None or len(kept) == columns:
        return heard
    last: list[tuple[Floats, Floats]] = []

    def tell(value: float | None, bound: float | None, x: Floats | None) -> None:
        if x is not None and (not last or last[0][0] is not x):
            last[:] = [(x, _among_all(x, kept, columns))]
        heard(value, bound, None if x is None else last[0][1])

    return tell


def _among_all(x: Floats, kept: Ints, columns: int) -> Floats:
    whole = np.zeros(columns)
    whole[kept] = x
    return whole


def _over_all(answer: highs.Answer, kept: Ints, columns: int) -> highs.Answer:
    """An answer about some columns as one about all: those left out are 0."""
    if len(kept) == columns:
        return answer
    x = None if answer.x is None else _among_all(answer.x, kept, columns)
    relaxed = None
    if answer.relaxed is not None:
        more = np.full(columns, np.inf)
        more[kept] = answer.relaxed[1]
        relaxed = answer.relaxed[0], more
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
        on_progress: Heard | None,
        warm: Warm | None,
    ) -> None:
        self._start, self._warm = start, warm
        self._plan: highs.Answer | None = None
        self._model, self._patterns, self._watch = model, patterns, watch
        self._until = watch.seconds + seconds
        self._relative_gap, self._seed, self._on_progress = relative_gap, seed, on_progress
        self._by_column = sp.csc_array(model.rows)
        self._group = self._groups()
        self._met = ~patterns
        rng = np.random.default_rng(seed)
        at = rng.permutation(np.flatnonzero(patterns))
        self._met[self._some_of_each(at, np.arange(len(patterns), dtype=float))] = True
        self._begun = warm is not None and bool(warm.met.any())
        if start is not None:
            made_of = start[0][patterns[start[0]] & (start[1] > 0.5)]
            self._met[made_of] = True
            self._begun |= bool(len(made_of))
        if warm is not None:
            self._met |= warm.met
            warm.met = self._met

    def _groups(self) -> Ints:
        """Per column the first row it enters: for patterns, the row that picks one of them."""
        filled = np.diff(self._by_column.indptr) > 0
        group = np.full(len(filled), -1, np.int64)
        group[filled] = self._by_column.indices[self._by_column.indptr[:-1][filled]]
        return group

    def answer(self) -> highs.Answer:
        """Near the known bound where that settles it; else sift, plan, keep what could still be better, and prove."""
        known = None if self._warm is None else self._warm.relaxation
        if known is not None:
            near = self._near(known)
            if near is not None:
                return near
        found = self._relaxation()
        if isinstance(found, str):
            return self._unsifted(found, known)
        if known is not None:
            found = found.beside(known)
        bound = self._least(found)
        self._tell(None, bound, None)
        plan = self._integer(self._met, share=0.4, gap=max(self._relative_gap, 1e-4), start=self._start)
        if self._better(plan):
            self._plan = plan
        plan = self._plan or plan
        if plan.x is None and plan.ended != "interrupted":
            plan = self._wider(found.more)
        if plan.x is None or plan.value is None:
            keep = self._met.copy() if plan.ended == "interrupted" else np.ones_like(self._met)
            last = self._integer(keep, share=1.0, gap=self._relative_gap)
            return last if keep.all() else replace(last, ended="interrupted", bound=bound)
        relaxed = found.least, found.more
        if plan.value <= bound + EXACT * max(1.0, abs(plan.value)):
            return replace(plan, ended="proved", bound=plan.value, relaxed=relaxed)
        plan, keep = self._narrowed(plan, found)
        assert plan.x is not None
        assert plan.value is not None
        self._tell(plan.value, bound, plan.x)
        last = self._integer(keep, share=1.0, gap=self._relative_gap, start=_whole(plan.x))
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
        if self._plan is None:
            return highs.Answer(found, None, None, bound)
        return replace(self._plan, ended="interrupted", bound=bound)

    def _wider(self, more: Floats) -> highs.Answer:
        """The first plan among ever more of the patterns that cost least."""
        order = np.flatnonzero(self._patterns)[np.argsort(more[self._patterns], kind="stable")]
        count = int((self._met & self._patterns).sum())
        plan = highs.Answer("infeasible", None, None, None)
        while plan.ended == "infeasible" and (count := count * WIDER) < len(order):
            keep = ~self._patterns | self._met
            keep[order[:count]] = True
            plan = self._integer(keep, share=0.4, gap=COARSE, doubt_seconds=0.0)
        return plan

    def _narrowed(self, plan: highs.Answer, found: Relaxation) -> tuple[highs.Answer, Bools]:
        """A plan so good that not too many patterns could be in a better one, as far as wider and wider searches find one; and those patterns."""
        order = np.argsort(np.where(self._patterns, found.more, np.inf), kind="stable")
        count = int((self._met & self._patterns).sum())
        while True:
            assert plan.x is not None
            assert plan.value is not None
            keep = ~self._patterns | (found.more <= plan.value - found.least + ROUNDING * max(1.0, abs(plan.value)))
            count *= WIDER
            if (keep & self._patterns).sum() <= max(MANY, count) or self._watch.stopped:
                return plan, keep
            some = ~self._patterns | (plan.x > 0.5)
            some[order[:count]] = True
            wider = self._integer(some, share=0.25, gap=1e-3, start=_whole(plan.x), doubt_seconds=0.0)
            if wider.x is not None and wider.value is not None and wider.value < plan.value:
                plan = wider

    def _better(self, answer: highs.Answer) -> bool:
        if answer.x is None or answer.value is None:
            return False
        return self._plan is None or self._plan.value is None or answer.value <= self._plan.value

    def _tell(self, value: float | None, bound: float, x: Floats | None) -> None:
        if self._on_progress is not None:
            self._on_progress(value, bound, x)

    def relaxed(self) -> Warm | None:
        """What the relaxation teaches, the model itself left alone."""
        found = self._relaxation()
        return None if isinstance(found, str) else Warm(self._met & self._patterns, found)

    def _near(self, known: Relaxation) -> highs.Answer | None:
        """The optimum among the patterns whose reduced cost is small, if it shows that no other can be better; None where it does not."""
        mine = np.flatnonzero(self._patterns)
        smallest = np.full(self._group.max() + 1, np.inf)
        np.minimum.at(smallest, self._group[mine], known.more[mine])
        more = np.where(self._patterns, known.more - smallest[self._group], 0.0)
        least = known.least + float(smallest[np.isfinite(smallest)].sum())
        few = np.zeros(len(more), bool)
        few[self._some_of_each(mine, more)] = True
        most = max(FEW, FEW_OF_EACH * int(np.isfinite(smallest).sum()))
        room = min(NEAR * max(1.0, abs(least)), _room_for(more[mine[~few[mine]]], most - int(few.sum())))
        start = self._start
        for _ in range(TRIES):
            keep = ~self._patterns | few | (more <= room)
            if keep[mine].sum() > most:
                return None
            answer = self._integer(keep, share=0.5, gap=self._relative_gap, start=start, doubt_seconds=0.0)
            if self._better(answer):
                self._plan = answer
                self._met |= answer.x > 0.5 if answer.x is not None else False
            if answer.ended == "interrupted":
                return None
            if answer.x is None or answer.value is None:
                room *= 10
                continue
            lost = answer.value - least + ROUNDING * max(1.0, abs(answer.value))
            if lost <= room:
                bound = answer.bound if answer.bound is not None else least
                return replace(answer, bound=min(max(bound, least), answer.value), relaxed=(least, more))
            room, start = lost, _whole(answer.x)
        return None

    def _relaxation(self) -> Relaxation | Literal["infeasible", "interrupted"]:
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
        warm: highs.Relaxation | None = highs.Relaxation(linear, self._watch, seed=self._seed, steps=steps)
        for _ in range(ROUNDS):
            left = self._until - self._watch.seconds
            if left <= 0 or self._watch.stopped:
                return "interrupted"
            answer: highs.Relaxed | highs.Answer | None = self._solved_on(warm, left)
            if answer is None:  # the simplex goes round in circles: from scratch, and from here on
                warm, linear = None, self._linear(cost, repair=repair)
                answer = highs.relax(linear, self._watch, seconds=left, seed=self._seed)
            if answer.ended == "infeasible":
                return "infeasible"
            if answer.ended != "proved" or answer.prices is None or answer.value is None:
                return "interrupted"
            if repair and answer.value <= 1e-7:
                return Relaxation(answer.value, np.zeros(len(cost)))
            reduced = cost - self._by_column.T @ answer.prices
            scale = max(1.0, float(np.abs(cost).max()))
            better = np.flatnonzero(~self._met & (reduced < -MISSING * scale * (1.0 if not repair else 1e-3)))
            if not len(better):
                return Relaxation(answer.value, reduced)
            added = self._some_of_each(better, reduced)
            self._met[added] = True
            costs = np.zeros(len(added)) if repair else cost[added]
            if warm is not None:
                warm.widen(costs, self._model.lower[added], self._model.upper[added], self._by_column[:, added])
        return "interrupted"

    def _some_of_each(self, better: Ints, reduced: Floats) -> Ints:
        """The best few of every group of patterns of which one is picked, so that no group waits for another."""
        order = better[np.lexsort((reduced[better], self._group[better]))]
        group = self._group[order]
        first = np.r_[True, group[1:] != group[:-1]]
        rank = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
        return np.asarray(order[rank < ADDED_OF_EACH], np.int64)

    def _solved_on(self, warm: highs.Relaxation | None, seconds: float) -> highs.Relaxed | None:
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
        model, at = self._model, np.flatnonzero(self._met)
        rows = sp.csr_array(self._by_column[:, at])
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

    def _integer(
        self,
        kept: Bools,
        *,
        share: float,
        gap: float,
        start: tuple[NDArray[np.int32], Floats] | None = None,
        doubt_seconds: float = np.inf,
    ) -> highs.Answer:
        """The integer model on some columns, within a share of the time left; the vector of all columns comes back.

        Of ``start``, columns and values, what is decided counts.
        """
        model, at = self._model, np.flatnonzero(kept)
        part = _some_columns(model, self._by_column, at)
        begin = None
        if start is not None:
            place = np.full(len(model.cost), -1)
            place[at] = np.arange(len(at))
            decided = model.integer[start[0]] & kept[start[0]]
            begin = place[start[0][decided]].astype(np.int32), start[1][decided]
        left = max(0.0, self._until - self._watch.seconds)
        answer = highs.solve(
            part,
            self._watch,
            seconds=left * share,
            relative_gap=gap,
            seed=self._seed,
            start=begin,
            on_progress=_heard_over_all(self._on_progress, at, len(model.cost)),
            doubt_seconds=doubt_seconds,
        )
        return answer if answer.x is None else replace(answer, x=_among_all(answer.x, at, len(model.cost)))


def _room_for(more: Floats, count: int) -> float:
    """How large a reduced cost may be so that no more than ``count`` of these are as small."""
    if count >= len(more):
        return np.inf
    return float(np.nextafter(np.partition(more, count)[count], -np.inf)) if count >= 0 else 0.0


def _whole(x: Floats) -> tuple[NDArray[np.int32], Floats]:
    """A solution as a start."""
    return np.arange(len(x), dtype=np.int32), x
