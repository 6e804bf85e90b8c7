"""Each rule beyond the worked examples: a plan that keeps it, one that breaks it, and the boundary."""

from typing import Any

import pytest

from solver.audits.audit import Audit, audit
from solver.audits.missing import MissingData
from tests.builders import PlainTables, lock, scenario, site_count, table, volume_norm, with_tables, world
from tests.solver.audits.drawn import Offer, flows, offers, value, verdicts
from tests.worked_worlds import b3, readiness_staff

STAGES = {"periods": [{"period_id": t, "years": 2.0} for t in ("t1", "t2", "t3")]}


def staged(**more: Any) -> PlainTables:
    """B3 over three periods of two years."""
    return b3(tables=STAGES, **more)


def step_by_step(*sites: str) -> list[Offer]:
    """What is offered in t1, t2, t3."""
    return [offer for t, which in enumerate(sites, start=1) for offer in offers(which, periods=[f"t{t}"])]


def values(audited: Audit, rule: str) -> list[tuple[str, str, float, float, bool]]:
    """(subject, period, value, limit, holds) of a kind of rule."""
    names = ("subject", "period", "value", "limit", "holds")
    return [tuple(row[name] for name in names) for row in audited.norms if row["kind"] == rule]


# --- capacity, counts, locks --------------------------------------------------------------------------------------


def test_capacity_is_there_by_default_and_a_factor_replaces_it_for_its_care_type_only() -> None:
    two = world(
        {"1": {"A": 0}}, {"1": 12.0}, care_types=("hips", "knees"), capacity={("A", "hips"): 10, ("A", "knees"): 20}
    )
    plan = [*offers("A"), *offers("A", "knees")]
    plain = audit(two, scenario(), plan)
    assert [(row["rule"], row["limit"], row["margin"]) for row in plain.norms] == [
        ("capacity:hips", 10, -2),
        ("capacity:knees", 20, 8),
    ]
    stretched = audit(two, scenario({"id": "more", "rule": "capacity", "care_type": "hips", "factor": 1.2}), plan)
    assert [(row["rule"], row["limit"], row["holds"]) for row in stretched.norms] == [
        ("more", 12, True),
        ("capacity:knees", 20, True),
    ]


def test_a_blank_capacity_is_unlimited() -> None:
    assert audit(b3(capacity={"A": 100}), scenario(), offers("B")).norms == []


@pytest.mark.parametrize(
    ("limits", "margins"), [({"exactly": 2}, [0]), ({"exactly": 3}, [-1]), ({"at_least": 1, "at_most": 1}, [1, -1])]
)
def test_site_counts_and_their_margins(limits: dict[str, int], margins: list[float]) -> None:
    drawn = audit(b3(), scenario(site_count("hips", **limits)), offers("AC"))
    assert [row["margin"] for row in drawn.norms] == margins


def test_sites_are_counted_per_region() -> None:
    members = [{"region_id": "west", "region_kind": "z", "member_kind": "site", "member_id": s} for s in "AB"]
    drawn = audit(b3(tables={"region_members": members}), scenario(site_count(at_least=2, region="west")), offers("AC"))
    assert values(drawn, "site_count") == [("west", "today", 1, 2, False)]


@pytest.mark.parametrize(("state", "holds"), [("open", False), ("closed", True), ("as_today", False)])
def test_a_lock_holds_a_site_to_its_state(state: str, holds: bool) -> None:
    drawn = audit(b3(), scenario(lock("B", state)), offers("AC"))
    assert values(drawn, "lock") == [("B", "today", float(holds), 1, holds)]


# --- volume norms -------------------------------------------------------------------------------------------------


def test_an_organisation_bears_a_norm_with_all_its_sites_that_offer() -> None:
    grouped = b3(sites={"organisation_id": {"A": "o", "B": "o", "C": None}})
    drawn = audit(grouped, scenario(volume_norm(60, bearer="organisation")), offers("ABC"))
    assert values(drawn, "volume_norm") == [("o", "today", 70, 60, True), ("C", "today", 50, 60, False)]


def test_a_network_bears_a_norm_with_its_members() -> None:
    members = [
        {"region_id": region, "region_kind": kind, "member_kind": "site", "member_id": site}
        for region, kind, site in (("n1", "oncology", "A"), ("n1", "oncology", "C"), ("r", "roaz", "B"))
    ]
    norm = volume_norm(80, bearer="network", network="oncology")
    drawn = audit(b3(tables={"region_members": members}), scenario(norm), offers("ABC"))
    assert values(drawn, "volume_norm") == [("n1", "today", 90, 80, True)]


