"""The model allows exactly the layouts that the audits allow, and values them as the audits do: every layout of small worlds is tried."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.assemble import InvalidScenario, assemble
from solver.answer import Answering
from solver.ask import Ask
from solver.case import Case, Limits
from solver.solve_model import solve_model
from solver.solved import Solved
from solver.watch import Watch
from tests.builders import Json
from tests.solver.rules.judge import least_of_all_layouts
from tests.solver.rules.ruled_worlds import MEASURES, Ruled, ruled


def test_the_least_value_is_the_least_of_all_layouts() -> None:
    found_some = []

    @settings(max_examples=80)
    @given(ruled(behaviours=("nearest",)), st.sampled_from(MEASURES))
    def least(world: Ruled, measure: Json) -> None:
        case = _case(world, measure)
        assume(case.land.shape[2] * case.land.shape[3] <= 2)
        judged, found = least_of_all_layouts(case), _solved(case)
        assert found.infeasible == (judged is None)
        found_some.append(judged is not None)
        if judged is not None:
            assert found.values == tuple(pytest.approx(value, rel=1e-6, abs=2e-5) for value in judged)

    least()
    assert sum(found_some) > 10


@settings(max_examples=30)
@given(ruled(behaviours=("steered",)), st.sampled_from(MEASURES))
def test_steered_plans_are_worth_what_the_model_thinks(world: Ruled, measure: Json) -> None:
    case = _case(world, measure)
    found = _solved(case)
    assume(found.layout is not None)
    assert found.layout is not None
    told = [line["value"] for line in Answering(case).audited(found.layout).objectives]
    assert tuple(told) == tuple(pytest.approx(value, rel=1e-6, abs=2e-5) for value in found.values)


def _case(world: Ruled, measure: Json) -> Case:
    try:
        return assemble(world.tables, world.scenario | {"objectives": [measure]})
    except InvalidScenario as invalid:
        assume(all(p["where"].startswith("objective") for p in invalid.problems))
        assume(False)
        raise


def _solved(case: Case) -> Solved:
    return solve_model(Ask(case.land, case.rules, case.objectives, Limits(seconds=30), patterns=False), Watch())
