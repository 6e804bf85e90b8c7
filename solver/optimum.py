"""The optimum of a case: the best plan of its scenario, settled on one where several are equally good."""

from __future__ import annotations

from dataclasses import dataclass, replace

from solver.answer import Answering
from solver.canonical import Canonical, canonical
from solver.formulations.face import CompiledFace
from solver.outcome import Outcome
from solver.solve_model import Ask, Layout, Solved, solve_model
from solver.start import constructive_start, worth_a_start
from solver.watch import Watch


@dataclass(frozen=True)
class Optimum:
    """What minimising the scenario's objectives in order gave, and the equally good plans that were met where its optimum is proved."""

    solved: Solved
    settled: Canonical | None

    @property
    def layouts(self) -> tuple[Layout, ...]:
        """Every equally good plan that was met, the one to publish first."""
        if self.solved.layout is None:
            return ()
        return (self.solved.layout, *(self.settled.others if self.settled is not None else ()))


def optimum(answering: Answering, watch: Watch) -> Optimum:
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

    solved = solve_model(Ask(case.land, case.rules, case.objectives, case.limits, first_plan), watch)
    if solved.stopped_by != "proof" or case.limits.relative_gap > 0 or solved.layout is None:
        return Optimum(solved, None)
    watch.report("explaining", note="looking for other optima")
    settled = canonical(case, solved, watch)
    return Optimum(settled.solved, settled)


def outcome_of(answering: Answering, best: Optimum, watch: Watch) -> Outcome:
    """The optimum as an outcome, audited."""
    watch.report("auditing")
    outcome = answering.outcome(best.solved)
    if best.settled is None:
        return outcome
    others = {
        "exist": bool(best.settled.others),
        "complete": best.settled.complete,
        "plans": [answering.offers_json(layout) for layout in best.settled.others],
    }
    return replace(outcome, canonical=best.settled.proved, other_optima=others)
