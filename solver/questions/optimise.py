"""Optimise: the best plan under the scenario's rules, its objectives minimised in order."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from solver.answer import Answering
from solver.canonical import canonical
from solver.case import Case
from solver.formulations.face import CompiledFace
from solver.outcome import Outcome
from solver.question import Question
from solver.solve_model import Ask, Layout, solve_model
from solver.start import constructive_start, worth_a_start
from solver.watch import Watch


class Optimise(Question):
    """What is the best plan?"""

    question: Literal["optimise"] = "optimise"

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The plan, its bound and gap, beside today's landscape."""
        answering = Answering(case)

        def first_plan(face: CompiledFace) -> Layout | None:
            if not worth_a_start(case):
                return None
            layout = constructive_start(case, face, watch, seconds=min(20.0, 0.2 * case.limits.seconds))
            if layout is None or not (checked := answering.audited(layout)).keeps_every_hard_rule:
                return None
            watch.report("solving", value=checked.objectives[0]["value"], note="constructive start")
            return layout

        solved = solve_model(Ask(case.land, case.rules, case.objectives, case.limits, first_plan), watch)
        if solved.stopped_by != "proof" or case.limits.relative_gap > 0 or solved.layout is None:
            watch.report("auditing")
            return answering.outcome(solved)
        watch.report("explaining", note="looking for other optima")
        settled = canonical(case, solved, watch)
        watch.report("auditing")
        outcome = answering.outcome(settled.solved)
        others = {
            "exist": bool(settled.others),
            "complete": settled.complete,
            "plans": [answering.offers_json(layout) for layout in settled.others],
        }
        return replace(outcome, canonical=settled.proved, other_optima=others)
