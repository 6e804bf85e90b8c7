"""Norm sweep: what each step of a limit costs, from loose to strict.

    at_least, at_least_share:                       steps (from, to]
    max_minutes, at_most, at_most_eur, factor:      steps [from, to)

Where plans fix the flows each step has one plan and one value, and every breakpoint is exact. Where the planner steers, a step has one set of offers and a
value that is linear in the limit, given at both ends. An infeasible range ends the sweep; its open end is null. What is not proved in time is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_serializer, model_validator

from solver.answer import Answering
from solver.case import Case
from solver.outcome import Outcome
from solver.parted import Parted
from solver.question import Door, Problem
from solver.rounds import Json, Round, Rounds
from solver.solved import Solved, StoppedBy
from solver.start import worth_a_start
from solver.sweep.limit import SWEPT, Limit, moved_rules, usual_field
from solver.sweep.steps import Step, as_json, merged, step_json, step_of
from solver.sweep.ways import goes_on, sweep
from solver.watch import Watch

STRETCHES = 8
"""Into how many parts a range falls in which every step is a solve of its own."""


class NormSweep(Parted):
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

    def next_round(self, answering: Answering, rounds: Rounds) -> Round | None:
        """Stretches of the limit where each step is a solve of its own; else the whole range, which one search goes through."""
        if rounds:
            return None
        limit = self._limit(answering.case)
        count = 1 if goes_on(limit) or not worth_a_start(answering.case) else STRETCHES
        ends = np.linspace(limit.loose, limit.strict, count + 1).tolist()
        return Round(tuple({"loose": loose, "strict": strict} for loose, strict in pairwise(ends)))

    def answer_part(self, answering: Answering, part: Json, rounds: Rounds, watch: Watch) -> Json:
        """The steps of a stretch."""
        limit = replace(self._limit(answering.case), loose=part["loose"], strict=part["strict"])
        return {"steps": [step_json(step, answering.case.land) for step in sweep(answering, limit, watch)]}

    def gather(self, answering: Answering, rounds: Rounds, watch: Watch) -> Outcome:
        """The steps, loosest limit first for at_least, strictest first for the others: always from small to large."""
        limit = self._limit(answering.case)
        asked = self.next_round(answering, ())
        assert asked is not None, "the first round is always asked"
        found: list[Step] = []
        for part, told in zip(asked.parts, rounds[0], strict=True):
            if told is None:
                found.append(Step(part["loose"], part["strict"], "unknown"))
            else:
                found += [step_of(step, answering.case.land) for step in told["steps"]]
            if found[-1].outcome == "infeasible" and not limit.beside_today:
                break
        steps = [as_json(answering, limit, step) for step in merged(found)]
        proved = all(step.outcome != "unknown" for step in found)
        stopped_by: StoppedBy = "proof" if proved else "cancel" if watch.cancelled else "time_limit"
        whole = replace(
            answering.outcome(Solved(None, stopped_by, formulation="norm sweep")),
            objectives=[], steps=steps[::-1] if limit.lever.up else steps,
        )  # fmt: skip
        if any(step.outcome == "optimal" for step in found):
            return replace(whole, outcome="optimal" if proved else "feasible")
        return replace(whole, outcome="infeasible" if proved else "no_plan_found")

    def _limit(self, case: Case) -> Limit:
        name = self.field or usual_field(list(moved_rules(case.scenario["rules"], self.rule)))
        assert name is not None, "the door lets no other sweep in"
        return Limit.of(case, self.rule, name, self.first, self.last)


def _ids(rules: Iterable[dict[str, Any]]) -> str:
    return ", ".join(str(rule["id"]) for rule in rules) or "there are none"
