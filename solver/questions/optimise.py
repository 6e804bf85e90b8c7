"""Optimise: the best plan under the scenario's rules, its objectives minimised in order."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from solver.answer import Answering
from solver.ask import Ask
from solver.case import Case
from solver.certify import certified
from solver.diagnosis.diagnosis import diagnose
from solver.optimum import optimum, outcome_of
from solver.outcome import Outcome
from solver.question import Question
from solver.solve_model import solve_model
from solver.watch import Watch

SHARE_TO_EXPLAIN = 0.25
"""Why there is no plan is told within this share of the limit; the question diagnose takes all of it."""


class Optimise(Question):
    """What is the best plan?"""

    question: Literal["optimise"] = "optimise"

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The plan, its bound and gap, beside today's landscape; where there is none, why, as far as the time goes."""
        answering = Answering(case)
        best = optimum(answering, watch)
        if not best.infeasible:
            return certified(outcome_of(answering, best, watch), case, watch, best.multipliers)
        found = diagnose(case, watch, seconds=SHARE_TO_EXPLAIN * case.limits.seconds)
        if found.plan is None:
            return replace(outcome_of(answering, best, watch), diagnosis=found.told)
        asked = Ask(case.land, case.rules, case.objectives, case.limits, start=found.plan, presolve=False)
        return outcome_of(answering, solve_model(asked, watch), watch)
