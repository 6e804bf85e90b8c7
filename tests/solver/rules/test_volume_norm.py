"""Volume norm: borne by a site, an organisation or a network, each year or on average."""

from typing import Any

import pytest

from tests.builders import Json, PlainTables, lock, scenario, volume_norm, with_tables, world
from tests.front_door import answer, measure, offers, sites
from tests.solver.rules.two_by_two import kept, two_by_two
from tests.solver.rules.written_rows import written_rows
from tests.worked_worlds import b3

NETWORK = [
    {"region_id": region, "region_kind": "oncology", "member_kind": "site", "member_id": site}
    for region, site in (("west", "A"), ("west", "B"), ("east", "C"))
]


def growing() -> PlainTables:
    """B3 with area 2 growing from 30 to 50 cases in the second of two years."""
    demand: dict[Any, float | None] = {"1": 40.0, "3": 50.0, "2": 30.0, ("2", "hips", "t2"): 50.0}
    grown = b3(tables={"periods": [{"period_id": t, "years": 1.0} for t in ("t1", "t2")]})
    rows = [
        {"area_id": key if isinstance(key, str) else key[0], "care_type_id": "hips", "cases_per_year": cases,
         "period": None if isinstance(key, str) else key[2]}
        for key, cases in demand.items()
    ]  # fmt: skip
    return with_tables(grown, demand=rows)


def open_in(outcome: Json, t: str) -> str:
    return "".join(sorted(s for s, _, when in offers(outcome) if when == t))


@pytest.mark.parametrize(("norm", "open_sites"), [(50, "ABC"), (50.1, "AB")])
def test_an_organisation_reaches_it_with_all_its_sites(norm: float, open_sites: str) -> None:
    """A and B have 70 together and C, an organisation of its own, 50: above that C closes, though A alone would never reach it."""
    tables = b3(sites={"organisation_id": {"A": "o", "B": "o", "C": "p"}})
    assert sites(answer(tables, scenario(volume_norm(norm, bearer="organisation")))) == list(open_sites)


def test_a_network_reaches_it_with_the_members_that_offer() -> None:
    tables = b3(tables={"region_members": NETWORK})
    norm = volume_norm(60, bearer="network", network="oncology")
    plan = answer(tables, scenario(norm))
    assert sites(plan) == ["A", "B"]
    assert kept(plan, "volume_norm") == {"west": True}


def test_who_opens_when_its_cases_are_there_needs_no_past() -> None:
    """B has 30 cases in the first year and 50 in the second; a norm of 40 over two years counts only those in which it offers."""
    plan = answer(growing(), scenario(volume_norm(40, years_averaged=2)))
    assert (open_in(plan, "t1"), open_in(plan, "t2")) == ("AC", "ABC")


@pytest.mark.parametrize(("norm", "outcome"), [(40, "optimal"), (40.1, "infeasible")])
def test_the_mean_at_the_end_of_the_second_year(norm: float, outcome: str) -> None:
    """All open in both years by lock, judged in the second only: A has 40 and 40, B 30 and 50, C 50 and 50."""
    rule = volume_norm(norm, "hips", years_averaged=2, periods=["t2"])
    assert answer(growing(), scenario(*[lock(s, "open") for s in "ABC"], rule))["outcome"] == outcome


@pytest.mark.parametrize(("ceiling", "outcome"), [(50, "optimal"), (49.9, "infeasible")])
def test_a_ceiling_on_the_mean(ceiling: float, outcome: str) -> None:
    rule = {"rule": "volume_norm", "care_type": "hips", "at_most": ceiling, "years_averaged": 2, "periods": ["t2"]}
    assert answer(growing(), scenario(*[lock(s, "open") for s in "ABC"], rule))["outcome"] == outcome


@pytest.mark.parametrize(("norm", "outcome"), [(50, "optimal"), (52, "infeasible")])
def test_a_window_longer_than_the_horizon_counts_each_year_once(norm: float, outcome: str) -> None:
    """60 cases and then 40: a mean of 50 over the two years there are, however long the window."""
    tables = world(
        {"1": {"A": 5}},
        {("1", "hips", "t1"): 60.0, ("1", "hips", "t2"): 40.0},
        tables={"periods": [{"period_id": "t1"}, {"period_id": "t2"}]},
    )
    assert answer(tables, scenario(volume_norm(norm, years_averaged=5)))["outcome"] == outcome


