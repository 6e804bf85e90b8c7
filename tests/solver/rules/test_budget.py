"""Budget: what it costs to run, and to get there, stays within the money there is."""

import pytest

from app.assemble import InvalidScenario, assemble
from tests.builders import Json, PlainTables, scenario, with_tables
from tests.front_door import answer, measure, offers, sites
from tests.solver.rules.two_by_two import kept, two_by_two
from tests.solver.rules.written_rows import written_rows
from tests.worked_worlds import b3


def budget(eur: float, **more: object) -> Json:
    return {"rule": "budget", "at_most_eur": eur, **more}


def priced() -> PlainTables:
    """B3: each location 100 a year, each case 1 EUR; closing costs 40, leaving a location 60 more."""
    return b3(
        sites={
            "fixed_cost_eur_per_year": dict.fromkeys("ABC", 100.0),
            "closing_cost_eur": dict.fromkeys("ABC", 60.0),
        },
        site_care={
            "variable_cost_eur_per_case": dict.fromkeys("ABC", 1.0),
            "fixed_cost_eur_per_year": dict.fromkeys("ABC", 0.0),
            "opening_cost_eur": dict.fromkeys("ABC", 0.0),
            "closing_cost_eur": dict.fromkeys("ABC", 40.0),
        },
    )


@pytest.mark.parametrize(("eur", "open_sites"), [(420, "ABC"), (419.99, "AC"), (320, "AC"), (319, "B")])
def test_the_running_budget_decides_how_many_sites(eur: float, open_sites: str) -> None:
    assert sites(answer(priced(), scenario(budget(eur)))) == list(open_sites)


def test_no_money_no_plan() -> None:
    assert answer(priced(), scenario(budget(219)))["outcome"] == "infeasible"


@pytest.mark.parametrize(("eur", "open_sites"), [(200, "B"), (199, "AC"), (99, "ABC")])
def test_the_transition_budget_counts_pairs_and_locations_that_close(eur: float, open_sites: str) -> None:
    asked = scenario(budget(eur, scope="transition"), objectives=["sites", "travel_time"])
    plan = answer(priced(), asked)
    assert sites(plan) == list(open_sites)
    assert measure(plan, "transition_cost") == 100 * (3 - len(open_sites))


def test_a_total_lets_one_period_pay_for_another() -> None:
    tables = with_tables(priced(), periods=[{"period_id": t} for t in ("t1", "t2")])
    asked = scenario(budget(100, scope="transition", period="total"), objectives=["sites", "travel_time"])
    plan = answer(tables, asked)
    assert {t: sum(1 for pair in offers(plan) if pair[2] == t) for t in ("t1", "t2")} == {"t1": 2, "t2": 2}
    each = answer(tables, scenario(budget(100, scope="transition"), objectives=["sites", "travel_time"]))
    assert {t: sum(1 for pair in offers(each) if pair[2] == t) for t in ("t1", "t2")} == {"t1": 2, "t2": 1}


def test_softly_each_euro_too_much_costs_its_penalty() -> None:
    drawn_b3 = {"question": "evaluate", "plan": [{"site_id": s, "care_type_id": "hips"} for s in "ABC"]}
    plan = answer(priced(), scenario(budget(400, hardness="soft", penalty_per_unit=0.5), question=drawn_b3))
    assert measure(plan, "penalties") == 10


def test_reported_it_binds_nothing() -> None:
    plan = answer(priced(), scenario(budget(1, hardness="report")))
    assert (sites(plan), kept(plan, "budget")) == (["A", "B", "C"], {"*": False})


def test_its_rows() -> None:
    tables = two_by_two(
        sites={"fixed_cost_eur_per_year": {"A": 7.0, "B": 8.0}, "closing_cost_eur": {"A": 5.0, "B": 6.0}},
        site_care={
            "fixed_cost_eur_per_year": {"A": 1.0, "B": 2.0},
            "variable_cost_eur_per_case": {"A": 3.0, "B": 4.0},
            "closing_cost_eur": {"A": 3.0, "B": 4.0},
        },
        offered=[("A", "seh"), ("B", "seh")],
    )
    assert written_rows(tables, scenario(budget(50, care_type="seh"))) == [
        "+1 offers[A,seh,today] +2 offers[B,seh,today] +3 volume[0,1,0] +4 volume[1,1,0] <= 50"
    ]
    assert written_rows(tables, scenario(budget(50, scope="transition"))) == [
        "-3 offers[A,seh,today] -4 offers[B,seh,today] -5 present[A,today] -6 present[B,today] +1 steps_eur[0] <= 32"
    ]


def test_an_absent_cost_costs_nothing_with_a_warning() -> None:
    plan = answer(b3(), scenario(budget(10)))
    assert [warning for warning in plan["warnings"] if "costs nothing" in warning] != []


def test_a_blank_cost_is_a_problem_once_it_is_needed() -> None:
    tables = b3(site_care={"variable_cost_eur_per_case": {"A": 1.0, "C": 1.0}})
    with pytest.raises(InvalidScenario, match="blank for B, hips"):
        assemble(tables, scenario(budget(10)))
    assert sites(answer(tables, scenario())) == ["A", "B", "C"]