def test_years_are_averaged_back_from_the_end_of_a_period_over_those_in_which_it_is_offered() -> None:
    drawn = audit(staged(), scenario(volume_norm(45, years_averaged=3)), step_by_step("ABC", "AC", "AB"))
    at = {(subject, period): number for subject, period, number, _, _ in values(drawn, "volume_norm")}
    assert at["A", "t1"] == 40
    assert at["A", "t2"] == (2 * 70 + 1 * 40) / 3
    assert at["A", "t3"] == (2 * 40 + 1 * 70) / 3
    assert at["B", "t3"] == 80
    assert ("B", "t2") not in at
    long = audit(staged(), scenario(volume_norm(45, years_averaged=5)), step_by_step("ABC", "AC", "AB"))
    assert [v for s, t, v, _, _ in values(long, "volume_norm") if (s, t) == ("B", "t3")] == [(2 * 80 + 1 * 30) / 3]


def test_a_norm_may_be_a_ceiling() -> None:
    ceiling = {"rule": "volume_norm", "care_type": "hips", "at_most": 60}
    assert verdicts(audit(b3(), scenario(ceiling), offers("AC")), "volume_norm") == {"A": False, "C": True}


def test_a_satellite_needs_its_parent_and_its_own_norm() -> None:
    rule = {"rule": "satellite", "care_type": "hips", "parent": "A", "at_least": 40}
    drawn = audit(b3(), scenario(rule), offers("ABC"))
    assert values(drawn, "satellite") == [
        ("B", "today", 1, 1, True),
        ("B", "today", 30, 40, False),
        ("C", "today", 1, 1, True),
        ("C", "today", 50, 40, True),
    ]
    assert values(audit(b3(), scenario(rule), offers("C")), "satellite")[0] == ("C", "today", 0, 1, False)


# --- what needs what ----------------------------------------------------------------------------------------------


def emergency(tables: dict[str, Any] | None = None, **more: Any) -> PlainTables:
    """Three sites, an emergency department and an intensive care unit; A and B are one organisation."""
    return world(
        {"1": {"A": 0, "B": 10, "C": 20}},
        {"1": 9.0},
        care_types=("seh", "icu"),
        sites={"organisation_id": {"A": "o", "B": "o", "C": "p"}},
        tables=tables or {},
        **more,
    )


@pytest.mark.parametrize(
    ("relation", "holds"),
    [("same_site", False), ("same_organisation", True), ("within_minutes", True), ("excludes", True)],
)
def test_an_emergency_department_and_intensive_care(relation: str, holds: bool) -> None:
    near = [{"site_id": "A", "to_site_id": "B", "minutes": 15.0}, {"site_id": "B", "to_site_id": "A", "minutes": 16.0}]
    rule = {"rule": "interdependency", "care_type": "seh", "requires": "icu", "relation": relation, "minutes": 15}
    drawn = audit(emergency({"site_times": near}), scenario(rule), [*offers("A", "seh"), *offers("B", "icu")])
    assert values(drawn, "interdependency") == [("A", "today", float(holds), 1, holds)]


def test_minutes_between_sites_are_read_from_the_site_that_needs() -> None:
    near = [{"site_id": "A", "to_site_id": "B", "minutes": 15.0}, {"site_id": "B", "to_site_id": "A", "minutes": 16.0}]
    rule = {
        "rule": "interdependency",
        "care_type": "icu",
        "requires": "seh",
        "relation": "within_minutes",
        "minutes": 15,
    }
    drawn = audit(emergency({"site_times": near}), scenario(rule), [*offers("AC", "seh"), *offers("BC", "icu")])
    assert verdicts(drawn, "interdependency") == {"B": False, "C": True}


def test_rules_come_from_the_table_row_by_row() -> None:
    rows = [{"care_type_id": "seh", "requires": "icu", "relation": "same_site"}]
    asked = scenario({"id": "levels", "rule": "interdependency", "from": "table"})
    drawn = audit(emergency({"interdependencies": rows}), asked, offers("A", "seh"))
    assert [(row["rule"], row["care_type_id"], row["holds"]) for row in drawn.breaches if row["rule"] != "served"] == [
        ("levels:1", "seh", False)
    ]