def test_years_in_which_it_is_not_offered_do_not_count() -> None:
    fixed = [lock("B", "closed", periods=["t1"]), lock("B", "open", periods=["t2"])]
    fixed += [lock("A", "open"), lock("C", "open")]
    for norm, outcome in ((50, "optimal"), (50.1, "infeasible")):
        rule = volume_norm(norm, years_averaged=2, periods=["t2"])
        assert answer(growing(), scenario(*fixed, rule))["outcome"] == outcome
    softly = volume_norm(50, years_averaged=2, periods=["t2"], hardness="soft", penalty_per_unit=1)
    plan = answer(growing(), scenario(*fixed, softly))
    rows = {row["subject"]: row["value"] for row in plan["norms"] if row["kind"] == "volume_norm"}
    assert rows["B"] == 50
    assert rows["A"] == (70 + 40) / 2


def test_softly_a_mean_too_low_costs_its_cases() -> None:
    fixed = [lock(s, "open") for s in "ABC"]
    soft = volume_norm(45, years_averaged=2, periods=["t2"], hardness="soft", penalty_per_unit=2)
    assert measure(answer(growing(), scenario(*fixed, soft)), "penalties") == pytest.approx(2 * (5 + 5))


def test_softly_a_mean_half_a_case_too_low_is_worth_closing_for_a_year() -> None:
    """A has 40 and 40, B 30 and 50: all open, both miss a mean of 40.5 by half a case. B closed in the first year, nobody misses it."""
    soft = volume_norm(40.5, years_averaged=2, periods=["t2"], hardness="soft", penalty_per_unit=1)
    plan = answer(growing(), scenario(soft, objectives=["penalties", "travel_time"]))
    assert measure(plan, "penalties") == 0
    assert (open_in(plan, "t1"), open_in(plan, "t2")) == ("AC", "ABC")


def test_softly_a_missed_norm_of_an_organisation_costs_its_cases() -> None:
    tables = b3(sites={"organisation_id": {"A": "o", "B": "o", "C": "p"}})
    soft = volume_norm(80, bearer="organisation", hardness="soft", penalty_per_unit=1)
    plan = answer(tables, scenario(soft, *[lock(s, "open") for s in "ABC"]))
    assert measure(plan, "penalties") == pytest.approx(10 + 30)


def test_reported_it_binds_nothing() -> None:
    plan = answer(b3(), scenario(volume_norm(50, hardness="report")))
    assert kept(plan, "volume_norm") == {"A": False, "B": False, "C": True}


def test_its_rows() -> None:
    joined = two_by_two(sites={"organisation_id": {"A": "o", "B": "o"}})
    assert written_rows(joined, scenario(volume_norm(50, "seh"))) == [
        "+50 offers[A,seh,today] -1 volume[0,1,0] <= 0",
        "+50 offers[B,seh,today] -1 volume[1,1,0] <= 0",
    ]
    assert written_rows(joined, scenario(volume_norm(50, "seh", bearer="organisation"))) == [
        "-1 volume[0,1,0] -1 volume[1,1,0] +50 any_offered[o,today] <= 0",
        "+1 offers[A,seh,today] -1 any_offered[o,today] <= 0",
        "+1 offers[B,seh,today] -1 any_offered[o,today] <= 0",
        "-1 offers[A,seh,today] -1 offers[B,seh,today] +1 any_offered[o,today] <= 0",
    ]


def test_the_row_of_a_mean() -> None:
    """100 cases in two years, 50 for each year in which it is offered, and 50 less to reach where it is not offered now."""
    rows = written_rows(growing(), scenario(volume_norm(50, "hips", years_averaged=2, periods=["t2"])))
    assert rows[0] == "+50 offers[A,hips,t1] +100 offers[A,hips,t2] -1 volume[0,0,1] -1 volume[0,0,0] <= 50"
