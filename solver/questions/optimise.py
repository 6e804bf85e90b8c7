"""Optimise: the best plan under the scenario's rules, its objectives minimised in order."""

from __future__ import annotations

from typing import Literal

from solver.answer import Answering
from solver.case import Case
from solver.outcome import Outcome
from solver.question import Question
from solver.solve_model import Ask, solve_model
from solver.watch import Watch


class Optimise(Question):
    """What is the best plan?"""

    question: Literal["optimise"] = "optimise"

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The plan, its bound and gap, beside today's landscape."""
        solved = solve_model(Ask(case.land, case.rules, case.objectives, case.limits), watch)
        watch.report("auditing")
        return Answering(case).outcome(solved)
