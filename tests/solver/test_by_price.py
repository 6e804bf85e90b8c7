"""Large models by price: on small worlds, where every layout can be tried, its bound and plan hold the optimum between them."""

import os
from math import inf

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from app.assemble import InvalidScenario, assemble
from solver import by_price
from solver.ask import Ask
from solver.case import Limits
from solver.priced import search
from solver.solve_model import solve_model
from solver.watch import Watch
from tests.builders import Json, scenario, world
from tests.front_door import answer, best_of_all_layouts
from tests.solver.brute import best
from tests.solver.rules.ruled_worlds import MEASURES, Ruled, ruled
from tests.strategies import Land, cases

SLACK = 1e-6
SOME = settings(max_examples=int(os.environ.get("CARE_LANDSCAPE_WORLDS", "50")) // 2)
"""Worlds for each test; `make differential` takes many more."""


@pytest.fixture(autouse=True, scope="module")
def _every_world_is_large() -> object:
    """Even the smallest world is decided by price."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_price, "LARGE", -1)
        patch.setattr(search, "COARSE_ROUNDS", 40)
        patch.setattr(search, "FINE_ROUNDS", 40)
        patch.setattr(search, "TO_THE_END", 10)
        patch.setattr(search, "FEWER_GROUPS", 2)
        patch.setattr(search, "FIRST_GROUPS", 2)
        yield


@SOME
@given(cases(behaviours=("steered",)))
def test_the_answer_by_price_is_the_best_of_all_layouts(case: tuple[Land, Json]) -> None:
    land, asked = case
    best_of_all_layouts(land.tables(), asked)


@SOME
@given(cases(behaviours=("steered",)))
def test_with_a_gap_the_optimum_lies_between_bound_and_value(case: tuple[Land, Json]) -> None:
    land, asked = case
    gap = 0.02
    judged = best(land.tables(), asked)
    outcome = answer(land.tables(), asked | {"limits": {"seconds": 60, "relative_gap": gap}})
    if judged is None:
        assert (outcome["outcome"], outcome["plan"]) == ("infeasible", None)
        return
    first = outcome["objectives"][0]
    assert first["bound"] - SLACK <= judged.values[0] <= first["value"] + SLACK
    assert first["gap"] <= gap + 1e-9 or "tolerance" in asked["objectives"][0]


@SOME
@given(ruled(behaviours=("steered",), care_types=(1, 3), most_rules=3), st.sampled_from(MEASURES))
def test_with_rules_of_every_kind_prices_and_one_model_of_all_flows_agree(world: Ruled, measure: Json) -> None:
    try:
        case = assemble(world.tables, world.scenario | {"objectives": [measure]})
    except InvalidScenario as invalid:
        assume(not all(problem["where"].startswith("objective") for problem in invalid.problems))
        raise
    by_prices, compact = (
        solve_model(Ask(case.land, case.rules, case.objectives, Limits(seconds=60), patterns=patterns), Watch())
        for patterns in (None, False)
    )
    event("by price" if by_prices.formulation.startswith("by price") else by_prices.formulation)
    assert by_prices.infeasible == compact.infeasible
    if not compact.infeasible:
        assert by_prices.values[0] == pytest.approx(compact.values[0], rel=1e-6, abs=2e-5)


def test_a_climb_ends_where_nothing_is_missed_any_more() -> None:
    minutes = {
        "a": {"s0": 7.5, "s1": inf, "s2": 27.5},
        "b": {"s0": 30, "s1": 20, "s2": 25},
        "c": {"s0": 25, "s1": 22.5, "s2": 7.5},
    }
    tables = world(minutes, {"a": 7, "b": 1, "c": 1}, capacity={"s2": 28})
    asked = scenario(behaviours={"*": {"behaviour": "steered", "mode": "car"}})
    outcome = answer(tables, asked | {"limits": {"seconds": 10, "relative_gap": 0.02}})
    assert outcome["stopped_by"] in ("proof", "gap")
    assert outcome["objectives"][0]["value"] == pytest.approx(80.0)


def test_bands_of_volume_are_left_to_one_model_of_all_flows() -> None:
    bands = [
        {"care_type_id": "hips", "from_volume": volume, "rate": rate}
        for volume, rate in ((0, 0.1), (20, 0.05), (45, 0.1))
    ]
    tables = world(
        {"a": {"A": 10, "B": 20}, "b": {"A": 20, "B": 10}}, {"a": 60, "b": 30}, tables={"outcome_rates": bands}
    )
    asked = scenario(
        behaviours={"*": {"behaviour": "steered", "mode": "car"}}, objectives=[{"objective": "adverse_outcomes"}]
    )
    outcome = answer(tables, asked)
    assert outcome["provenance"]["formulation"].startswith("compact")
    assert outcome["objectives"][0]["value"] == pytest.approx(45 * 0.05 + 45 * 0.1, abs=1e-3)


def test_without_any_row_flows_have_no_tolls() -> None:
    tables = world({"a": {"A": 10}, "b": {"A": 20}}, {"a": 6, "b": 3})
    asked = scenario(behaviours={"*": {"behaviour": "steered", "mode": "car"}}, objectives=[{"objective": "sites"}])
    outcome = answer(tables, asked)
    assert (outcome["outcome"], outcome["objectives"][0]["value"]) == ("optimal", 1)
