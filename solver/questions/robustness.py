"""Robustness: one set of offers that has to do in several futures, each with flows of its own; hard rules hold in every one of them.

    expected:    minimise  sum over futures f of probability[f] * objective[f]          (no probabilities: all equal)
    worst_case:  minimise  max over futures f of objective[f]
    regret:      minimise  max over futures f of ( first objective[f] - its own optimum in f ),   later objectives as in worst_case

Measures, where only one number can be told, are those of the first future listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from pydantic import Field

from solver.answer import Answering, objective_lines
from solver.audits.audit import Audit
from solver.audits.objectives import MAXIMISED
from solver.behaviours import Choice, Observed
from solver.case import Case
from solver.every_layout import EveryLayout, every_layout
from solver.formulations.compact import NotWritten
from solver.formulations.joint import Combined, Expected, Largest
from solver.invalid import InvalidScenario
from solver.outcome import Outcome, Verdict
from solver.plan_order import worth_of
from solver.question import Door, Problem, Question
from solver.solve_jointly import SolvedJointly, solve_jointly
from solver.solve_model import PROVED_GAP, Ask, Layout, Solved, StoppedBy, solve_model
from solver.watch import Watch

Json = dict[str, Any]
BASE = "base"


class Robustness(Question):
    """Which plan will do in every future?"""

    question: Literal["robustness"] = "robustness"
    futures: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Futures to hold in; all of the data when left out."
    )
    attitude: Literal["expected", "worst_case", "regret"] = Field(
        default="expected",
        description="What to keep small: the mean, the worst, or the largest loss against each future's own best.",
    )

    def problems(self, door: Door) -> Iterator[Problem]:
        """Futures that nobody knows, and chances that do not add up to anything."""
        named = self.futures or tuple(door.probabilities)
        if not named:
            fix = "add table futures, name base, or ask optimise"
            yield {"where": "question.futures", "problem": "the data know no futures", "fix": fix}
        for future in named:
            if future not in (BASE, *door.probabilities):
                known = ", ".join((BASE, *door.probabilities))
                yield {
                    "where": "question.futures",
                    "problem": f"the data have no future {future}",
                    "fix": f"use one of: {known}",
                }
        if len(set(named)) < len(named):
            yield {"where": "question.futures", "problem": "a future is named twice", "fix": "name each once"}
        chances = [door.probabilities.get(future) for future in named]
        if self.attitude == "expected" and any(chance is not None for chance in chances):
            lacking = [future for future, chance in zip(named, chances, strict=True) if chance is None]
            if lacking:
                problem = f"no probability for {', '.join(lacking)}"
                yield {"where": "futures.probability", "problem": problem, "fix": "give all of them one, or none"}
            elif sum(chance or 0.0 for chance in chances) <= 0 or min(chance or 0.0 for chance in chances) < 0:
                problem = "the probabilities of these futures do not add up to anything"
                yield {"where": "futures.probability", "problem": problem, "fix": "give numbers from 0 to 1"}

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The plan, its combined objectives, and what it does in each future."""
        assert case.in_future is not None, "assemble says how to make a case in another future"
        futures = self._futures(case)
        answerings = [Answering(case if future == BASE else case.in_future(future)) for future in futures]
        search = _Search(answerings, self.attitude, _weights(case, futures), watch)
        found = search.found()
        watch.report("auditing")
        return _Telling(Answering(case), answerings, futures, search, found).outcome()

    def _futures(self, case: Case) -> list[str]:
        return list(self.futures) if self.futures is not None else [str(f) for f in case.tables["futures"]["future_id"]]


def _weights(case: Case, futures: Sequence[str]) -> list[float]:
    """[F] probabilities that add up to 1; all equal where none are given."""
    table = case.tables.get("futures", {})
    given = dict(zip(table.get("future_id", ()), table.get("probability", ()), strict=False))
    chances = np.array([given.get(future, np.nan) for future in futures], float)
    if np.isnan(chances).any():
        chances = np.ones(len(futures))
    return [float(chance) for chance in chances / chances.sum()]


@dataclass(frozen=True)
class _Own:
    """A future's own best value of the first objective, as it is minimised, and what ended the search for it; None where there is no plan."""

    value: float | None
    stopped_by: StoppedBy


