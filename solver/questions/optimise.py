"""Optimise: the best plan under the scenario's rules, its objectives minimised in order."""

from __future__ import annotations

from typing import Literal

from solver.answer import Answering
from solver.case import Case
from solver.optimum import optimum, outcome_of
from solver.outcome import Outcome
from solver.question import Question
from solver.watch import Watch


class Optimise(Question):
    """What is the best plan?"""

    question: Literal["optimise"] = "optimise"

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The plan, its bound and gap, beside today's landscape."""
        answering = Answering(case)
        return outcome_of(answering, optimum(answering, watch), watch)
