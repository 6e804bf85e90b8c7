"""Whoever runs out of time before the policy is written says so, and does not write on."""

import pytest

from app.assemble import assemble
from solver.ask import Ask
from solver.formulations.joint import Expected
from solver.solve_jointly import solve_jointly
from solver.solve_model import solve_model
from solver.watch import Watch
from tests.builders import scenario, volume_norm
from tests.worked_worlds import b3


@pytest.mark.parametrize(("cancelled", "stopped_by"), [(False, "time_limit"), (True, "cancel")])
def test_a_policy_that_is_not_written_in_time_has_no_plan_yet(cancelled: bool, stopped_by: str) -> None:
    case = assemble(b3(), scenario(volume_norm(50)))
    watch = Watch()
    watch.start(60.0 if cancelled else 0.0)
    if cancelled:
        watch.stop()
    asked = Ask(case.land, case.rules, case.objectives, case.limits, patterns=True)
    for solved in (solve_model(asked, watch), solve_jointly([case, case], [Expected((0.5, 0.5))], watch).solved):
        assert (solved.layout, solved.stopped_by, solved.infeasible) == (None, stopped_by, False)
        assert solved.formulation == "not written in time"
        assert solved.size == (0, 0, 0)
