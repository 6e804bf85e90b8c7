"""Steps where each plan has one value: solve just beyond the last step, read off how far the plan bears the limit, go on from there.

A stricter limit leaves fewer plans, so the best plan stays the best for as long as it bears the limit. Exact to the tolerance to which limits hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from solver.answer import Answering
from solver.ask import Ask
from solver.solve_model import solve_model
from solver.solved import Layout, Solved
from solver.sweep.limit import Limit
from solver.sweep.steps import Step
from solver.watch import Watch

DOUBT_SECONDS = 5.0
"""Where there seems to be no plan, so long is spent on asking again [seconds]."""
MOST_REFUSED = 20
"""Plans in a row that keep a limit only within the solver's tolerance."""


def stepwise(answering: Answering, limit: Limit, watch: Watch, begin: float) -> Iterator[Step]:
    """The steps from ``begin`` towards the strict end."""
    loose = begin
    while limit.stricter(limit.strict, loose):
        if watch.over:
            yield Step(loose, limit.strict, "unknown")
            return
        watch.report("solving", note=f"the limit at {loose:g}")
        step = _next(answering, limit, watch, loose)
        yield step
        if step.outcome != "optimal" or step.strict is None or step.strict == loose:
            return
        loose = step.strict


def _next(answering: Answering, limit: Limit, watch: Watch, loose: float) -> Step:
    beyond = limit.beyond(loose)
    refused: list[Layout] = []
    while len(refused) < MOST_REFUSED:
        found = _solved(limit, beyond, watch, refused, len(answering.case.objectives))
        if found.infeasible:
            return Step(loose, None, "infeasible")
        if found.layout is None or found.stopped_by != "proof":
            return Step(loose, limit.strict, "unknown")
        borne = limit.borne(answering, found.layout)
        if borne is None or (limit.stricter(beyond, borne) and not limit.stricter(borne, loose)):
            refused.append(found.layout)  # it keeps the limit only within the solver's tolerance
            continue
        strict = (
            beyond if limit.beside_today else limit.clipped(_reach(answering, limit, watch, beyond, borne, refused))
        )
        values = tuple(line["value"] for line in answering.audited(found.layout).objectives)
        return Step(loose, strict, "optimal", found.layout, values)
    return Step(loose, limit.strict, "unknown")


def _solved(limit: Limit, value: float, watch: Watch, refused: Sequence[Layout], objectives: int) -> Solved:
    case = limit.at(value)
    limits = case.limits.model_copy(update={"relative_gap": 0.0})
    excluded = [layout.offered for layout in refused]
    asked = Ask(
        case.land, case.rules, case.objectives[:objectives], limits, excluded=excluded, doubt_seconds=DOUBT_SECONDS
    )
    return solve_model(asked, watch)


def _reach(
    answering: Answering, limit: Limit, watch: Watch, beyond: float, borne: float, refused: Sequence[Layout]
) -> float:
    """How far the plan stays the best: as far as it bears the limit and, where a tolerance was used, as far as the plans it is measured by do."""
    objectives = limit.case.objectives
    for position, objective in enumerate(objectives[:-1]):
        if objective.tolerance > 0:
            found = _solved(limit, beyond, watch, refused, position + 1)
            other = limit.borne(answering, found.layout) if found.layout is not None else None
            if other is None or found.stopped_by != "proof":
                return beyond
            borne = other if limit.stricter(borne, other) else borne
    return beyond if limit.stricter(beyond, borne) else borne
