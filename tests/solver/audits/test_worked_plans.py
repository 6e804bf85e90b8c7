"""The worked examples of the domain, their figures straight from plans drawn by hand."""

from math import ceil

import pytest

from solver.audits.audit import audit, audit_today
from solver.audits.flows import FlowTable
from solver.audits.poisson import probability_at_least, volume_needed
from tests.builders import access_norm, scenario, volume_norm
from tests.solver.audits.drawn import flows, offers, value, verdicts, volumes
from tests.worked_worlds import (
    AMBULANCE,
    acute_access,
    anticipation,
    b3,
    city_and_village,
    concentrate_and_spread,
    fragile,
    one_area_three_sites,
    readiness_staff,
    volume_and_outcome,
)


@pytest.mark.parametrize(
    ("sites", "travel", "worst", "volume"),
    [
        ("ABC", 150, 5, {"A": 40, "B": 30, "C": 50}),
        ("AC", 750, 25, {"A": 70, "C": 50}),
        ("BC", 1350, 30, {"B": 70, "C": 50}),
        ("AB", 1650, 30, {"A": 40, "B": 80}),
        ("B", 2850, 30, {"B": 120}),
        ("C", 3450, 60, {"C": 120}),
        ("A", 3750, 60, {"A": 120}),
    ],
)
def test_w1_patients_to_the_nearest_site(sites: str, travel: float, worst: float, volume: dict[str, float]) -> None:
    drawn = audit(b3(), scenario(volume_norm(50)), offers(sites))
    assert (value(drawn, "travel_time"), value(drawn, "worst_minutes"), volumes(drawn)) == (travel, worst, volume)
    assert verdicts(drawn, "volume_norm") == {site: cases >= 50 for site, cases in volume.items()}


def test_w2_ten_patients_of_area_2_steered_to_c_reach_the_norm_of_60() -> None:
    steered = scenario(volume_norm(60), behaviour="steered")
    assigned = flows({("1", "A"): 40, ("2", "A"): 20, ("2", "C"): 10, ("3", "C"): 50})
    drawn = audit(b3(), steered, offers("AC"), assigned)
    assert (value(drawn, "travel_time"), drawn.breaches, drawn.faults) == (850, [], ())


def test_w3_nobody_is_over_45_minutes_until_z_closes() -> None:
    norm = access_norm(45, "seh", **AMBULANCE)
    beyond = {"objective": "beyond_minutes", "max_minutes": 45, **AMBULANCE}
    for sites, over in (("XYZ", 0), ("XY", 5400), ("XZ", 0), ("YZ", 0)):
        drawn = audit(acute_access(), scenario(norm, objectives=[beyond]), offers(sites, "seh"))
        assert drawn.objectives[0]["value"] == over
        assert verdicts(drawn, "access_norm") == {"*": over == 0}


def test_w3_inhabitant_minutes_of_the_two_ways_to_keep_two_sites() -> None:
    by_ambulance = scenario(behaviour={"behaviour": "nearest", **AMBULANCE})
    assert value(audit(acute_access(), by_ambulance, offers("YZ", "seh")), "travel_time") == 1_017_600
    assert value(audit(acute_access(), by_ambulance, offers("XZ", "seh")), "travel_time") == 1_147_600


@pytest.mark.parametrize(
    ("supply", "sites", "holds"), [(13, "AC", False), (14, "AC", True), (19.99, "ABC", False), (20, "ABC", True)]
)
def test_w5_staff_to_be_ready_and_for_each_case(supply: float, sites: str, holds: bool) -> None:
    limit = {"rule": "resource_limit", "resource": "nurses"}
    staff = {"objective": "staff", "resource": "nurses"}
    drawn = audit(readiness_staff(supply), scenario(limit, objectives=[staff]), offers(sites))
    assert verdicts(drawn, "resource_limit") == {"*": holds}
    assert drawn.objectives == [{"objective": "staff", "value": pytest.approx(6 * len(sites) + 2), "unit": "fte"}]


HALVED = {"behaviour": "choice", "mode": "car", "weight_per_minute": 0.06931471805599453}


@pytest.mark.parametrize(
    ("sites", "shares", "logsum"),
    [
        ("ABC", {"A": 400 / 7, "B": 200 / 7, "C": 100 / 7}, 8.074),
        ("AB", {"A": 200 / 3, "B": 100 / 3}, 5.850),
        ("AC", {"A": 80, "C": 20}, 3.219),
        ("A", {"A": 100}, 0),
        ("BC", {"B": 200 / 3, "C": 100 / 3}, -4.150),
    ],
)
def test_w6_choice_and_its_logsum(sites: str, shares: dict[str, float], logsum: float) -> None:
    drawn = audit(one_area_three_sites(), scenario(behaviour=HALVED), offers(sites))
    assert volumes(drawn) == pytest.approx(shares, rel=1e-12)
    assert value(drawn, "accessibility") == pytest.approx(logsum, abs=5e-4)


