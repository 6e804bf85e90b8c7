"""Capacity: what a site can treat, and the room it buys in steps."""

import pytest

from solver.scenario import InvalidScenario
from tests.builders import Json, scenario, site_count, with_tables
from tests.front_door import answer, measure, sites, values, volumes
from tests.solver.rules.two_by_two import two_by_two
from tests.solver.rules.written_rows import written_rows
from tests.worked_worlds import b3

WORTH = {
    "objective": "weighted",
    "terms": [{"objective": "travel_time", "weight": 1}, {"objective": "transition_cost", "weight": 1}],
}


def capacity(**fields: object) -> Json:
    return {"rule": "capacity", "care_type": "hips", **fields}


@pytest.mark.parametrize(("at_b", "travel"), [(30, 150), (20, 350)])
def test_steered_patients_go_on_where_there_is_room(at_b: float, travel: float) -> None:
    outcome = answer(b3(capacity={"B": at_b}), scenario(behaviour="steered"))
    assert values(outcome) == [pytest.approx(travel)]
    assert volumes(outcome)["B"] == pytest.approx(at_b)


def test_exactly_the_capacity_is_room_enough_and_a_case_less_is_not() -> None:
    assert sites(answer(b3(capacity={"B": 30}), scenario(site_count(exactly=3)))) == ["A", "B", "C"]
    assert answer(b3(capacity={"B": 29}), scenario(site_count(exactly=3)))["outcome"] == "infeasible"
    factor = capacity(factor=30 / 29)
    assert sites(answer(b3(capacity={"B": 29}), scenario(factor, site_count(exactly=3)))) == ["A", "B", "C"]


@pytest.mark.parametrize(("eur", "travel", "bought"), [(70, 150, 140), (101, 350, 0)])
def test_room_is_bought_in_steps_where_that_is_worth_more_than_travelling(
    eur: float, travel: float, bought: float
) -> None:
    """Ten cases too many at B: two steps of 5, or 20 minutes more for each of the ten."""
    rule = capacity(step=5, step_cost_eur=eur)
    outcome = answer(b3(capacity={"B": 20}), scenario(rule, behaviour="steered", objectives=WORTH))
    assert outcome["outcome"] == "optimal"
    assert measure(outcome, "travel_time") == pytest.approx(travel)
    assert measure(outcome, "transition_cost") == bought


def test_no_part_of_a_step_can_be_bought() -> None:
    """Five cases too many at B: half of a step of 10 for 150 would be cheaper than 20 minutes for each, a whole one is not."""
    rule = capacity(step=10, step_cost_eur=150)
    outcome = answer(b3(capacity={"B": 25}), scenario(rule, behaviour="steered", objectives=WORTH))
    assert values(outcome) == [pytest.approx(250)]
    assert measure(outcome, "transition_cost") == 0


def test_steps_are_whole_and_stay() -> None:
    """Three of twelve cases' room at 7 a step: two steps once, though both periods need them."""
    tables = with_tables(b3(capacity={"B": 18}), periods=[{"period_id": "t1"}, {"period_id": "t2"}])
    rule = capacity(step=7, step_cost_eur=10)
    outcome = answer(tables, scenario(rule, site_count(exactly=3), objectives=WORTH))
    assert outcome["measures"]["transition_cost"]["per_period"] == {"t1": 20, "t2": 0}


def test_a_step_that_is_no_longer_needed_is_not_given_back() -> None:
    """B has 30 cases and then 10, with room for 18: two steps of 7 are bought, and their money is gone."""
    land = b3(capacity={"B": 18})
    fewer = {("1", None): 40.0, ("2", "t1"): 30.0, ("2", "t2"): 10.0, ("3", None): 50.0}
    demand = [
        {"area_id": area, "care_type_id": "hips", "period": period, "cases_per_year": cases}
        for (area, period), cases in fewer.items()
    ]
    tables = with_tables(land, periods=[{"period_id": "t1"}, {"period_id": "t2"}], demand=demand)
    rule = capacity(step=7, step_cost_eur=10)
    outcome = answer(tables, scenario(rule, site_count(exactly=3), objectives=WORTH))
    assert outcome["measures"]["transition_cost"]["per_period"] == {"t1": 20, "t2": 0}


def test_a_site_outside_the_region_buys_nothing() -> None:
    tables = b3(capacity={"B": 20}, sites={"in_region": {"B": False}})
    assert answer(tables, scenario(capacity(step=5, step_cost_eur=1)))["outcome"] == "infeasible"


def test_reported_it_binds_nothing_and_buys_nothing() -> None:
    rule = capacity(step=5, step_cost_eur=1, hardness="report")
    outcome = answer(b3(capacity={"B": 20}), scenario(rule, objectives=WORTH))
    assert (values(outcome), measure(outcome, "transition_cost")) == ([150], 0)
    assert [(row["subject"], row["margin"]) for row in outcome["breaches"]] == [("B", -10)]


def test_its_rows() -> None:
    rule = {"rule": "capacity", "care_type": "seh", "factor": 0.5, "step": 10, "step_cost_eur": 3}
    assert written_rows(two_by_two(capacity={"A": 40}), scenario(rule)) == [
        "-1 steps[A,seh,today] <= 0",
        "-20 offers[A,seh,today] +1 volume[0,1,0] -10 steps[A,seh,today] <= 0",
    ]


def test_a_cost_without_a_step_is_refused() -> None:
    with pytest.raises(InvalidScenario, match="step_cost_eur needs step"):
        answer(b3(), scenario(capacity(step_cost_eur=3)))
