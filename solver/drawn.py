"""A drawn plan measured: who offers what is given, and only the planner's own flows are left to choose."""

from __future__ import annotations

from dataclasses import replace

from solver.answer import Answering, Bools
from solver.ask import Ask
from solver.behaviours import Steered
from solver.outcome import Outcome
from solver.solve_model import solve_model
from solver.solved import Solved
from solver.watch import Watch


def evaluated(answering: Answering, offered: Bools, watch: Watch) -> Outcome:
    """What the offers [S,K,T] do, every number from the audit; ``infeasible``, with plan, measures and breaches, where they break a hard rule.

    Steered flows are the best that the hard rules allow, or those of a baseline where these allow none.
    """
    case, notes = answering.case, list[str]()
    watch.report("solving")
    solved: Solved | None = None
    if any(isinstance(behaviour, Steered) for behaviour in case.land.behaviours):
        solved = solve_model(Ask(case.land, case.rules, case.objectives, case.limits, fixed=offered), watch)
    if solved is None or solved.layout is None:
        layout, note = answering.drawn(offered)
        notes = [note] if note else []
        solved = Solved(layout, "proof", formulation="audit")
    watch.report("auditing")
    outcome = answering.outcome(solved)
    outcome = replace(outcome, warnings=[*outcome.warnings, *notes])
    exact = [
        {**line, "bound": line["value"], "gap": None if line["value"] is None else 0.0} for line in outcome.objectives
    ]
    if any(breach["hardness"] == "hard" for breach in outcome.breaches):
        return replace(outcome, outcome="infeasible", objectives=exact)
    if solved.formulation == "audit":
        return replace(outcome, outcome="optimal", objectives=exact)
    return outcome
