"""Resource limit: a pool's sites share its staff."""

from typing import Any

import pytest

from tests.builders import Json, PlainTables, scenario, site_count, with_tables
from tests.front_door import answer, measure, sites, values
from tests.solver.rules.two_by_two import kept, two_by_two
from tests.solver.rules.written_rows import written_rows
from tests.worked_worlds import b3


def staffed(stock: dict[str, float], pool: str = "site", **more: Any) -> PlainTables:
    """B3 with 6 fte per open site and 0.1 per case; A and B are one organisation."""
    return b3(
        sites={"organisation_id": {"A": "o", "B": "o", "C": "p"}},
        tables={
            "resources": [{"resource_id": "n", "unit": "fte", "pool": pool}],
            "resource_use": [{"care_type_id": "hips", "resource_id": "n", "per_open_site": 6.0, "per_case": 0.1}],
            "resource_stock": [{"resource_id": "n", "pool_id": p, "quantity": q} for p, q in stock.items()],
        },
        **more,
    )


def limit(**more: Any) -> Json:
    return {"rule": "resource_limit", "resource": "n", **more}


@pytest.mark.parametrize(("staff_of_o", "open_sites"), [(19.0, ["A", "B", "C"]), (18.99, ["A", "C"])])
def test_an_organisation_with_just_enough_staff_keeps_both_sites(staff_of_o: float, open_sites: list[str]) -> None:
    plan = answer(staffed({"o": staff_of_o, "p": 11.0}, "organisation"), scenario(limit()))
    assert sites(plan) == open_sites
    assert kept(plan, "resource_limit") == {"o": True, "p": True}


def test_nobody_has_enough() -> None:
    assert answer(staffed({"A": 5.0, "B": 5.0, "C": 5.0}), scenario(limit()))["outcome"] == "infeasible"


@pytest.mark.parametrize(("mobility", "open_sites"), [(0.05, ["A", "B", "C"]), (0.04, ["A", "C"])])
def test_mobile_staff_help_where_they_are_short(mobility: float, open_sites: list[str]) -> None:
    """B is 1 fte short with all open; A has 15 over at most, and lends 5 % of 20 = 1."""
    tables = staffed({"A": 20.0, "B": 8.0, "C": 11.0})
    assert sites(answer(tables, scenario(limit(mobility=mobility)))) == open_sites


@pytest.mark.parametrize(("share", "outcome"), [(0.5, "optimal"), (0.6, "infeasible")])
def test_staff_leave_with_what_closes(share: float, outcome: str) -> None:
    """B closes and 9 fte worked there: of 18 remain 18 - 0.5 x 9 = 13.5, and A needs 6 + 7."""
    tables = staffed({"o": 18.0, "p": 11.0}, "organisation")
    closed = site_count(exactly=2)
    assert answer(tables, scenario(limit(attrition_on_closing=share), closed))["outcome"] == outcome


def test_short_staff_is_bought_in_steps_that_are_a_transition_cost() -> None:
    """All open B needs 9 and has 5: two steps of 2 for 70 each, where 600 case-minutes are worth 1 each."""
    tables = staffed({"A": 20.0, "B": 5.0, "C": 11.0})
    worth = [{"objective": "travel_time", "weight": 1}, {"objective": "transition_cost", "weight": 1}]
    bought = limit(step=2, step_cost_eur=70)
    plan = answer(tables, scenario(bought, objectives={"objective": "weighted", "terms": worth}))
    assert (sites(plan), values(plan), measure(plan, "transition_cost")) == (["A", "B", "C"], [290], 140)
    dear = limit(step=2, step_cost_eur=301)
    plan = answer(tables, scenario(dear, objectives={"objective": "weighted", "terms": worth}))
    assert (sites(plan), values(plan)) == (["A", "C"], [750])


def test_no_part_of_a_step_can_be_bought() -> None:
    """B is 4 short: half of a step of 8 for 1000 would be cheaper than the 600 case-minutes it saves, a whole one is not."""
    tables = staffed({"A": 20.0, "B": 5.0, "C": 11.0})
    worth = [{"objective": "travel_time", "weight": 1}, {"objective": "transition_cost", "weight": 1}]
    plan = answer(
        tables, scenario(limit(step=8, step_cost_eur=1000), objectives={"objective": "weighted", "terms": worth})
    )
    assert (sites(plan), values(plan)) == (["A", "C"], [750])


def test_steps_that_stay_are_paid_once() -> None:
    """The two steps that B needs serve the second period too, and are cheaper than travelling in both."""
    tables = with_tables(staffed({"A": 20.0, "B": 5.0, "C": 11.0}), periods=[{"period_id": t} for t in ("t1", "t2")])
    worth = [{"objective": "travel_time", "weight": 1}, {"objective": "transition_cost", "weight": 1}]
    bought = limit(step=2, step_cost_eur=590)
    plan = answer(tables, scenario(bought, objectives={"objective": "weighted", "terms": worth}))
    assert (plan["outcome"], values(plan), measure(plan, "transition_cost")) == ("optimal", [2 * 150 + 1180], 1180)


def test_softly_each_fte_short_costs_its_penalty() -> None:
    tables = staffed({"A": 20.0, "B": 8.0, "C": 11.0})
    plan = answer(tables, scenario(limit(hardness="soft", penalty_per_unit=3), site_count(exactly=3)))
    assert measure(plan, "penalties") == pytest.approx(3, abs=1e-6)


def test_reported_it_binds_nothing_and_buys_nothing() -> None:
    tables = staffed({"A": 20.0, "B": 5.0, "C": 11.0})
    plan = answer(tables, scenario(limit(hardness="report", step=2, step_cost_eur=70)))
    assert (sites(plan), kept(plan, "resource_limit")) == (["A", "B", "C"], {"A": True, "B": False, "C": True})
    assert measure(plan, "transition_cost") == 0


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ({}, ["+6 offers[A,seh,today] +0.1 volume[0,1,0] <= 9", "+6 offers[B,seh,today] +0.1 volume[1,1,0] <= 8"]),
        (
            {"mobility": 0.5},
            [
                "+1 lent[A,today] +1 lent[B,today] >= 0",
                "+6 offers[A,seh,today] +0.1 volume[0,1,0] +1 lent[A,today] <= 9",
                "+6 offers[B,seh,today] +0.1 volume[1,1,0] +1 lent[B,today] <= 8",
                "+1 lent[A,today] <= 4.5",
                "+1 lent[B,today] <= 4",
            ],
        ),
        (
            {"attrition_on_closing": 0.5},
            ["+1.5 offers[A,seh,today] +0.1 volume[0,1,0] <= 4.5", "+2 offers[B,seh,today] +0.1 volume[1,1,0] <= 4"],
        ),
    ],
)
def test_its_rows(more: Json, rows: list[str]) -> None:
    tables = two_by_two(
        tables={
            "resources": [{"resource_id": "n", "unit": "fte", "pool": "site"}],
            "resource_use": [{"care_type_id": "seh", "resource_id": "n", "per_open_site": 6.0, "per_case": 0.1}],
            "resource_stock": [{"resource_id": "n", "pool_id": s, "quantity": q} for s, q in (("A", 9.0), ("B", 8.0))],
        }
    )
    assert written_rows(tables, scenario(limit(**more))) == rows
