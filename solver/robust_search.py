"""The search for one plan that does in several futures, by whatever attitude the table takes towards not knowing which will come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from solver.answer import Answering
from solver.ask import Ask
from solver.behaviours import Choice, Observed
from solver.case import Case
from solver.every_layout import EveryLayout, every_layout
from solver.formulations.joint import Combined, Expected, Largest
from solver.formulations.stage import NotWritten
from solver.invalid import InvalidScenario
from solver.optimum import first_plan
from solver.plan_order import worth_of
from solver.solve_jointly import SolvedJointly, solve_jointly
from solver.solve_model import solve_model
from solver.solved import Layout, Solved, StoppedBy
from solver.start import worth_a_start
from solver.watch import Watch

Bools = NDArray[np.bool_]
Attitude = Literal["expected", "worst_case", "regret"]


@dataclass(frozen=True)
class Own:
    """A future's own best: the first objective as it is minimised, what ended the search for it, and the plan; None where there is none."""

    value: float | None
    stopped_by: StoppedBy
    layout: Layout | None = None


@dataclass(frozen=True)
class Stance:
    """How one number is made of an objective's values in the futures: an attitude, ``weights`` [F] that add up to 1, and with regret the futures' own best."""

    attitude: Attitude
    weights: tuple[float, ...]
    own: tuple[Own, ...] = ()

    def combined(self, position: int) -> Combined:
        """How objective ``position`` is combined."""
        if self.attitude == "expected":
            return Expected(self.weights)
        if self.attitude == "regret" and position == 0:
            return Largest(tuple(own.value if own.value is not None else 0.0 for own in self.own))
        return Largest(tuple(0.0 for _ in self.weights))

    def over_futures(self, position: int, values: np.ndarray) -> np.ndarray:
        """[n] of values [F,n] of an objective, all as they are minimised."""
        how = self.combined(position)
        if isinstance(how, Expected):
            return np.asarray(np.array(how.weights) @ values)
        return np.asarray((values - np.array(how.allowances)[:, None]).max(axis=0))


class RobustSearch:
    """The search among the plans of cases that differ in their future alone."""

    def __init__(
        self, answerings: Sequence[Answering], attitude: Attitude, weights: Sequence[float], watch: Watch
    ) -> None:
        self._answerings, self._watch = answerings, watch
        self._cases = [answering.case for answering in answerings]
        self._objectives = self._cases[0].objectives
        self.stance = Stance(attitude, tuple(weights))

    @property
    def wants_own(self) -> bool:
        """Whether each future's own best is looked for first: to be regretted, or for a plan to begin with where the case is large."""
        return self.stance.attitude == "regret" or worth_a_start(self._cases[0])

    def found(self, own: Sequence[Own]) -> SolvedJointly:
        """The plan, given each future's own best where it is wanted. Raises InvalidScenario where there is no way to look for it."""
        try:
            return self._found(own)
        except NotWritten as unwritten:
            raise InvalidScenario([_unwritten(self._cases[0], str(unwritten))]) from unwritten

    def beside(self, own: Sequence[Own]) -> Stance:
        """The stance with each future's own best to measure by."""
        return replace(self.stance, own=tuple(own)) if self.stance.attitude == "regret" else self.stance

    def _found(self, own: Sequence[Own]) -> SolvedJointly:
        self.stance = self.beside(own)
        none = [own for own in self.stance.own if own.value is None]
        if none:
            infeasible = any(own.stopped_by == "proof" for own in none)
            return SolvedJointly(Solved(None, none[0].stopped_by, infeasible=infeasible, formulation="compact"), ())
        if self._every is not None:
            return self._looked_up(self._every)
        combined = [self.stance.combined(i) for i in range(len(self._objectives))]
        start = self._start(own)
        found = solve_jointly(self._cases, combined, self._watch, start)
        if not found.layouts and not found.solved.infeasible and start is not None:
            layouts = tuple(answering.drawn(start)[0] for answering in self._answerings)
            found = SolvedJointly(replace(found.solved, layout=layouts[0], formulation="one future's plan"), layouts)
        unproved = [own.stopped_by for own in self.stance.own if own.stopped_by != "proof"]
        if unproved and found.solved.stopped_by == "proof":
            bounds = (None, *found.solved.bounds[1:])
            return replace(found, solved=replace(found.solved, stopped_by=unproved[0], bounds=bounds))
        return found

    def _start(self, own: Sequence[Own]) -> Bools | None:
        """[S,K,T] the first future's own plan that keeps every hard rule in all of them."""
        if not worth_a_start(self._cases[0]):
            return None
        for one in own:
            if one.layout is not None and all(
                other.audited(other.drawn(one.layout.offered)[0]).keeps_every_hard_rule for other in self._answerings
            ):
                return one.layout.offered
        return None

    @cached_property
    def _every(self) -> list[EveryLayout] | None:
        """Every layout in each future, where they are few."""
        tables = []
        if any(objective.tolerance > 0 for objective in self._objectives):
            return None
        for answering in self._answerings:
            every = _layouts(answering)
            if every is None:
                return None
            tables.append(every)
        return tables

    def own_best(self, i: int) -> Own:
        """What future ``i`` would have by itself."""
        self._watch.report("solving", note=f"the best of future {i + 1} of {len(self._cases)} by itself")
        if self._every is not None:
            values = self._every[i].values[:, 0]
            return Own(float(values.min()) if len(values) else None, "proof")
        case, answering = self._cases[i], self._answerings[i]
        first = self._objectives[0].model_copy(update={"tolerance": 0.0})
        begin = first_plan(answering, self._watch)
        solved = solve_model(Ask(case.land, case.rules, [first], case.limits, begin), self._watch)
        if solved.layout is None:
            return Own(None, solved.stopped_by)
        return Own(worth_of(answering.audited(solved.layout).objectives)[0], solved.stopped_by, solved.layout)

    def _looked_up(self, every: Sequence[EveryLayout]) -> SolvedJointly:
        """Of all layouts that keep the hard rules in every future, the best."""
        numbers = every[0].numbers
        for one in every[1:]:
            numbers = np.intersect1d(numbers, one.numbers)
        kept = [one.kept(np.isin(one.numbers, numbers)) for one in every]
        values = np.stack([one.values for one in kept])
        combined = np.column_stack([self.stance.over_futures(i, values[:, :, i]) for i in range(values.shape[2])])
        table = replace(kept[0], values=combined)
        position = table.best()
        if position is None:
            return SolvedJointly(Solved(None, "proof", infeasible=True, formulation="every layout"), ())
        told = tuple(float(value) for value in combined[position])
        layout = table.layout(position)
        solved = Solved(layout, "proof", values=told, bounds=told, formulation="every layout", canonical=True)
        return SolvedJointly(solved, tuple(layout for _ in every))


def _layouts(answering: Answering) -> EveryLayout | None:
    objectives = answering.case.objectives
    return answering.once(("every layout", *objectives), lambda: every_layout(answering, objectives))


def _unwritten(case: Case, why: str) -> dict[str, str]:
    chosen = [
        k for k, b in zip(case.land.care_types, case.land.behaviours, strict=True) if isinstance(b, Choice | Observed)
    ]
    return {
        "where": "question",
        "problem": f"robustness needs the compact form, or one care type and one period with few sites: {why}",
        "fix": f"let {', '.join(chosen) or 'these care types'} be nearest or steered, or evaluate a plan in one future at a time",
    }
