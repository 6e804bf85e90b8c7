"""The fine print about who counts, what is missing, and which row is in force, one sentence at a time."""

from math import inf, nan
from typing import Any

import pytest

from solver.audits.audit import audit, audit_today
from solver.audits.missing import MissingData
from tests.builders import access_norm, lock, scenario, site_count, volume_norm, with_tables, world
from tests.solver.audits.drawn import flows, offers, value, verdicts, volumes
from tests.worked_worlds import B3_DEMAND, B3_MINUTES, b3

ONE = {"1": {"A": 10.0, "B": 20.0}}


def outside(**more: Any) -> Any:
    """B3 with site C and area 3 outside the region."""
    return b3(
        sites={"in_region": {"C": False}},
        areas={"in_region": {"3": False}},
        population={"1": 10, "2": 10, "3": 10},
        **more,
    )


# --- who counts ---------------------------------------------------------------------------------------------------


def test_a_tie_goes_to_the_smallest_site_id_by_code_point() -> None:
    tied = world({"1": {"b": 5, "a": 5, "B": 5}, "2": {"b": 1, "a": 5, "B": 5}}, {"1": 7.5, "2": 3.0})
    drawn = audit_today(tied, scenario())
    assert volumes(drawn) == {"B": 7.5, "a": 0, "b": 3}
    assert (drawn.ties, drawn.tie_rows) == (7.5, [{"care_type_id": "hips", "period": "today", "cases_per_year": 7.5}])


def test_an_area_outside_brings_cases_but_no_minutes_and_no_inhabitants() -> None:
    drawn = audit(outside(), scenario(access_norm(25)), offers("AC"))
    assert volumes(drawn) == {"A": 70, "C": 50}
    assert (value(drawn, "travel_time"), value(drawn, "mean_minutes_per_case")) == (750, 750 / 70)
    for sites, beyond in (("BC", 10), ("AC", 0), ("B", 10)):
        far = audit(outside(), scenario(access_norm(29)), offers(sites))
        assert [row["value"] for row in far.norms if row["kind"] == "access_norm"] == [beyond]


def test_a_site_outside_counts_for_access_but_not_in_norms_counts_costs_and_changes() -> None:
    costs = {"fixed_cost_eur_per_year": {"A": 7.0, "B": 11.0, "C": 1000.0}}
    told = scenario(volume_norm(60), site_count("hips", exactly=1))
    drawn = audit(outside(site_care=costs), told, offers("AC"))
    assert verdicts(drawn, "volume_norm") == {"A": True}
    assert verdicts(drawn, "site_count") == {"*": True}
    assert (value(drawn, "sites"), value(drawn, "changes"), value(drawn, "operating_cost")) == (1, 1, 7)


def test_capacity_binds_outside_the_region_too() -> None:
    drawn = audit(outside(capacity={"C": 40}), scenario(), offers("AC"))
    assert verdicts(drawn, "capacity") == {"C": False}


def test_a_site_outside_keeps_todays_offers() -> None:
    drawn = audit(outside(), scenario(), offers("AB"))
    assert [(fault.kind, fault.subject) for fault in drawn.faults] == [("outside", "C")]
    assert value(drawn, "changes") == 0


def test_of_a_site_outside_no_lock_and_no_interdependency_binds() -> None:
    needs = {"rule": "interdependency", "care_type": "hips", "requires": "hips", "relation": "excludes"}
    drawn = audit(outside(), scenario(lock("C", "closed"), needs), offers("AC"))
    assert [(row["kind"], row["subject"]) for row in drawn.norms] == [("interdependency", "A")]


def test_a_pair_without_a_site_care_row_cannot_offer() -> None:
    drawn = audit(b3(pairs=[("A", "hips"), ("B", "hips")]), scenario(), offers("AC"))
    assert [fault.sentence for fault in drawn.faults] == [
        "site C has no row in site_care for hips, so it cannot offer it"
    ]


