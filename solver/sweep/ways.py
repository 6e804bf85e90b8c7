"""How a sweep goes: over closings, along the lower envelope, or by one solve after another."""

from __future__ import annotations

from collections.abc import Iterator

from solver.answer import Answering
from solver.sweep.closings import Closings, fits
from solver.sweep.limit import Limit
from solver.sweep.steered import SteeredSweep, steers
from solver.sweep.steps import Step
from solver.sweep.stepwise import stepwise
from solver.watch import Watch


def goes_on(limit: Limit) -> bool:
    """Whether one search goes through the whole range, so that nothing is gained by cutting it."""
    return steers(limit) or fits(limit)


def sweep(answering: Answering, limit: Limit, watch: Watch) -> Iterator[Step]:
    """The steps from the loose end to the strict end.

    Where the planner steers for the limit, along the lower envelope; where patients go to the nearest site, over closings
    for as far as that search stays small; else by one solve after another.
    """
    reached = limit.loose
    if steers(limit):
        yield from SteeredSweep(answering, limit, watch).steps(reached)
        return
    if fits(limit):
        for step in Closings(answering, limit, watch).steps(reached):
            yield step
            if step.strict is None or step.strict == limit.strict:
                return
            reached = step.strict
    yield from stepwise(answering, limit, watch, reached)
