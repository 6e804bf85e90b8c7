"""Watching a solve: each plan that is told on the way is worth what was said of it, and the last one what the answer is worth."""

import os

import pytest
from hypothesis import given, settings

from app.assemble import assemble
from solver.solve import ask
from solver.watch import Progress, Watch
from tests.builders import Json
from tests.front_door import answer
from tests.strategies import Land, cases

SOME = settings(max_examples=int(os.environ.get("CARE_LANDSCAPE_WORLDS", "50")) // 4)


def told_and_drawn(land: Land, asked: Json, formulation: str) -> None:
    """Every plan that is told while the scenario is solved is worth as much when somebody draws it."""
    heard: list[Progress] = []
    limits = {"seconds": 60, "formulation": formulation}
    outcome = ask(assemble(land.tables(), asked | {"limits": limits}), Watch(on_progress=heard.append)).to_json()
    plans = [(each.value, each.offers) for each in heard if each.offers is not None]
    assert bool(plans) == bool(outcome["plan"])
    for value, plan in plans:
        drawn = [{"site_id": s, "care_type_id": k, "period": t} for s, k, t in plan]
        worth = answer(land.tables(), asked | {"question": {"question": "evaluate", "plan": drawn}})
        assert worth["objectives"][0]["value"] == pytest.approx(value, rel=1e-6, abs=1e-6)
    if plans:
        assert plans[-1][0] == pytest.approx(outcome["objectives"][0]["value"], rel=1e-6, abs=1e-6)


@SOME
@given(cases(behaviours=("nearest", "steered")))
def test_a_plan_told_on_the_way_is_worth_what_was_said_of_it(case: tuple[Land, Json]) -> None:
    land, asked = case
    strict = [{name: value for name, value in each.items() if name != "tolerance"} for each in asked["objectives"]]
    told_and_drawn(land, asked | {"objectives": strict}, "compact")


@SOME
@given(cases(behaviours=("steered",)))
def test_so_is_one_that_was_found_by_price(case: tuple[Land, Json]) -> None:
    land, asked = case
    told_and_drawn(land, asked | {"objectives": [{"objective": "travel_time"}]}, "by_price")