def test_cases_from_outside_the_data_stay_only_while_it_is_offered() -> None:
    visited = b3(site_care={"external_cases_per_year": {"A": 15.0, "B": 25.0}})
    assert volumes(audit(visited, scenario(), offers("AC"))) == {"A": 85, "C": 50}


def test_a_pair_offered_without_patients_still_counts_for_access_and_counts() -> None:
    quiet = world(ONE, {"1": 0.0}, population={"1": 100.0})
    drawn = audit(quiet, scenario(access_norm(15), site_count("hips", exactly=2), volume_norm(1)), offers("AB"))
    assert [row["holds"] for row in drawn.norms] == [True, True, False, False]


def test_unreachable_is_no_option_and_counts_as_beyond() -> None:
    lost = world({"1": {"A": inf, "B": 20}, "2": {"A": 5, "B": inf}}, {"1": 4.0, "2": 6.0}, population={"1": 1, "2": 2})
    drawn = audit(lost, scenario(access_norm(60)), offers("A"))
    assert (value(drawn, "unserved"), value(drawn, "worst_minutes"), value(drawn, "travel_time")) == (4, None, 30)
    assert value(drawn, "mean_minutes_per_case") == 5
    assert [(row["kind"], row["value"]) for row in drawn.breaches] == [("served", 4), ("access_norm", 1)]


def test_care_types_outside_the_scenario_stay_as_today() -> None:
    two = world(ONE, {"1": 10.0}, care_types=("hips", "knees"), offered=[("B", "knees")])
    needs = {"rule": "interdependency", "care_type": "hips", "requires": "knees", "relation": "same_site"}
    asked = scenario(needs, {"rule": "site_count", "exactly": 2}, care_types=["hips"])
    drawn = audit(two, asked, offers("A"))
    assert verdicts(drawn, "interdependency") == {"A": False}
    assert verdicts(drawn, "site_count") == {"*": True}
    assert value(drawn, "sites") == 1


def test_a_location_costs_once_if_it_offers_anything_of_the_data() -> None:
    two = world(
        ONE,
        {"1": 10.0},
        care_types=("hips", "knees"),
        offered=[("B", "knees")],
        sites={"fixed_cost_eur_per_year": {"A": 100.0, "B": 1000.0}, "closing_cost_eur": {"A": 1.0, "B": 2.0}},
        site_care={
            "fixed_cost_eur_per_year": {
                ("A", "hips"): 10.0,
                ("B", "hips"): 10.0,
                ("A", "knees"): 5.0,
                ("B", "knees"): 5.0,
            },
            "variable_cost_eur_per_case": {"A": 0.5, "B": 0.25},
        },
    )
    drawn = audit(two, scenario(care_types=["hips"]), offers("A"))
    assert value(drawn, "operating_cost") == 100 + 1000 + 10 + 5
    everything = audit(two, scenario(), [*offers("A"), *offers("A", "knees")])
    assert value(everything, "operating_cost") == 100 + 10 + 5 + 2 * 5
    assert value(everything, "transition_cost") == 2
    assert value(audit(two, scenario(), [*offers("A"), *offers("B")]), "transition_cost") == 0


def test_no_worse_looks_at_who_offers_that_care_type_today() -> None:
    today = [("A", "hips"), ("B", "knees")]
    two = world(ONE, {"1": 1.0}, care_types=("hips", "knees"), offered=today, population={"1": 8.0})
    drawn = audit(two, scenario(access_norm(15, "knees", kind="no_worse")), [*offers("A"), *offers("B", "knees")])
    assert [(row["value"], row["limit"]) for row in drawn.norms] == [(8, 8)]


# --- missing is never zero ----------------------------------------------------------------------------------------


def test_a_missing_travel_time_is_named() -> None:
    with pytest.raises(MissingData, match="area 2, site B, mode car") as lacking:
        audit_today(world({"1": {"A": 1, "B": 2}, "2": {"A": 1}}, {"1": 1.0, "2": 1.0}), scenario())
    assert len(lacking.value.gaps) == 1


