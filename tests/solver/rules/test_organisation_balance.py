"""Organisation balance: nobody loses more than a share of what it has today."""

import pytest

from app.assemble import InvalidScenario, assemble
from tests.builders import Json, lock, scenario, site_count
from tests.front_door import answer, measure, sites
from tests.solver.rules.two_by_two import kept, two_by_two
from tests.solver.rules.written_rows import written_rows
from tests.worked_worlds import b3

JOINED = {"organisation_id": {"A": "o", "B": "o", "C": "p"}}


def balance(share: float, measure: str = "cases", **more: object) -> Json:
    return {"rule": "organisation_balance", "measure": measure, "at_least_share": share, **more}


@pytest.mark.parametrize(("share", "open_sites"), [(0.9, ["A", "C"]), (1.0, ["A", "C"])])
def test_sister_sites_make_up_for_each_other(share: float, open_sites: list[str]) -> None:
    """A and B have 70 cases together; without B all 30 of its cases go to A."""
    assert sites(answer(b3(sites=JOINED), scenario(balance(share), lock("B", "closed")))) == open_sites


@pytest.mark.parametrize(("share", "open_sites"), [(0.625, ["A", "C"]), (0.626, ["A", "B"])])
def test_exactly_the_share_is_enough(share: float, open_sites: list[str]) -> None:
    """One of B and C must go: their organisation keeps 50 of its 80 cases without B, which is least travel, and all 80 without C."""
    tables = b3(sites={"organisation_id": {"A": "p", "B": "o", "C": "o"}})
    asked = scenario(balance(share), lock("A", "open"), site_count(exactly=2))
    assert sites(answer(tables, asked)) == open_sites


def test_an_organisation_that_loses_everything_breaks_it() -> None:
    plan = answer(b3(sites=JOINED), scenario(balance(0.1), lock("C", "closed")))
    assert plan["outcome"] == "infeasible"


def test_revenue_needs_its_column() -> None:
    with pytest.raises(InvalidScenario, match="revenue_eur_per_case"):
        assemble(b3(), scenario(balance(0.5, "revenue")))


def test_nothing_today_is_nothing_to_compare_with() -> None:
    with pytest.raises(InvalidScenario, match="nothing is offered today"):
        assemble(b3(offered="none"), scenario(balance(0.5)))


def test_softly_each_case_lost_costs_its_penalty() -> None:
    """C closes and loses 50 cases, of which it may lose 25."""
    soft = balance(0.5, hardness="soft", penalty_per_unit=2)
    assert measure(answer(b3(), scenario(soft, lock("C", "closed"))), "penalties") == 50


def test_reported_it_binds_nothing() -> None:
    plan = answer(b3(), scenario(balance(0.5, hardness="report"), lock("C", "closed")))
    assert kept(plan, "organisation_balance") == {"A": True, "B": True, "C": False}


@pytest.mark.parametrize(
    ("measure", "rows"),
    [
        ("cases", ["+1 volume[0,0,0] +1 volume[0,1,0] >= 30", "+1 volume[1,0,0] +1 volume[1,1,0] >= 20"]),
        ("revenue", ["+10 volume[0,0,0] +10 volume[0,1,0] >= 300", "+20 volume[1,0,0] +20 volume[1,1,0] >= 400"]),
        (
            "staff",
            [
                "+6 offers[A,seh,today] +0.1 volume[0,1,0] >= 4.5",
                "+6 offers[B,seh,today] +0.1 volume[1,1,0] >= 4",
            ],
        ),
    ],
)
def test_its_rows(measure: str, rows: list[str]) -> None:
    tables = two_by_two(
        site_care={"revenue_eur_per_case": {"A": 10.0, "B": 20.0}},
        tables={
            "resources": [{"resource_id": "n", "unit": "FTE", "pool": "site"}],
            "resource_use": [{"care_type_id": "seh", "resource_id": "n", "per_open_site": 6.0, "per_case": 0.1}],
        },
    )
    assert written_rows(tables, scenario(balance(0.5, measure))) == rows
