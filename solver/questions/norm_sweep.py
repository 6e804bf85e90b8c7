"""Norm sweep: what each step of a limit costs, from loose to strict.

    at_least, at_least_share:                       steps (from, to]
    max_minutes, at_most, at_most_eur, factor:      steps [from, to)

Where plans fix the flows each step has one plan and one value, and every breakpoint is exact. Where the planner steers, a step has one set of offers and a
value that is linear in the limit, given at both ends. An infeasible range ends the sweep; its open end is null. What is not proved in time is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field, model_serializer, model_validator

from solver.answer import Answering
from solver.case import Case
from solver.outcome import Outcome
from solver.question import Door, Problem, Question
from solver.solve_model import Solved, StoppedBy
from solver.sweep.limit import SWEPT, Limit, moved_rules, usual_field
from solver.sweep.steps import as_json, merged
from solver.sweep.ways import sweep
from solver.watch import Watch


class NormSweep(Question):
    """What does each step of a norm cost?"""

    question: Literal["norm_sweep"] = "norm_sweep"
    rule: str = Field(description="Id of the rule as written; all rules it was expanded to move together.")
    field: str | None = Field(default=None, description="The limit that moves; at_least or max_minutes if left out.")
    first: float = Field(alias="from", ge=0, description="Smallest value of the limit, in its unit.")
    last: float = Field(alias="to", ge=0, description="Largest value of the limit, in its unit.")

    @model_validator(mode="after")
    def _goes_upwards(self) -> NormSweep:
        if self.last <= self.first:
            raise ValueError("a sweep goes from a smaller to a larger value")
        return self

    @model_serializer
    def _as_written(self) -> dict[str, Any]:
        told = {"question": self.question, "rule": self.rule, "from": self.first, "to": self.last}
        return told if self.field is None else {**told, "field": self.field}

    def problems(self, door: Door) -> Iterator[Problem]:
        """The rule must be there, hard, and have the limit."""
        mine = list(moved_rules(door.rules, self.rule))
        name = self.field or usual_field(mine)
        if not mine:
            problem = f"no rule is called {self.rule}"
            yield {"where": "question.rule", "problem": problem, "fix": f"use one of: {_ids(door.rules)}"}
        elif name not in SWEPT or all(rule.get(name) is None for rule in mine):
            problem = f"rule {self.rule} has no limit {name or 'to move'}"
            fields = sorted({f for rule in mine for f in SWEPT if rule.get(f) is not None})
            yield {"where": "question.field", "problem": problem, "fix": f"use one of: {', '.join(fields) or 'none'}"}
        elif any(rule.get("hardness") != "hard" for rule in mine):
            problem = f"rule {self.rule} is not hard, so that no plan depends on its limit"
            yield {"where": "question.rule", "problem": problem, "fix": "make it hard"}

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The steps, loosest limit first for at_least, strictest first for the others: always from small to large."""
        answering = Answering(case)
        name = self.field or usual_field(list(moved_rules(case.scenario["rules"], self.rule)))
        assert name is not None, "the door lets no other sweep in"
        limit = Limit.of(case, self.rule, name, self.first, self.last)
        found = list(sweep(answering, limit, watch))
        steps = [as_json(answering, limit, step) for step in merged(found)]
        proved = all(step.outcome != "unknown" for step in found)
        stopped_by: StoppedBy = "proof" if proved else "cancel" if watch.stopped else "time_limit"
        whole = replace(
            answering.outcome(Solved(None, stopped_by, formulation="norm sweep")),
            objectives=[], steps=steps[::-1] if limit.lever.up else steps,
        )  # fmt: skip
        if any(step.outcome == "optimal" for step in found):
            return replace(whole, outcome="optimal" if proved else "feasible")
        return replace(whole, outcome="infeasible" if proved else "no_plan_found")


def _ids(rules: Iterable[dict[str, Any]]) -> str:
    return ", ".join(str(rule["id"]) for rule in rules) or "there are none"
