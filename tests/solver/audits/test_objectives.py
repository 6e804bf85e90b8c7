"""Objectives and behaviours beyond the worked examples, their values on paper."""

from math import exp, inf, log

import pytest

from solver.audits.audit import audit, audit_today
from solver.audits.missing import MissingData
from solver.audits.nearby import nearest_offering
from tests.builders import scenario, world
from tests.solver.audits.drawn import flows, offers, value, volumes
from tests.worked_worlds import B3_DEMAND, B3_MINUTES, b3


def test_the_tail_is_the_mean_of_the_share_that_travels_longest() -> None:
    for share, minutes in ((0.25, 25), (0.5, (30 * 25 + 30 * 0) / 60), (1, 750 / 120)):
        asked = scenario(objectives=[{"objective": "tail_minutes", "share": share}])
        assert audit(b3(), asked, offers("AC")).objectives[0]["value"] == minutes


def test_co2_is_there_and_back_by_the_mode_of_the_care_type() -> None:
    far = world({"1": {"A": 10}}, {"1": 12.0}, km={"1": {"A": 7.5}})
    asked = scenario(objectives=[{"objective": "co2", "kg_per_km": {"car": 0.2}}])
    assert audit(far, asked, offers("A")).objectives == [{"objective": "co2", "value": 36, "unit": "kg/year"}]
    with pytest.raises(MissingData, match="no kilometres"):
        _ = audit(b3(), asked, offers("A")).objectives


def test_the_gap_between_groups_is_between_their_mean_minutes() -> None:
    old = [{"area_id": a, "group": "old", "persons": n} for a, n in (("1", 10), ("2", 30), ("3", 0))]
    young = [{"area_id": a, "group": "young", "persons": n} for a, n in (("1", 30), ("2", 0), ("3", 50))]
    peopled = b3(population=B3_DEMAND, tables={"population_groups": [*old, *young]})
    drawn = audit(peopled, scenario(objectives=[{"objective": "group_gap", "group": ["old", "young"]}]), offers("AC"))
    assert drawn.objectives[0]["value"] == pytest.approx(30 * 25 / 40)
    among = audit(
        b3(areas={"town": {"1": "x", "2": "y", "3": "x"}}),
        scenario(objectives=[{"objective": "group_gap", "group": "town"}]),
        offers("AC"),
    )
    assert among.objectives[0]["value"] == 25
    peopled_alike = b3(areas={"town": {"1": "x", "2": "y", "3": "y"}})
    apart = audit(peopled_alike, scenario(objectives=[{"objective": "group_gap", "group": "town"}]), offers("B"))
    assert apart.objectives[0]["value"] == pytest.approx(30 - (30 * 5 + 50 * 30) / 80)


def test_inhabitants_beyond_are_summed_over_care_types_and_may_be_of_a_group() -> None:
    two = world(
        B3_MINUTES,
        B3_DEMAND,
        care_types=("hips", "knees"),
        population=B3_DEMAND,
        tables={"population_groups": [{"area_id": a, "group": "old", "persons": 7} for a in "123"]},
    )
    plan = [*offers("A"), *offers("AC", "knees")]
    for fields, persons in (
        ({}, 80 + 30),
        ({"care_type": "knees"}, 30),
        ({"group": "old"}, 21),
        ({"care_type": ["hips"], "group": "old"}, 14),
    ):
        asked = scenario(objectives=[{"objective": "beyond_minutes", "max_minutes": 20, **fields}])
        assert audit(two, asked, plan).objectives[0]["value"] == persons


def test_weighted_objectives_are_one_value_with_maximised_terms_subtracted() -> None:
    terms = [{"weight": 2, "objective": "travel_time"}, {"weight": 10, "objective": "accessibility"}]
    behaviour = {"behaviour": "nearest", "mode": "car", "weight_per_minute": 0.1}
    asked = scenario(behaviour=behaviour, objectives=[{"objective": "weighted", "terms": terms}])
    drawn = audit(world({"1": {"A": 3, "B": 8}}, {"1": 5.0}), asked, offers("AB"))
    logsum = log(exp(-0.3) + exp(-0.8)) / 0.1
    assert drawn.objectives == [
        {"objective": "weighted", "value": pytest.approx(2 * 15 - 10 * logsum), "unit": "weighted"}
    ]
    assert {"travel_time", "accessibility"} <= drawn.measures.keys()