def test_a_missing_demand_is_named_unless_absent_means_zero() -> None:
    with pytest.raises(MissingData, match="demand, area 2, care type hips"):
        audit_today(b3() | {"demand": world(B3_MINUTES, {"1": 1.0, "3": 1.0})["demand"]}, scenario())
    lenient = world(B3_MINUTES, {"1": 1.0, "3": 1.0}, absent_means_zero=["demand"])
    assert volumes(audit_today(lenient, scenario())) == {"A": 1, "B": 0, "C": 1}


def test_a_blank_cost_is_an_error_once_needed_and_an_absent_column_costs_nothing() -> None:
    blank = b3(site_care={"fixed_cost_eur_per_year": {"A": 5.0, "B": nan, "C": 5.0}})
    cost = scenario(objectives="operating_cost")
    assert audit(blank, cost, offers("AC")).objectives[0]["value"] == 10
    with pytest.raises(MissingData, match="site B, care type hips, fixed_cost_eur_per_year"):
        _ = audit(blank, cost, offers("AB")).objectives
    assert audit(b3(), cost, offers("AB")).objectives[0]["value"] == 0


def test_measures_that_lack_data_are_left_out_unless_asked_for() -> None:
    blank = b3(site_care={"fixed_cost_eur_per_year": {"A": nan}})
    assert "operating_cost" not in audit(blank, scenario(), offers("A")).measures


def test_a_missing_population_is_named_inside_the_region_only() -> None:
    with pytest.raises(MissingData, match="areas, area 1, population"):
        _ = audit_today(b3(), scenario(access_norm(45))).norms
    partly = b3(population={"1": 1.0, "2": 1.0}, areas={"in_region": {"3": False}})
    assert audit_today(partly, scenario(access_norm(45))).norms[0]["holds"]


def test_a_steered_care_type_needs_flows() -> None:
    with pytest.raises(MissingData, match="steered"):
        _ = audit(b3(), scenario(behaviour="steered"), offers("A")).measures


# --- which row is in force ----------------------------------------------------------------------------------------


def test_period_and_future_override_blanks_both_before_future_before_period() -> None:
    demand = {
        "1": 1.0,
        ("1", "hips", "t1", None): 2.0,
        ("1", "hips", None, "more"): 3.0,
        ("1", "hips", "t2", "more"): 4.0,
    }
    periods = [{"period_id": t} for t in ("t0", "t1", "t2")]
    stages = world({"1": {"A": 1}}, demand, tables={"periods": periods})
    for future, expected in (("base", [1, 2, 1]), ("more", [3, 3, 4])):
        drawn = audit(stages, scenario(), offers("A", periods=["t0", "t1", "t2"]), future=future)
        assert [row["cases_per_year"] for row in drawn.volumes] == expected


def test_a_period_the_data_do_not_name_uses_the_blanks() -> None:
    drawn = audit(b3(), scenario(periods=["2030"]), offers("A", periods=["2030"]))
    assert value(drawn, "travel_time") == 3750


def test_a_future_changes_single_travel_times() -> None:
    snow = world(ONE, {"1": 2.0}, more_minutes={("car", "snow"): {"1": {"A": 30}}})
    assert volumes(audit_today(snow, scenario())) == {"A": 2, "B": 0}
    snowed = audit(snow, scenario(), offers("AB"), future="snow")
    assert (volumes(snowed), value(snowed, "travel_time")) == ({"A": 0, "B": 2}, 40)