# --- resources and money ------------------------------------------------------------------------------------------


def pooled(pool: str, stock: dict[str, float]) -> PlainTables:
    """B3 with 6 FTE per open site, pooled per site."""
    return b3(
        sites={"organisation_id": {"A": "o", "B": "o", "C": "p"}},
        tables={
            "resources": [{"resource_id": "n", "unit": "fte", "pool": pool}],
            "resource_use": [{"care_type_id": "hips", "resource_id": "n", "per_open_site": 6.0, "per_case": 0.1}],
            "resource_stock": [{"resource_id": "n", "pool_id": p, "quantity": q} for p, q in stock.items()],
        },
    )


def test_each_pool_is_held_to_its_own_stock() -> None:
    limit = scenario({"rule": "resource_limit", "resource": "n"})
    drawn = audit(pooled("organisation", {"o": 19, "p": 10}), limit, offers("ABC"))
    assert values(drawn, "resource_limit") == [("o", "today", 19, 19, True), ("p", "today", 11, 10, False)]


def test_mobile_staff_work_in_other_pools() -> None:
    pools = pooled("organisation", {"o": 21, "p": 10})
    for share, holds in ((0.1, True), (0.04, False)):
        limit = scenario({"rule": "resource_limit", "resource": "n", "mobility": share})
        assert values(audit(pools, limit, offers("ABC")), "resource_limit") == [
            ("*", "today", 1, pytest.approx(min(21 * share, 2)), holds)
        ]


def test_what_is_short_is_bought_in_steps_that_stay() -> None:
    rule = {"rule": "resource_limit", "resource": "nurses", "step": 4, "step_cost_eur": 1000}
    short = readiness_staff(13) | {"periods": table(STAGES["periods"])}
    drawn = audit(short, scenario(rule), step_by_step("B", "ABC", "AC"))
    assert [row[2:] for row in values(drawn, "resource_limit")] == [
        (pytest.approx(8), 13, True),
        (pytest.approx(20), 21, True),
        (pytest.approx(14), 21, True),
    ]
    assert drawn.measures["transition_cost"]["per_period"] == {"t1": 0, "t2": 2000, "t3": 0}


def test_staff_leave_when_what_they_did_closes() -> None:
    limit = {"rule": "resource_limit", "resource": "n", "attrition_on_closing": 0.5}
    drawn = audit(pooled("organisation", {"o": 19, "p": 11}), scenario(limit), offers("AC"))
    assert values(drawn, "resource_limit") == [("o", "today", 13, 19 - 0.5 * 9, True), ("p", "today", 11, 11, True)]


def test_a_pool_without_stock_is_an_error_if_a_pair_in_it_could_use_the_resource() -> None:
    with pytest.raises(MissingData, match="organisation of site C"):
        _ = audit(
            pooled("organisation", {"o": 19}), scenario({"rule": "resource_limit", "resource": "n"}), offers("A")
        ).norms


def test_a_budget_binds_each_period_or_all_together() -> None:
    priced = staged(site_care={"fixed_cost_eur_per_year": {"A": 10.0, "B": 20.0, "C": 30.0}})
    each, total = ({"rule": "budget", "scope": "operating", "at_most_eur": eur} for eur in (45, 110))
    drawn = audit(priced, scenario(each, {**total, "period": "total"}), step_by_step("ABC", "AB", "A"))
    assert values(drawn, "budget") == [
        ("*", "t1", 60, 45, False),
        ("*", "t2", 30, 45, True),
        ("*", "t3", 10, 45, True),
        ("*", "total", 100, 110, True),
    ]


def test_a_transition_budget_counts_openings_and_closings() -> None:
    priced = staged(
        site_care={"opening_cost_eur": {"B": 5.0, "A": 0.0, "C": 0.0}, "closing_cost_eur": {"A": 1, "B": 7.0, "C": 2}}
    )
    rule = {"rule": "budget", "scope": "transition", "at_most_eur": 6}
    drawn = audit(priced, scenario(rule), step_by_step("AC", "ABC", "ABC"))
    assert [row[2] for row in values(drawn, "budget")] == [7, 5, 0]


