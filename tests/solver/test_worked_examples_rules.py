"""The worked examples whose answers hinge on rules and measures beyond norms and counts: W4, W5, W7, W11, W12 and W14."""

import pytest

from tests.builders import Json, lock, scenario, site_count, volume_norm
from tests.front_door import answer, measure, offers, sites, values
from tests.worked_worlds import (
    AMBULANCE,
    acute_access,
    anticipation,
    concentrate_and_spread,
    domino,
    readiness_staff,
    volume_and_outcome,
)

AT_LEAST_ONE = [site_count(care, at_least=1) for care in ("seh", "obstetrics")]
NEEDS: Json = {"rule": "interdependency", "from": "table"}


def at(outcome: Json, site: str) -> set[str]:
    return {care for where, care, _ in offers(outcome) if where == site}


def test_w4_without_rules_each_stands_alone() -> None:
    plan = answer(domino(), scenario(*AT_LEAST_ONE, objectives="operating_cost"))
    assert (at(plan, "A"), at(plan, "B"), values(plan)) == ({"seh", "obstetrics"}, set(), [7])


def test_w4_what_one_needs_brings_another() -> None:
    plan = answer(domino(), scenario(NEEDS, *AT_LEAST_ONE, objectives="operating_cost"))
    assert (len(at(plan, "A")), at(plan, "B"), values(plan)) == (4, set(), [15])


@pytest.mark.parametrize("forbidden", ["icu", "paediatrics"])
def test_w4_forbidding_one_moves_all(forbidden: str) -> None:
    rules = [NEEDS, *AT_LEAST_ONE, lock("A", "closed", forbidden)]
    plan = answer(domino(), scenario(*rules, objectives="operating_cost"))
    assert (at(plan, "A"), len(at(plan, "B")), values(plan)) == (set(), 4, [19])


@pytest.mark.parametrize(
    ("supply", "open_sites", "travel"), [(13, "B", 2850), (14, "AC", 750), (19.99, "AC", 750), (20, "ABC", 150)]
)
def test_w5_the_staff_decides_how_many_sites(supply: float, open_sites: str, travel: float) -> None:
    plan = answer(readiness_staff(supply), scenario({"rule": "resource_limit", "resource": "nurses"}))
    assert (sites(plan), values(plan)) == (list(open_sites), [travel])


def _w7(*more: Json) -> Json:
    norms = [volume_norm(norm, "hips", id=f"norm-{t}", periods=[t]) for t, norm in (("t1", 28), ("t2", 40), ("t3", 60))]
    return scenario(*norms, *more)


ONE_FINAL_CLOSING: Json = {"rule": "change_limit", "at_most": 1, "counts": "closings", "irreversible": True}


def test_w7_closing_early_is_what_makes_it_possible() -> None:
    plan = answer(anticipation(), _w7(ONE_FINAL_CLOSING))
    open_sites = {t: {s for s, _, when in offers(plan) if when == t} for t in ("t1", "t2", "t3")}
    assert values(plan) == [2880]
    assert open_sites == {"t1": {"s00", "s30", "s64"}, "t2": {"s00", "s30"}, "t3": {"s00", "s30"}}


def test_w7_doing_nothing_first_leaves_no_plan() -> None:
    waiting = [lock(site, "open", periods=["t1"]) for site in ("s00", "s10", "s30", "s64")]
    assert answer(anticipation(), _w7(ONE_FINAL_CLOSING, *waiting))["outcome"] == "infeasible"


def test_w7_without_the_limit_on_change() -> None:
    assert values(answer(anticipation(), _w7())) == [2600]


@pytest.mark.parametrize(
    ("closed", "share", "possible"),
    [
        ("", 0.8474, True), ("", 0.8475, False), ("Z", 0.8474, True), ("Y", 0.5649, True), ("Y", 0.5650, False),
        ("X", 0.5649, True), ("X", 0.5650, False),
    ],
)  # fmt: skip
def test_w11_who_still_has_two(closed: str, share: float, possible: bool) -> None:
    rule = {"rule": "backup", "care_type": "seh", "max_minutes": 45, "at_least_share": share, **AMBULANCE}
    plan = answer(acute_access(), scenario(rule, *[lock(s, "closed") for s in closed]))
    assert (plan["outcome"] != "infeasible") is possible


BALANCE: Json = {"rule": "organisation_balance", "measure": "revenue", "at_least_share": 0.9}
CONCENTRATED = [volume_norm(80, "complex")]


def test_w12_concentrating_complex_care_spreads_basic_care() -> None:
    plan = answer(concentrate_and_spread(), scenario(*CONCENTRATED, BALANCE, behaviour="steered"))
    moved = {
        (row["area_id"], row["site_id"]): row["cases_per_year"]
        for row in plan["plan"]["flows"]
        if row["care_type_id"] == "basic"
    }
    assert values(plan) == [pytest.approx(7000)]
    assert moved["a", "C"] == pytest.approx(310)
    kept = {row["subject"]: row["value"] for row in plan["norms"] if row["kind"] == "organisation_balance"}
    assert kept == {"north": pytest.approx(3870e3), "south": pytest.approx(2430e3)}


def test_w12_the_other_hub_and_no_balance() -> None:
    other = answer(
        concentrate_and_spread(), scenario(*CONCENTRATED, BALANCE, lock("A", "closed", "complex"), behaviour="steered")
    )
    free = answer(concentrate_and_spread(), scenario(*CONCENTRATED, behaviour="steered"))
    assert (values(other), values(free)) == ([pytest.approx(10800)], [pytest.approx(800)])


def test_w14_each_avoided_complication_costs_429_minutes() -> None:
    best = answer(volume_and_outcome(), scenario(objectives=["adverse_outcomes", "travel_time"]))
    now = answer(volume_and_outcome(), scenario())
    avoided = measure(now, "adverse_outcomes") - measure(best, "adverse_outcomes")
    assert (sites(best), values(best)) == (["A", "C"], [pytest.approx(4.8), 750])
    assert avoided == pytest.approx(1.4)
    assert (750 - 150) / avoided == pytest.approx(428.6, abs=0.05)
