"""Interdependency: emergency care needs intensive care at hand."""

import pytest

from solver.scenario import InvalidScenario
from tests.builders import Json, lock, scenario
from tests.front_door import answer, measure, offers
from tests.solver.rules.two_by_two import drawn, kept, two_by_two
from tests.solver.rules.written_rows import written_rows

NEAR = [{"site_id": "A", "to_site_id": "B", "minutes": 15.0}, {"site_id": "B", "to_site_id": "A", "minutes": 16.0}]


def needs(relation: str = "same_site", **more: object) -> Json:
    return {"rule": "interdependency", "care_type": "seh", "requires": "icu", "relation": relation, **more}


def test_a_site_with_intensive_care_may_keep_its_emergency_department() -> None:
    plan = answer(two_by_two(), scenario(needs(), lock("B", "closed", "icu")))
    assert {pair[:2] for pair in offers(plan)} == {("A", "seh"), ("A", "icu")}


def test_an_emergency_department_without_intensive_care_breaks_it() -> None:
    plan = answer(two_by_two(), scenario(needs(), question=drawn(("A", "seh"), ("B", "seh"), ("A", "icu"))))
    assert (plan["outcome"], kept(plan, "interdependency")) == ("infeasible", {"A": True, "B": False})


@pytest.mark.parametrize(("minutes", "sites"), [(15, {"A", "B"}), (14.9, {"B"})])
def test_exactly_the_minutes_from_the_site_that_needs_is_near(minutes: float, sites: set[str]) -> None:
    rule = needs("within_minutes", minutes=minutes)
    plan = answer(two_by_two(tables={"site_times": NEAR}), scenario(rule, lock("A", "closed", "icu")))
    assert {site for site, care, _ in offers(plan) if care == "seh"} == sites


def test_care_types_outside_the_scenario_are_offered_as_today() -> None:
    tables = two_by_two(offered=[("A", "icu")])
    plan = answer(tables, scenario(needs(), care_types=["seh"]))
    assert {pair[:2] for pair in offers(plan)} == {("A", "seh")}


def test_a_site_outside_the_region_may_provide_what_is_required() -> None:
    tables = two_by_two(sites={"in_region": {"B": False}, "organisation_id": {"A": "o", "B": "o"}}, offered=["B"])
    plan = answer(tables, scenario(needs("same_organisation"), lock("A", "closed", "icu")))
    assert ("A", "seh", "today") in offers(plan)


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        (needs(), ["-1 offers[A,icu,today] +1 offers[A,seh,today] <= 0", "-1 offers[B,icu,today] +1 offers[B,seh,today] <= 0"]),
        (
            needs("within_minutes", minutes=15),
            [
                "-1 offers[A,icu,today] -1 offers[B,icu,today] +1 offers[A,seh,today] <= 0",
                "-1 offers[B,icu,today] +1 offers[B,seh,today] <= 0",
            ],
        ),
        (
            needs("excludes", hardness="soft", penalty_per_unit=2),
            [
                "+1 offers[A,icu,today] +1 offers[A,seh,today] -1 breach_1 <= 1",
                "+1 offers[B,icu,today] +1 offers[B,seh,today] -1 breach_2 <= 1",
            ],
        ),
    ],
)  # fmt: skip
def test_its_rows(rule: Json, rows: list[str]) -> None:
    assert written_rows(two_by_two(tables={"site_times": NEAR}), scenario(rule)) == rows


def test_another_organisation_is_no_help() -> None:
    own = {"organisation_id": {"A": "o", "B": "p"}}
    plan = answer(two_by_two(sites=own), scenario(needs("same_organisation"), lock("A", "closed", "icu")))
    assert {site for site, care, _ in offers(plan) if care == "seh"} == {"B"}


def level(*levels: str) -> Json:
    return {"rule": "interdependency", "care_type": "seh", "requires": list(levels)}


def test_of_several_levels_any_one_is_enough() -> None:
    today = [("A", "seh"), ("B", "seh"), ("B", "icu3")]
    tables = two_by_two(care_types=("seh", "icu", "icu3"), offered=today)
    plan = answer(tables, scenario(level("icu", "icu3"), care_types=["seh"]))
    assert {pair[:2] for pair in offers(plan)} == {("B", "seh")}
    assert answer(tables, scenario(level("icu"), care_types=["seh"]))["outcome"] == "infeasible"
    assert written_rows(tables, scenario(level("icu", "icu3"))) == [
        "-1 offers[A,icu,today] -1 offers[A,icu3,today] +1 offers[A,seh,today] <= 0",
        "-1 offers[B,icu,today] -1 offers[B,icu3,today] +1 offers[B,seh,today] <= 0",
    ]


@pytest.mark.parametrize("requires", [[], ["icu", "seh"]])
def test_nothing_required_or_several_excluded_is_refused(requires: list[str]) -> None:
    with pytest.raises(InvalidScenario, match=r"requires names no care type|write a rule for each"):
        answer(two_by_two(), scenario(needs("excludes") | {"requires": requires}))


def test_softly_each_site_without_it_costs_one_penalty() -> None:
    soft = needs(hardness="soft", penalty_per_unit=7)
    both_open = [lock(s, "open", "seh") for s in "AB"]
    plan = answer(two_by_two(), scenario(soft, *both_open, lock("B", "closed", "icu")))
    assert measure(plan, "penalties") == 7


def test_reported_it_is_shown_and_binds_nothing() -> None:
    plan = answer(two_by_two(), scenario(needs(hardness="report"), lock("B", "closed", "icu")))
    assert (plan["outcome"], kept(plan, "interdependency")) == ("optimal", {"A": True, "B": False})


def test_the_table_gives_each_row_its_minutes() -> None:
    row = {"care_type_id": "seh", "requires": "icu", "relation": "within_minutes", "minutes": 15.0}
    tables = two_by_two(tables={"site_times": NEAR, "interdependencies": [row]})
    plan = answer(tables, scenario({"rule": "interdependency", "from": "table"}, lock("A", "closed", "icu")))
    assert {site for site, care, _ in offers(plan) if care == "seh"} == {"A", "B"}
    assert plan["scenario"]["rules"][0]["minutes"] == 15