def test_attraction_is_read_from_the_pair_then_the_site_then_one() -> None:
    behaviour = {"behaviour": "choice", "weight_per_minute": 0.1, "attraction": "beds"}
    drawn = audit(
        world(
            {"1": {"A": 5, "B": 5, "C": 5}}, {"1": 60.0}, sites={"beds": {"A": 2, "B": 9}}, site_care={"beds": {"B": 3}}
        ),
        scenario(behaviour=behaviour),
        offers("ABC"),
    )
    assert volumes(drawn) == pytest.approx({"A": 20, "B": 30, "C": 10})


def test_choice_leaves_unreachable_sites_out_and_steep_slopes_do_not_overflow() -> None:
    far = world({"1": {"A": 5000, "B": inf, "C": 5001}, "2": {"A": inf, "B": inf, "C": inf}}, {"1": 60.0, "2": 5.0})
    drawn = audit(far, scenario(behaviour={"behaviour": "choice", "weight_per_minute": 2.0}), offers("ABC"))
    assert volumes(drawn) == pytest.approx({"A": 60 / (1 + exp(-2)), "B": 0, "C": 60 / (1 + exp(2))})
    assert value(drawn, "unserved") == 5


def test_the_worst_trip_under_choice_is_to_the_nearest_site() -> None:
    drawn = audit(
        world({"1": {"A": 5, "B": 50}}, {"1": 60.0}),
        scenario(behaviour={"behaviour": "choice", "weight_per_minute": 0.1}),
        offers("AB"),
    )
    assert value(drawn, "worst_minutes") == 5


def test_observed_shares_of_a_closed_site_are_spread_over_the_remaining() -> None:
    seen = [
        {"area_id": "1", "site_id": s, "care_type_id": "hips", "cases_per_year": n}
        for s, n in (("A", 50), ("B", 30), ("C", 20))
    ]
    habits = b3(tables={"patient_flows": seen})
    asked = scenario(behaviour="observed")
    assert volumes(audit_today(habits, asked)) == {"A": 20, "B": 12 + 30, "C": 8 + 50}
    without = audit(habits, asked, offers("BC"))
    assert volumes(without) == {"B": 24 + 30, "C": 16 + 50}
    assert volumes(audit(habits, asked, offers("A"))) == {"A": 120}


def test_an_area_with_nothing_observed_goes_to_the_nearest() -> None:
    seen = [{"area_id": "1", "site_id": "C", "care_type_id": "hips", "cases_per_year": 5}]
    drawn = audit(b3(tables={"patient_flows": seen}), scenario(behaviour="observed"), offers("AB"))
    assert volumes(drawn) == {"A": 40, "B": 80}


def test_the_map_shows_nearest_site_and_where_most_patients_go() -> None:
    asked = scenario(behaviour={"behaviour": "choice", "weight_per_minute": 0.1, "attraction": "beds"})
    seen = nearest_offering(b3(sites={"beds": {"A": 1, "B": 1000, "C": 1}}), asked, offers("ABC"))
    assert seen.area_ids == ("1", "2", "3")
    assert seen.minutes[:, 0, 0].tolist() == [0, 5, 0]
    assert seen.site[:, 0, 0].tolist() == ["A", "B", "C"]
    assert seen.main_site[:, 0, 0].tolist() == ["B", "B", "B"]
    plain = nearest_offering(b3(), scenario(), offers("A"))
    assert plain.case_minutes[:, 0, 0].tolist() == [0, 25, 60]


def test_the_map_shows_the_larger_part_of_a_divided_area() -> None:
    assigned = flows({("1", "A"): 40, ("2", "A"): 10, ("2", "C"): 20, ("3", "C"): 50})
    seen = nearest_offering(b3(), scenario(behaviour="steered"), offers("AC"), assigned)
    assert (seen.main_site[1, 0, 0], seen.case_minutes[1, 0, 0]) == ("C", pytest.approx((250 + 700) / 30))


def test_accessibility_is_refused_without_a_weight_per_minute() -> None:
    with pytest.raises(MissingData, match="weight_per_minute"):
        _ = audit(b3(), scenario(objectives="accessibility"), offers("A")).objectives
