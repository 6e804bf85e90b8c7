"""Random small worlds of two to four care types, answered in every way there is and by trying every layout: no differences.

`make test` tries some of them, `make differential` five hundred. Patients who choose or keep their habits are always written as whole layouts, so there the
ways are two: layouts, and trying every one.
"""

import os

import pytest
from hypothesis import Phase, assume, event, given, settings
from hypothesis import strategies as st

from app.assemble import InvalidScenario, assemble
from solver.ask import Ask
from solver.case import Case, Limits
from solver.formulations.stage import NotWritten
from solver.solve_model import solve_model
from solver.solved import Solved
from solver.watch import Watch
from tests.builders import Json
from tests.front_door import answer, values
from tests.solver.brute import best
from tests.solver.rules.judge import least_of_all_layouts
from tests.solver.rules.ruled_worlds import MEASURES, Ruled, ruled
from tests.strategies import BEHAVIOURS, Land, cases

WORLDS = int(os.environ.get("CARE_LANDSCAPE_WORLDS", "60"))
"""How many worlds in all; half of them with rules about volumes and offers, half with rules of every kind."""
HALF = settings(max_examples=WORLDS // 2, phases=(Phase.explicit, Phase.reuse, Phase.generate))
EVERY = tuple(BEHAVIOURS)
TAKES_WHO_GOES_WHERE_AS_GIVEN = ("choice", "observed")


@st.composite
def plain(draw: st.DrawFn) -> tuple[Land, Json]:
    """Two care types at up to three sites, or three or four at two."""
    count = draw(st.integers(2, 4))
    return draw(cases(behaviours=EVERY, fewest_care_types=count, care_types=count, most_sites=3 if count == 2 else 2))


@HALF
@given(plain())
def test_volumes_and_offers_every_way_gives_what_trying_every_layout_gives(drawn: tuple[Land, Json]) -> None:
    land, asked = drawn
    judged = best(land.tables(), asked)
    event(f"{len(land.care_types)} care types, {'no plan' if judged is None else 'a plan'}")
    outcome = answer(land.tables(), asked)
    case = assemble(land.tables(), asked)
    graph, columns = (_solved(case, patterns=patterns) for patterns in (False, True))
    told = [outcome["outcome"] == "infeasible", graph.infeasible, columns.infeasible]
    assert told == [judged is None] * 3
    if judged is not None and not any(one.get("tolerance") for one in asked["objectives"]):
        expected = [_close(value) for value in judged.values]
        assert values(outcome) == expected
        assert list(graph.values) == expected
        assert list(columns.values) == expected


@HALF
@given(ruled(behaviours=("nearest", "choice", "observed"), care_types=(2, 4), most_rules=3), st.sampled_from(MEASURES))
def test_rules_of_every_kind_every_way_gives_what_trying_every_layout_gives(world: Ruled, measure: Json) -> None:
    behaviours = {one["behaviour"] for one in world.scenario["behaviours"].values()}
    assume(measure["objective"] != "tail_minutes" or not behaviours & set(TAKES_WHO_GOES_WHERE_AS_GIVEN))
    try:
        case = assemble(world.tables, world.scenario | {"objectives": [measure]})
    except InvalidScenario as invalid:
        assume(not all(problem["where"].startswith("objective") for problem in invalid.problems))
        raise
    assume(case.land.shape[2] * case.land.shape[3] <= 4)
    judged = least_of_all_layouts(case)
    event(f"{case.land.shape[2]} care types, {'no plan' if judged is None else 'a plan'}")
    whole = None if measure["objective"] == "tail_minutes" else True  # single trips are not told apart in whole layouts
    ways = [_solved(case, patterns=patterns) for patterns in (False, whole)]
    assert [one.infeasible for one in ways] == [judged is None] * 2
    if judged is not None:
        assert [list(one.values) for one in ways] == [[_close(value, 2e-5) for value in judged]] * 2


def _solved(case: Case, *, patterns: bool | None) -> Solved:
    try:
        return solve_model(Ask(case.land, case.rules, case.objectives, Limits(seconds=60), patterns=patterns), Watch())
    except NotWritten:
        pytest.fail("a way to write it was asked for that there is not")


def _close(value: float, slack: float = 1e-6) -> object:
    return pytest.approx(value, rel=1e-6, abs=slack)
