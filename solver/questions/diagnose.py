"""Diagnose: why there is no plan, and the smallest changes that would give one.

A conflict is irreducible: the core with its members allows no plan, with all of them but any one it does. A repair makes the whole scenario feasible.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from solver.answer import Answering
from solver.case import Case
from solver.diagnosis.diagnosis import diagnose
from solver.optimum import optimum, outcome_of
from solver.outcome import Outcome
from solver.question import Question
from solver.solved import Solved, StoppedBy
from solver.watch import Watch


class Diagnose(Question):
    """Why is there no plan, and what would help?"""

    question: Literal["diagnose"] = "diagnose"

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The conflicts and the repair menu; of a scenario that has a plan after all, the best plan and no conflict."""
        answering = Answering(case)
        found = diagnose(case, watch)
        if found.plan is not None:
            outcome = outcome_of(answering, optimum(answering, watch), watch)
            return replace(outcome, diagnosis=found.told)
        proved = bool(found.told["conflicts"])
        stopped_by: StoppedBy = "proof" if proved else "cancel" if watch.stopped else "time_limit"
        none = Solved(None, stopped_by, infeasible=proved, formulation="conflicts among the rules")
        return replace(answering.outcome(none), diagnosis=found.told)
