"""Behaviour regret: what becomes of the plan made for one behaviour of patients when they behave otherwise.

    for behaviours b (the plan is made for them) and c (patients show them):
    regret[b,c] = first objective of the best plan for b, measured under c - first objective of the best plan for c

Of a maximised objective the difference is taken the other way round, so that regret is what is lost; it is 0 for b = c. A plan that breaks a hard rule under
c says so in its breaches, and its regret may be negative. Example: the price of planning as if the planner assigned patients (steered) where they go to the
nearest site: W2 with norm 60 makes {A,C}, under which nearest patients leave C with 50.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field

from solver.answer import Answering
from solver.audits.objectives import MAXIMISED
from solver.behaviours import Behaviour, Steered
from solver.case import Case
from solver.drawn import evaluated
from solver.optimum import optimum, outcome_of
from solver.outcome import Outcome
from solver.question import Door, Problem, Question
from solver.solved import Solved
from solver.watch import Watch

OWN = "scenario"
"""The name of the scenario's own behaviours."""


class BehaviourRegret(Question):
    """What becomes of a plan when patients behave otherwise?"""

    question: Literal["behaviour_regret"] = "behaviour_regret"
    behaviours: dict[str, dict[str, Behaviour]] = Field(
        min_length=1,
        max_length=8,
        description="Name -> behaviours by care type, or * for all others; care types not named keep the scenario's. "
        "The scenario's own are always compared too, under the name scenario.",
    )

    def problems(self, door: Door) -> Iterator[Problem]:
        """Names that are taken, and care types the scenario does not have."""
        if OWN in self.behaviours:
            fix = "choose another name"
            yield {
                "where": f"question.behaviours.{OWN}",
                "problem": "the scenario's own behaviours have this name",
                "fix": fix,
            }
        for name, changed in self.behaviours.items():
            for care_type in changed:
                if care_type not in ("*", *door.care_types):
                    yield {
                        "where": f"question.behaviours.{name}.{care_type}",
                        "problem": f"the scenario has no care type {care_type}",
                        "fix": "use a care type of the scenario, or *",
                    }

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The scenario's own optimum; and for each behaviours the best plan, measured under all of them."""
        assert case.with_behaviours is not None, "assemble says how to make a case with other behaviours"
        answerings = {OWN: Answering(case)}
        for name, changed in self.behaviours.items():
            answerings[name] = Answering(case.with_behaviours(_merged(case.scenario["behaviours"], changed)))
        best: dict[str, Solved] = {}
        for position, (name, answering) in enumerate(answerings.items()):
            best[name] = optimum(answering, watch, share=1 / (len(answerings) - position + 1))
        own = outcome_of(answerings[OWN], best[OWN], watch)
        least = {name: _first(answerings[name].outcome(found)) for name, found in best.items()}
        rows = [
            self._row(made_for, under, found, answering, least[under], watch)
            for made_for, found in best.items()
            for under, answering in answerings.items()
        ]
        return replace(own, regrets=rows, complete=all(found.stopped_by == "proof" for found in best.values()))

    def _row(
        self, made_for: str, under: str, found: Solved, answering: Answering, least: float | None, watch: Watch
    ) -> dict[str, Any]:
        row: dict[str, Any] = {"made_for": made_for, "under": under}
        if found.layout is None:
            verdict = "infeasible" if found.infeasible else "no_plan_found"
            return {**row, "outcome": verdict, "plan": None, "objectives": [], "breaches": [], "regret": None}
        if made_for == under:
            outcome = answering.outcome(found)
        else:
            outcome = evaluated(answering, found.layout.offered, watch)
        told = {
            **row,
            "outcome": outcome.outcome,
            "plan": outcome.plan,
            "objectives": outcome.objectives,
            "breaches": outcome.breaches,
            "regret": _lost(outcome, least),
        }
        if outcome.baseline is not None and any(isinstance(one, Steered) for one in answering.case.land.behaviours):
            told["flows_today"] = outcome.baseline["plan"]["flows"]
        return told


def _merged(own: Mapping[str, Any], changed: Mapping[str, Behaviour]) -> dict[str, Any]:
    """The scenario's behaviours, those of some care types changed (JSON by care type)."""
    given = {care_type: one.model_dump(mode="json") for care_type, one in changed.items()}
    return {care_type: given.get(care_type, given.get("*", spelled)) for care_type, spelled in own.items()}


def _first(outcome: Outcome) -> float | None:
    value = outcome.objectives[0]["value"]
    return None if value is None else float(value)


def _lost(outcome: Outcome, least: float | None) -> float | None:
    value = _first(outcome)
    if value is None or least is None:
        return None
    return least - value if outcome.objectives[0]["objective"] in MAXIMISED else value - least