class _Search:
    """The search for a plan that does in all futures."""

    def __init__(self, answerings: Sequence[Answering], attitude: str, weights: Sequence[float], watch: Watch) -> None:
        self._answerings, self.attitude, self.weights, self._watch = answerings, attitude, weights, watch
        self._cases = [answering.case for answering in answerings]
        self._objectives = self._cases[0].objectives
        self._every = self._all_layouts()
        self.own: list[_Own] = []

    def found(self) -> SolvedJointly:
        """The plan; with regret, each future's own optimum first."""
        if self.attitude == "regret":
            self.own = [self._own_best(i) for i in range(len(self._cases))]
            if any(own.value is None for own in self.own):
                infeasible = any(own.value is None and own.stopped_by == "proof" for own in self.own)
                stopped_by = next(own.stopped_by for own in self.own if own.value is None)
                return SolvedJointly(Solved(None, stopped_by, infeasible=infeasible, formulation="compact"), ())
        if self._every is not None:
            return self._looked_up(self._every)
        try:
            found = solve_jointly(self._cases, [self._combined(i) for i in range(len(self._objectives))], self._watch)
        except NotWritten as unwritten:
            raise InvalidScenario([_unwritten(self._cases[0], str(unwritten))]) from unwritten
        if any(own.stopped_by != "proof" for own in self.own) and found.solved.stopped_by == "proof":
            stopped_by = next(own.stopped_by for own in self.own if own.stopped_by != "proof")
            unknown = (None, *found.solved.bounds[1:])
            return replace(found, solved=replace(found.solved, stopped_by=stopped_by, bounds=unknown))
        return found

    def combine(self, position: int, values: Sequence[float]) -> float:
        """One number for an objective's values in the futures, all as they are minimised."""
        how = self._combined(position)
        if isinstance(how, Expected):
            return float(np.dot(how.weights, values))
        return max(value - allowance for value, allowance in zip(values, how.allowances, strict=True))

    def _combined(self, position: int) -> Combined:
        if self.attitude == "expected":
            return Expected(tuple(self.weights))
        if self.attitude == "regret" and position == 0:
            return Largest(tuple(own.value if own.value is not None else 0.0 for own in self.own))
        return Largest(tuple(0.0 for _ in self._cases))

    def _all_layouts(self) -> list[EveryLayout] | None:
        """Every layout in each future, where they are few."""
        tables = []
        for answering in self._answerings:
            every = every_layout(answering, self._objectives)
            if every is None:
                return None
            tables.append(every)
        return tables

    def _own_best(self, i: int) -> _Own:
        self._watch.report("solving", note=f"the best of future {i + 1} of {len(self._cases)} by itself")
        if self._every is not None:
            values = self._every[i].values[:, 0]
            return _Own(float(values.min()) if len(values) else None, "proof")
        case = self._cases[i]
        first = self._objectives[0].model_copy(update={"tolerance": 0.0})
        try:
            solved = solve_model(Ask(case.land, case.rules, [first], case.limits), self._watch)
        except NotWritten as unwritten:
            raise InvalidScenario([_unwritten(case, str(unwritten))]) from unwritten
        if solved.layout is None:
            return _Own(None, solved.stopped_by)
        return _Own(worth_of(self._answerings[i].audited(solved.layout).objectives)[0], solved.stopped_by)

    def _looked_up(self, every: Sequence[EveryLayout]) -> SolvedJointly:
        """Of all layouts that keep the hard rules in every future, the best."""
        numbers = every[0].numbers
        for one in every[1:]:
            numbers = np.intersect1d(numbers, one.numbers)
        kept = [one.kept(np.isin(one.numbers, numbers)) for one in every]
        values = np.stack([one.values for one in kept])
        combined = np.column_stack([self._over_futures(i, values[:, :, i]) for i in range(values.shape[2])])
        table = replace(kept[0], values=combined)
        position = table.best([objective.tolerance for objective in self._objectives])
        if position is None:
            return SolvedJointly(Solved(None, "proof", infeasible=True, formulation="every layout"), ())
        told = tuple(float(value) for value in combined[position])
        layout = table.layout(position)
        solved = Solved(layout, "proof", values=told, bounds=told, formulation="every layout", canonical=True)
        return SolvedJointly(solved, tuple(layout for _ in every))

    def _over_futures(self, position: int, values: np.ndarray) -> np.ndarray:
        how = self._combined(position)
        if isinstance(how, Expected):
            return np.asarray(np.array(how.weights) @ values)
        return np.asarray((values - np.array(how.allowances)[:, None]).max(axis=0))


def _unwritten(case: Case, why: str) -> Problem:
    chosen = [
        k for k, b in zip(case.land.care_types, case.land.behaviours, strict=True) if isinstance(b, Choice | Observed)
    ]
    return {
        "where": "question",
        "problem": f"robustness needs the compact form, or one care type and one period with few sites: {why}",
        "fix": f"let {', '.join(chosen) or 'these care types'} be nearest or steered, or evaluate a plan in one future at a time",
    }


