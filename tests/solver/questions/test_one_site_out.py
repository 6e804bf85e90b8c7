"""One site out: who loses what when a site stops and nothing else is decided."""

import pytest
from hypothesis import given, settings

from tests.builders import Json, scenario, volume_norm, world
from tests.front_door import answer, offers
from tests.solver.layouts import beyond
from tests.solver.paper import read
from tests.strategies import Land, cases
from tests.worked_worlds import AMBULANCE, acute_access, anticipation, b3

IN_AN_AMBULANCE = {"behaviour": "nearest", "mode": "ambulance"}
FROM_45: Json = {"question": "one_site_out", "max_minutes": 45, "of": "today", **AMBULANCE}


def beyond_of(outcome: Json) -> dict[str, float]:
    """The inhabitants that each site's closing puts beyond reach."""
    return {row["site_id"]: row["inhabitants_beyond"] for row in outcome["one_site_out"]}


def test_w3_only_z_is_sensitive() -> None:
    outcome = answer(acute_access(), scenario(behaviour=IN_AN_AMBULANCE, question=FROM_45))
    assert beyond_of(outcome) == {"X": 0, "Y": 0, "Z": 5400}
    assert {row["site_id"]: row["sensitive"] for row in outcome["one_site_out"]} == {"X": False, "Y": False, "Z": True}


@pytest.mark.parametrize(("offered", "twice"), [("XYZ", 30_000), ("XY", 30_000), ("XZ", 20_000), ("YZ", 20_000)])
def test_w11_inhabitants_with_two_emergency_departments_within_45(offered: str, twice: float) -> None:
    near = {"P": "XY", "Q": "XYZ", "R": "Z", "W": "Z"}
    persons = {"P": 10000, "Q": 20000, "R": 5000, "W": 400}
    tables = acute_access(offered=list(offered))
    outcome = answer(tables, scenario(behaviour=IN_AN_AMBULANCE, question=FROM_45))
    reached = {area: set(near[area]) & set(offered) for area in near}
    assert beyond_of(outcome) == {
        site: sum(number for area, number in persons.items() if reached[area] == {site}) for site in offered
    }
    within = sum(number for area, number in persons.items() if reached[area])
    assert within - sum(beyond_of(outcome).values()) == twice


def test_a_closed_site_of_the_best_plan_sends_its_patients_on() -> None:
    outcome = answer(b3(), scenario(volume_norm(50), question={"question": "one_site_out"}))
    rows = {row["site_id"]: row for row in outcome["one_site_out"]}
    assert {site: row["objectives"][0]["value"] for site, row in rows.items()} == {"A": 3450, "C": 3750}
    assert all(row["inhabitants_beyond"] is None and row["breaches"] == [] for row in rows.values())


def test_the_norms_that_break_are_told() -> None:
    question = {"question": "one_site_out", "of": "today"}
    outcome = answer(b3(), scenario(volume_norm(45, id="norm"), question=question))
    broken = {
        row["site_id"]: [(one["subject"], one["value"]) for one in row["breaches"]] for row in outcome["one_site_out"]
    }
    assert outcome["outcome"] == "infeasible"
    assert broken == {"A": [], "B": [], "C": [("A", 40)]}


def test_the_last_site_leaves_everybody_unserved() -> None:
    tables = world({"1": {"A": 5}}, {"1": 10.0}, population={"1": 80.0})
    outcome = answer(tables, scenario(question={"question": "one_site_out", "max_minutes": 30}))
    (row,) = outcome["one_site_out"]
    assert row["inhabitants_beyond"] == 80
    assert [(one["kind"], one["value"]) for one in row["breaches"]] == [("served", 10)]


def test_steered_patients_travel_least_within_what_is_left() -> None:
    tables = b3(capacity={"A": 60})
    outcome = answer(tables, scenario(behaviour="steered", question={"question": "one_site_out", "of": "today"}))
    travel = {row["site_id"]: row["objectives"][0]["value"] for row in outcome["one_site_out"]}
    assert travel == {"A": 1350, "B": pytest.approx(850), "C": 1650}


def test_a_pair_closes_in_every_period() -> None:
    outcome = answer(anticipation(), scenario(question={"question": "one_site_out"}))
    travel = {row["site_id"]: row["objectives"][0]["value"] for row in outcome["one_site_out"]}
    assert travel == {"s00": 3 * 320, "s10": 3 * 280, "s30": 3 * 600, "s64": 3 * 1020}


@settings(max_examples=25)
@given(cases())
def test_the_increase_is_that_of_the_inhabitants_themselves(case: tuple[Land, Json]) -> None:
    land, told = case
    outcome = answer(land.tables(), told | {"question": {"question": "one_site_out", "max_minutes": 15}})
    paper = read(land.tables(), told)
    open_now = offers(outcome) if outcome["plan"] else set()
    assert {(row["site_id"], row["care_type_id"]) for row in outcome["one_site_out"]} == {
        (s, k) for s, k, _ in open_now
    }
    for row in outcome["one_site_out"]:
        k = row["care_type_id"]
        here = frozenset(s for s, k2, _ in open_now if k2 == k)
        fields = {"max_minutes": 15}
        increase = beyond(paper, fields, k, here - {row["site_id"]}) - beyond(paper, fields, k, here)
        assert row["inhabitants_beyond"] == increase
        assert row["sensitive"] == (increase > 0)
