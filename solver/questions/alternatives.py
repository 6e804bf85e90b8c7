"""Alternatives: which plans are almost as good, the best first.

Plans are distinct in what they offer. They stand in order of all objectives, each to 1e-9, then of fewest changes to today, then of the documented order;
a tolerance of an objective plays no part in it. ``within_share`` keeps the plans with

    first objective <= v + within_share * |v|,   v its least value

``complete`` says that there are no others, ``count_at_least`` how many are known to exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from solver.answer import Answering
from solver.ask import Ask
from solver.case import Case
from solver.every_layout import EveryLayout, every_layout
from solver.in_order import held_at
from solver.kept import Begun, Change, Kept, keep
from solver.objective import Objective
from solver.optimum import HALF, optimum, outcome_of
from solver.outcome import Outcome
from solver.plan_order import EQUAL, Measured, best_first, in_order, without_tolerance
from solver.question import Question
from solver.solve_model import solve_model
from solver.solved import Layout, Solved, StoppedBy
from solver.watch import Watch

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class _Found:
    """Plans that were found, whether they are all, how many exist at least, and why the search ended."""

    plans: list[Measured]
    complete: bool
    count_at_least: int
    stopped_by: StoppedBy = "proof"


class Alternatives(Question):
    """Which plans are almost as good?"""

    question: Literal["alternatives"] = "alternatives"
    at_most: int = Field(default=100, ge=1, le=10_000, description="List no more plans than this [plans].")
    within_share: float | None = Field(
        default=None,
        ge=0,
        description="How much worse than the best the first objective may be, as a share; any when left out.",
    )

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The optimum, and beside it the plans that come next."""
        answering = Answering(case)
        best = optimum(answering, watch, share=HALF)
        outcome = outcome_of(answering, best, watch)
        if best.layout is None:
            return replace(outcome, alternatives=[], complete=best.infeasible, count_at_least=0)
        if best.stopped_by != "proof":
            met = _measured(answering, best.layout)
            return replace(outcome, alternatives=[met.row], complete=False, count_at_least=1)
        watch.report("explaining", note="every layout")
        every = every_layout(answering, without_tolerance(case.objectives))
        search = _Search(answering, self.at_most, self.within_share, watch)
        found = search.among(every) if every is not None else search.one_by_one([best.layout, *best.others])
        watch.report("auditing")
        return replace(
            outcome,
            stopped_by=found.stopped_by,
            alternatives=[plan.row for plan in found.plans],
            complete=found.complete,
            count_at_least=found.count_at_least,
        )


class _Search:
    """The plans of one case that stand first."""

    def __init__(self, answering: Answering, at_most: int, within_share: float | None, watch: Watch) -> None:
        self._answering, self._at_most, self._share, self._watch = answering, at_most, within_share, watch
        self._case = answering.case
        self._objectives = without_tolerance(self._case.objectives)
        self._begun = Begun()

    def among(self, every: EveryLayout) -> _Found:
        """Of a case all of whose layouts are known."""
        first = every.values[:, 0]
        if self._share is not None:
            every = every.kept(first <= self._limit(float(first.min())))
        order = in_order(every.values, every.changes, -every.numbers)
        plans: list[Measured] = []
        for position in order[: self._at_most]:
            if self._watch.over:
                return _Found(best_first(plans, self._case.land), False, len(order), _why_over(self._watch))
            plans.append(_measured(self._answering, every.layout(int(position))))
            self._say(len(plans))
        return _Found(best_first(plans, self._case.land), len(order) <= self._at_most, len(order))

    def one_by_one(self, optima: list[Layout]) -> _Found:
        """By asking again and again for the best plan that is not known yet."""
        tolerant = any(objective.tolerance > 0 for objective in self._case.objectives)
        plans = [] if tolerant else [_measured(self._answering, layout) for layout in optima]
        held: list[tuple[Objective, float]] = []
        excluded = [plan.layout.offered for plan in plans]
        stopped_by: StoppedBy = "proof"
        complete = False
        while len(plans) <= self._at_most:
            if self._share is not None and not held and plans:
                held = [(self._objectives[0], self._limit(min(plan.worth[0] for plan in plans)))]
            found = self._next(held, excluded)
            if found.infeasible:
                complete = stopped_by == "proof"
                break
            if found.layout is None:
                stopped_by = found.stopped_by
                break
            excluded.append(found.layout.offered)
            plan = _measured(self._answering, found.layout)
            if all(plan.worth[0] <= limit + EQUAL * max(1.0, abs(limit)) for _, limit in held):
                plans.append(plan)
            self._say(len(plans))
            if found.stopped_by != "proof":
                stopped_by = "gap"
                if self._watch.over:
                    stopped_by = found.stopped_by
                    break
        plans = best_first(plans, self._case.land)
        return _Found(plans[: self._at_most], complete, len(plans), stopped_by)

    def _next(self, held: Sequence[tuple[Objective, float]], excluded: Sequence[Bools]) -> Solved:
        """The best plan that is not known yet, from the model that was written once, where there is one."""
        if self._kept is not None:
            change = Change(
                held=[(self._objectives.index(objective), limit) for objective, limit in held], excluded=excluded
            )
            order = range(len(self._objectives))
            return self._kept.solve(change, order, self._begun, self._watch, seconds=self._watch.left)
        case = self._case
        asked = Ask(case.land, case.rules, self._objectives, case.limits, held=held, excluded=excluded)
        return solve_model(asked, self._watch)

    @cached_property
    def _kept(self) -> Kept | None:
        return keep(self._case.land, self._case.rules, self._objectives, self._case.limits)

    def _limit(self, least: float) -> float:
        assert self._share is not None
        return held_at(least, self._share)

    def _say(self, count: int) -> None:
        self._watch.report("explaining", note=f"plan {count} of at most {self._at_most}")


def _measured(answering: Answering, layout: Layout) -> Measured:
    audit = answering.audited(layout)
    return Measured(layout, {"objectives": audit.objectives, "plan": answering.plan_json(layout, audit)})


def _why_over(watch: Watch) -> StoppedBy:
    return "cancel" if watch.stopped else "time_limit"


__all__ = ["Alternatives"]
