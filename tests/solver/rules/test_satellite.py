"""Satellite: nobody offers a care type without its parent."""

import pytest

from tests.builders import Json, lock, scenario
from tests.front_door import answer, measure, offers, sites
from tests.solver.rules.two_by_two import kept, two_by_two
from tests.solver.rules.written_rows import written_rows
from tests.worked_worlds import b3


def satellite(parent: str, care_type: str = "hips", **more: object) -> Json:
    return {"rule": "satellite", "care_type": care_type, "parent": parent, **more}


def test_without_the_parent_site_there_are_no_satellites() -> None:
    assert sites(answer(b3(), scenario(satellite("A")))) == ["A", "B", "C"]
    assert answer(b3(), scenario(satellite("A"), lock("A", "closed")))["outcome"] == "infeasible"


@pytest.mark.parametrize(("norm", "open_sites"), [(30, "ABC"), (30.1, "AC"), (50, "AC"), (80, "AB"), (80.1, "A")])
def test_a_satellite_has_a_norm_of_its_own_and_the_parent_has_none(norm: float, open_sites: str) -> None:
    """The parent A keeps 40 cases with all open, which is below every norm but the first."""
    plan = answer(b3(), scenario(satellite("A", at_least=norm)))
    assert sites(plan) == list(open_sites)
    assert all(kept(plan, "satellite").values())


def test_a_parent_care_type_may_be_anywhere_and_outside_the_scenario_as_today() -> None:
    rule = satellite("icu", "seh")
    assert {pair[:2] for pair in offers(answer(two_by_two(), scenario(rule, lock("A", "closed", "icu"))))} == {
        ("A", "seh"), ("B", "seh"), ("B", "icu"),
    }  # fmt: skip
    assert answer(two_by_two(offered=["B"]), scenario(rule, care_types=["seh"]))["outcome"] == "optimal"
    nothing = answer(two_by_two(offered=[("A", "seh")]), scenario(rule, care_types=["seh"]))
    assert nothing["outcome"] == "infeasible"


def test_softly_a_missing_parent_costs_one_and_missing_cases_each_one() -> None:
    soft = satellite("A", at_least=60, hardness="soft", penalty_per_unit=3)
    plan = answer(b3(), scenario(soft, lock("A", "closed"), lock("B", "open"), lock("C", "open")))
    assert measure(plan, "penalties") == 3 * (1 + 1 + 10)


def test_reported_it_binds_nothing() -> None:
    plan = answer(b3(), scenario(satellite("A", hardness="report"), lock("A", "closed")))
    assert (sites(plan), kept(plan, "satellite")) == (["B", "C"], {"B": False, "C": False})


def test_its_rows() -> None:
    assert written_rows(two_by_two(), scenario(satellite("A", "seh", at_least=5))) == [
        "-1 offers[A,seh,today] +1 offers[B,seh,today] <= 0",
        "+5 offers[B,seh,today] -1 volume[1,1,0] <= 0",
    ]
    assert written_rows(two_by_two(), scenario(satellite("icu", "seh"))) == [
        "-1 offers[A,icu,today] -1 offers[B,icu,today] +1 offers[A,seh,today] <= 0",
        "-1 offers[A,icu,today] -1 offers[B,icu,today] +1 offers[B,seh,today] <= 0",
    ]
