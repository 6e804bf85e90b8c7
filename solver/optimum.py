"""The optimum of a case: the best plan of its scenario, settled on one where several are equally good."""

from __future__ import annotations

from dataclasses import replace

from solver.answer import Answering
from solver.formulations.face import CompiledFace
from solver.outcome import Outcome
from solver.solve_model import Ask, Layout, Solved, solve_model
from solver.start import constructive_start, worth_a_start
from solver.watch import Watch


def optimum(answering: Answering, watch: Watch) -> Solved:
    """Solve the scenario of a case, and settle on one of its optima as far as the time allows."""
    case = answering.case

    def first_plan(face: CompiledFace) -> Layout | None:
        if not worth_a_start(case):
            return None
        layout = constructive_start(case, face, watch, seconds=min(20.0, 0.2 * case.limits.seconds))
        if layout is None or not (checked := answering.audited(layout)).keeps_every_hard_rule:
            return None
        watch.report("solving", value=checked.objectives[0]["value"], note="constructive start")
        return layout

    exact = case.limits.relative_gap == 0
    return solve_model(Ask(case.land, case.rules, case.objectives, case.limits, first_plan, settle=exact), watch)


def outcome_of(answering: Answering, best: Solved, watch: Watch) -> Outcome:
    """The optimum as an outcome, audited."""
    watch.report("auditing")
    outcome = answering.outcome(best)
    if best.layout is None or best.stopped_by != "proof":
        return outcome
    others = {
        "exist": bool(best.others),
        "complete": best.others_complete,
        "plans": [answering.offers_json(layout) for layout in best.others],
    }
    return replace(outcome, canonical=best.canonical, other_optima=others)