class _Telling:
    """A found plan as an outcome: audited in each future, its rows told apart by future."""

    def __init__(
        self,
        base: Answering,
        answerings: Sequence[Answering],
        futures: Sequence[str],
        search: _Search,
        found: SolvedJointly,
    ) -> None:
        self._base, self._answerings, self._futures, self._search, self._found = (
            base,
            answerings,
            futures,
            search,
            found,
        )
        self._audits: list[Audit] = [
            answering.audited(layout) for answering, layout in zip(answerings, found.layouts, strict=False)
        ]

    def outcome(self) -> Outcome:
        """The outcome; without a plan, what is known all the same."""
        solved = self._found.solved
        told = self._base.outcome(replace(solved, layout=None, bounds=()))
        told = replace(told, baseline=self._baseline(told.baseline), warnings=self._warnings(told.warnings))
        if not self._audits:
            lines = self._lines([None] * len(self._base.case.objectives))
            return replace(told, objectives=lines, futures=[])
        worth = np.array([worth_of(audit.objectives) for audit in self._audits])
        signs = [-1.0 if row["objective"] in MAXIMISED else 1.0 for row in self._base.case.scenario["objectives"]]
        values: list[float | None] = []
        for i in range(worth.shape[1]):
            value = self._search.combine(i, worth[:, i].tolist())
            loss = self._search.attitude == "regret" and i == 0
            values.append(None if not np.isfinite(value) else value if loss else signs[i] * value)
        lines = self._lines(values)
        proved = all(line["gap"] is not None and line["gap"] <= PROVED_GAP for line in lines)
        verdict: Verdict = "optimal" if proved else "feasible"
        first = self._audits[0]
        return replace(
            told,
            outcome=verdict,
            objectives=lines,
            plan=self._plan(self._found.layouts),
            measures=first.measures,
            norms=[row for audit in self._audits for row in audit.norms],
            breaches=[row for audit in self._audits for row in audit.breaches],
            ties=self._tagged([audit.tie_rows for audit in self._audits]),
            futures=[self._future(i) for i in range(len(self._futures))],
            canonical=solved.canonical,
            other_optima={
                "exist": bool(solved.others),
                "complete": solved.others_complete,
                "plans": [self._base.offers_json(layout) for layout in solved.others],
            },
            assumed=[*told.assumed, f"measures are those of future {self._futures[0]}"],
        )

    def _lines(self, values: Sequence[float | None]) -> list[Json]:
        """The combined objectives, each with how it was combined."""
        lines = objective_lines(self._base.case, values, self._found.solved.bounds)
        attitude = self._search.attitude
        later = "worst_case" if attitude == "regret" else attitude
        lines = [{**line, "attitude": attitude if i == 0 else later} for i, line in enumerate(lines)]
        if attitude == "regret" and lines[0]["objective"] in MAXIMISED:
            proved = self._found.solved.stopped_by == "proof" and values[0] is not None
            lines[0] |= {"bound": values[0] if proved else None, "gap": 0.0 if proved else None}
        return lines

    def _future(self, i: int) -> Json:
        audit = self._audits[i]
        row: Json = {"future": self._futures[i], "objectives": audit.objectives, "breaches": audit.breaches}
        if self._search.attitude == "expected":
            row["probability"] = self._search.weights[i]
        if self._search.attitude == "regret":
            best = self._search.own[i].value
            assert best is not None
            line = audit.objectives[0]
            sign = -1.0 if line["objective"] in MAXIMISED else 1.0
            row |= {"own_best": sign * best, "loss": worth_of([line])[0] - best}
        return {**row, "measures": audit.measures}

    def _plan(self, layouts: Sequence[Layout]) -> Json:
        plans = [
            answering.plan_json(layout, audit)
            for answering, layout, audit in zip(self._answerings, layouts, self._audits, strict=True)
        ]
        return {
            "offers": plans[0]["offers"],
            "volumes": self._tagged([plan["volumes"] for plan in plans]),
            "flows": self._tagged([plan["flows"] for plan in plans]),
        }

    def _tagged(self, rows: Sequence[list[Json]]) -> list[Json]:
        return [{**row, "future": future} for future, of_one in zip(self._futures, rows, strict=True) for row in of_one]

    def _baseline(self, base: Json | None) -> Json | None:
        """Today's landscape in the base future, with the flows and volumes of today in every other future beside them."""
        if base is None:
            return None
        others = [
            (future, answering.plan_json(answering.today.layout, answering.today.audit))
            for future, answering in zip(self._futures, self._answerings, strict=True)
            if future != BASE and answering.today is not None
        ]
        plan = dict(base["plan"])
        for name in ("volumes", "flows"):
            of_all = [(BASE, plan[name]), *((future, other[name]) for future, other in others)]
            plan[name] = [{**row, "future": future} for future, rows in of_all for row in rows]
        return {**base, "plan": plan}

    def _warnings(self, told: Sequence[str]) -> list[str]:
        more = [
            f"future {future}: {warning}"
            for future, answering in zip(self._futures, self._answerings, strict=True)
            for warning in (
                *answering.case.warnings,
                *([answering.today.note] if answering.today and answering.today.note else []),
            )
            if warning not in told
        ]
        return [*told, *dict.fromkeys(more)]


__all__ = ["Robustness"]