def test_an_organisation_that_lost_patients_breaks_its_balance() -> None:
    rule = {"rule": "organisation_balance", "measure": "cases", "at_least_share": 0.5}
    drawn = audit(b3(), scenario(rule), offers("BC"))
    assert values(drawn, "organisation_balance") == [
        ("A", "today", 0, 20, False),
        ("B", "today", 70, 15, True),
        ("C", "today", 50, 25, True),
    ]
    loss = {"objective": "largest_organisation_loss", "measure": "cases"}
    assert audit(b3(), scenario(objectives=[loss]), offers("BC")).objectives[0]["value"] == 1


# --- change -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"at_most": 1}, [(2, 1), (1, 1), (2, 1)]),
        ({"at_most": 0, "counts": "openings"}, [(0, 0), (1, 0), (1, 0)]),
        ({"at_most": 1, "counts": "closings"}, [(2, 1), (0, 1), (1, 1)]),
        ({"irreversible": True}, [(0, 0), (1, 0), (2, 0)]),
        ({"lead_periods": 2}, [(2, 0), (1, 0)]),
        ({"receiver_first": True}, [(0, 0), (0, 0), (1, 0)]),
    ],
)
def test_change_limits(fields: dict[str, Any], expected: list[tuple[float, float]]) -> None:
    drawn = audit(staged(), scenario({"rule": "change_limit", **fields}), step_by_step("A", "AB", "AC"))
    assert [row[2:4] for row in values(drawn, "change_limit")] == expected


def test_changes_may_be_limited_per_site() -> None:
    rule = {"rule": "change_limit", "at_most": 0, "per": "site"}
    drawn = audit(b3(), scenario(rule), offers("AC"))
    assert verdicts(drawn, "change_limit") == {"A": True, "B": False, "C": True}


# --- hardness -----------------------------------------------------------------------------------------------------


def test_soft_breaches_cost_penalties_that_come_first() -> None:
    soft = volume_norm(45, hardness="soft", penalty_per_unit=2.5)
    drawn = audit(b3(), scenario(soft, lock("B", "closed", hardness="report")), offers("ABC"))
    assert drawn.objectives == [
        {"objective": "penalties", "value": 2.5 * (5 + 15), "unit": "penalty"},
        {"objective": "travel_time", "value": 150, "unit": "case-minutes/year"},
    ]
    assert drawn.keeps_every_hard_rule
    assert [(row["subject"], row["hardness"]) for row in drawn.breaches] == [
        ("A", "soft"),
        ("B", "soft"),
        ("B", "report"),
    ]


def test_a_limit_missed_by_a_millionth_holds() -> None:
    for norm, holds in ((70.00006, True), (70.0001, False)):
        assert verdicts(audit(b3(), scenario(volume_norm(norm)), offers("AC")), "volume_norm")["A"] is holds


def test_rules_that_need_a_care_type_say_so() -> None:
    with pytest.raises(MissingData, match="needs a care type"):
        _ = audit(b3(), scenario({"rule": "volume_norm", "at_least": 5}), offers("A")).norms


def test_undivided_patients_of_an_area_go_to_one_site() -> None:
    asked = scenario(behaviour={"behaviour": "steered", "undivided": True})
    whole = flows({("1", "A"): 40, ("2", "A"): 30, ("3", "C"): 50})
    parted = flows({("1", "A"): 40, ("2", "A"): 29, ("2", "C"): 1, ("3", "C"): 50})
    assert not audit(b3(), asked, offers("AC"), whole).faults
    assert [fault.kind for fault in audit(b3(), asked, offers("AC"), parted).faults] == ["undivided"]


def test_steered_flows_must_match_demand_and_reach_an_offering_site() -> None:
    wrong = flows({("1", "A"): 41, ("2", "B"): 30, ("3", "C"): 49})
    drawn = audit(b3(), scenario(behaviour="steered"), offers("AC"), wrong)
    assert [fault.sentence for fault in drawn.faults] == [
        "1 cases of hips in period today are unserved, in area 3",
        "flow of 30 cases of hips from area 2 to site B in period today, which does not offer hips",
        "area 1 sends 1 cases of hips more than its demand of 40 in period today",
    ]


def test_a_table_can_be_replaced_in_a_world() -> None:
    changed = with_tables(b3(), demand=[{"area_id": a, "care_type_id": "hips", "cases_per_year": 1.0} for a in "123"])
    assert value(audit(changed, scenario(), offers("B")), "travel_time") == 65