@pytest.mark.parametrize(
    ("t1", "t2", "travel", "broken"),
    [
        (("s00", "s30", "s64"), ("s00", "s30"), 2880, set()),
        (("s00", "s10", "s30", "s64"), ("s00", "s30", "s64"), 560, {("volume_norm", "t2"), ("volume_norm", "t3")}),
        (("s00", "s10", "s30", "s64"), ("s00", "s30"), 2600, {("change_limit", "t2")}),
    ],
)
def test_w7_closing_in_time(
    t1: tuple[str, ...], t2: tuple[str, ...], travel: float, broken: set[tuple[str, str]]
) -> None:
    norms = [volume_norm(at_least, periods=[t]) for t, at_least in (("t1", 28), ("t2", 40), ("t3", 60))]
    one_a_period = {"rule": "change_limit", "counts": "closings", "at_most": 1, "irreversible": True}
    plan = [*offers(t1, periods=["t1"]), *offers(t2, periods=["t2", "t3"])]
    drawn = audit(anticipation(), scenario(one_a_period, *norms), plan)
    assert value(drawn, "travel_time") == travel
    assert {(row["kind"], row["period"]) for row in drawn.breaches} == broken


def test_w9_a_share_within_45_minutes_allows_x_and_nobody_over_does_not() -> None:
    for norm, holds in (
        (access_norm(45, kind="share", at_least_share=0.99), True),
        (access_norm(45, kind="share", at_least_share=0.995), False),
        (access_norm(45), False),
    ):
        drawn = audit(city_and_village(), scenario(norm), offers("X"))
        assert (verdicts(drawn, "access_norm"), value(drawn, "travel_time")) == ({"*": holds}, 500)
        assert not audit(city_and_village(), scenario(norm), offers("Y")).breaches


def test_w10_the_plan_that_holds_in_one_future_fails_in_another() -> None:
    norm = scenario(volume_norm(50))
    assert audit(fragile(), norm, offers("AC")).keeps_every_hard_rule
    fewer = audit(fragile(), norm, offers("AC"), future="fewer")
    assert [(row["subject"], row["value"], row["margin"], row["future"]) for row in fewer.breaches] == [
        ("C", 44, -6, "fewer")
    ]
    assert audit(fragile(), norm, offers("B"), future="fewer").keeps_every_hard_rule


def test_w10_chance_to_meet_a_norm_of_50() -> None:
    chances = {volume: round(probability_at_least(volume, 50), 4) for volume in (50, 55, 60, 70)}
    assert chances == {50: 0.5188, 55: 0.7678, 60: 0.9156, 70: 0.9949}


def test_the_volume_needed_for_95_percent_certainty() -> None:
    assert [ceil(volume_needed(norm, 0.95)) for norm in (50, 60, 100)] == [63, 74, 117]


def test_w11_inhabitants_with_two_departments_within_45_minutes() -> None:
    backup = {"rule": "backup", "care_type": "seh", "max_minutes": 45, "at_least_share": 0.5, **AMBULANCE}
    for sites, share in (("XYZ", 30000 / 35400), ("XY", 30000 / 35400), ("XZ", 20000 / 35400), ("YZ", 20000 / 35400)):
        drawn = audit(acute_access(), scenario(backup), offers(sites, "seh"))
        assert [row["value"] for row in drawn.norms if row["kind"] == "backup"] == [share]


def test_w12_moving_310_basic_patients_keeps_both_organisations() -> None:
    balance = {"rule": "organisation_balance", "measure": "revenue", "at_least_share": 0.9}
    norm = volume_norm(80, "complex")
    world, asked = concentrate_and_spread(), scenario(balance, norm, behaviour="steered")
    rows = [("a", "A", "complex", 60), ("c", "A", "complex", 40), ("a", "A", "basic", 290), ("a", "C", "basic", 310)]
    rows.append(("c", "C", "basic", 500))
    stay = [("a", "A", "complex", 60), ("c", "C", "complex", 40), ("a", "A", "basic", 600), ("c", "C", "basic", 500)]
    moved, today = (
        flows({(a, s): cases for a, s, k, cases in listed if k == "complex"}, "complex").rows()
        + flows({(a, s): cases for a, s, k, cases in listed if k == "basic"}, "basic").rows()
        for listed in (rows, stay)
    )
    plan = [*offers("A", "complex"), *offers("AC", "basic")]
    drawn = audit(world, asked, plan, FlowTable.of(moved), today=FlowTable.of(today))
    assert value(drawn, "travel_time") == 7000
    revenue = {row["subject"]: (row["value"], row["limit"]) for row in drawn.norms if row["rule"].startswith("org")}
    assert revenue == {"north": (3_870_000, 3_240_000), "south": (2_430_000, 2_430_000)}
    assert drawn.keeps_every_hard_rule


def test_w14_complications_fall_where_volumes_rise() -> None:
    for sites, complications in (("ABC", 6.2), ("AC", 4.8), ("AB", 5.6), ("B", 4.8)):
        drawn = audit(volume_and_outcome(), scenario(), offers(sites))
        assert value(drawn, "adverse_outcomes") == complications


def test_todays_landscape_is_a_plan_like_any_other() -> None:
    drawn = audit_today(b3(), scenario(volume_norm(50)))
    assert (value(drawn, "travel_time"), value(drawn, "changes")) == (150, 0)
    assert verdicts(drawn, "volume_norm") == {"A": False, "B": False, "C": True}