def test_no_worse_compares_with_today_in_the_same_future() -> None:
    snow = world(ONE, {"1": 2.0}, more_minutes={("car", "snow"): {"1": {"A": 90, "B": 90}}}, population={"1": 5.0})
    norm = scenario(access_norm(15, kind="no_worse"))
    assert not audit(snow, norm, offers("B")).norms[0]["holds"]
    assert (
        audit(snow, norm, offers("B"), future="snow").norms[0] | {"limit": 5.0, "value": 5.0, "holds": True}
        == (audit(snow, norm, offers("B"), future="snow").norms[0])
    )


def test_a_rule_binds_in_periods_that_start_within_its_validity_ends_included() -> None:
    starts = [("t1", "2026-01-01"), ("t2", "2027-01-01"), ("t3", None)]
    staged = with_tables(b3(), periods=[{"period_id": t, "start": start} for t, start in starts])
    late = lock("A", "open", valid_from="2026-06-01", valid_to="2027-01-01")
    drawn = audit(staged, scenario(late), offers("A", periods=["t1", "t2", "t3"]))
    assert [row["period"] for row in drawn.norms] == ["t2", "t3"]


# --- sums over periods --------------------------------------------------------------------------------------------


def test_periods_are_summed_worst_taken_and_means_weighted_by_cases() -> None:
    growing = world(
        {"1": {"A": 10}, "2": {"A": 40}},
        {"1": 10.0, ("2", "hips", "t1"): 0.0, ("2", "hips", "t2"): 20.0},
        population={"1": 3.0, "2": 4.0},
        tables={"periods": [{"period_id": "t1"}, {"period_id": "t2"}]},
    )
    far = {"objective": "beyond_minutes", "max_minutes": 20}
    drawn = audit(growing, scenario(objectives=[far]), [("A", "hips", "t2"), ("A", "hips", "t1")])
    told = {name: (m["value"], m["per_period"]) for name, m in drawn.measures.items()}
    assert told["travel_time"] == (1000, {"t1": 100, "t2": 900})
    assert told["mean_minutes_per_case"] == (1000 / 40, {"t1": 10, "t2": 30})
    assert told["worst_minutes"] == (40, {"t1": 10, "t2": 40})
    assert told["beyond_minutes"] == (4, {"t1": 4, "t2": 4})
    assert told["sites"] == (2, {"t1": 1, "t2": 1})


def test_a_change_is_against_the_period_before_and_the_first_against_today() -> None:
    staged = with_tables(b3(), periods=[{"period_id": "t1"}, {"period_id": "t2"}])
    drawn = audit(staged, scenario(), [*offers("AC", periods=["t1"]), *offers("ABC", periods=["t2"])])
    assert drawn.measures["changes"] == {"value": 2, "unit": "changes", "per_period": {"t1": 1, "t2": 1}}


def test_a_second_objective_of_one_name_is_numbered_in_the_measures() -> None:
    far = [{"objective": "beyond_minutes", "max_minutes": minutes} for minutes in (10, 30, 10)]
    drawn = audit(b3(population=B3_DEMAND), scenario(objectives=far), offers("B"))
    assert {name: m["value"] for name, m in drawn.measures.items() if "beyond" in name} == {
        "beyond_minutes": 90,
        "beyond_minutes#2": 0,
    }


def test_permuted_rows_change_nothing() -> None:
    turned = world(
        {a: dict(reversed(row.items())) for a, row in reversed(B3_MINUTES.items())}, dict(reversed(B3_DEMAND.items()))
    )
    for tables in (b3(), turned):
        drawn = audit(tables, scenario(volume_norm(50)), offers("CA"))
        assert (drawn.volumes, drawn.norms, drawn.flows.rows()) == (
            (first := audit(b3(), scenario(volume_norm(50)), offers("AC"))).volumes,
            first.norms,
            first.flows.rows(),
        )


def test_flows_of_a_plan_come_back_as_rows() -> None:
    assigned = flows({("1", "A"): 40, ("2", "C"): 30, ("3", "C"): 50})
    drawn = audit(b3(), scenario(behaviour="steered"), offers("AC"), assigned)
    assert drawn.flows.rows() == assigned.rows()
