"""Capacity, counts, locks and access norms: their rows, their softness, and what lies outside the region."""

import pytest

from app.assemble import InvalidScenario, assemble
from tests.builders import Json, access_norm, lock, scenario, site_count
from tests.front_door import answer, measure, offers, sites
from tests.solver.rules.two_by_two import kept, two_by_two
from tests.solver.rules.written_rows import written_rows
from tests.worked_worlds import B3_DEMAND, b3, peopled_b3


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        (site_count("seh", exactly=1), ["+1 offers[A,seh,today] +1 offers[B,seh,today] = 1"]),
        (
            {"rule": "site_count", "at_most": 1, "hardness": "soft", "penalty_per_unit": 1},
            ["+1 present[A,today] +1 present[B,today] -1 breach_1 <= 1"],
        ),
        (lock("A", "closed", "seh"), ["+1 offers[A,seh,today] = 0"]),
        (
            {"rule": "capacity", "care_type": "seh", "factor": 0.5},
            ["-20 offers[A,seh,today] +1 volume[0,1,0] <= 0"],
        ),
    ],
)  # fmt: skip
def test_rows(rule: Json, rows: list[str]) -> None:
    assert written_rows(two_by_two(capacity={"A": 40}), scenario(rule)) == rows


def test_sites_of_one_region_are_counted() -> None:
    members = [{"region_id": "west", "region_kind": "z", "member_kind": "site", "member_id": s} for s in "AB"]
    plan = answer(b3(tables={"region_members": members}), scenario(site_count(at_most=1, region="west")))
    assert sites(plan) == ["A", "C"]
    with pytest.raises(InvalidScenario, match="north"):
        assemble(b3(tables={"region_members": members}), scenario(site_count(at_most=1, region="north")))


def test_sites_outside_the_region_are_not_counted() -> None:
    plan = answer(b3(sites={"in_region": {"C": False}}), scenario(site_count(exactly=1)))
    assert sites(plan) == ["A", "C"]


def test_a_soft_count_that_nobody_can_reach_costs_its_penalty() -> None:
    """No site of the region is a member, so two are missing."""
    outside = b3(
        sites={"in_region": {"C": False}},
        tables={"region_members": [{"region_id": "far", "region_kind": "z", "member_kind": "site", "member_id": "C"}]},
    )
    soft = site_count(at_least=2, region="far", hardness="soft", penalty_per_unit=5)
    assert measure(answer(outside, scenario(soft)), "penalties") == 10
    assert answer(outside, scenario(site_count(at_least=2, region="far")))["outcome"] == "infeasible"


def test_a_lock_does_not_bind_a_site_outside_the_region() -> None:
    plan = answer(b3(sites={"in_region": {"C": False}}), scenario(lock("C", "closed")))
    assert ("C", "hips", "today") in offers(plan)
    assert kept(plan, "lock") == {}


def test_a_soft_share_costs_each_share_that_is_beyond() -> None:
    """B alone leaves everybody of areas 1 and 3 beyond 25 minutes: 30 of 120 are within."""
    soft = access_norm(25, kind="share", at_least_share=0.75, hardness="soft", penalty_per_unit=100)
    plan = answer(peopled_b3(), scenario(soft, lock("A", "closed"), lock("C", "closed")))
    assert measure(plan, "penalties") == pytest.approx(100 * (0.75 - 0.25))


def test_a_soft_norm_for_everyone_costs_each_inhabitant_beyond() -> None:
    soft = access_norm(25, hardness="soft", penalty_per_unit=2)
    plan = answer(peopled_b3(), scenario(soft, lock("A", "closed"), lock("C", "closed")))
    assert measure(plan, "penalties") == 2 * 90


def test_no_worse_than_a_landscape_that_offers_nothing_is_refused() -> None:
    with pytest.raises(InvalidScenario, match="nothing is offered today"):
        assemble(b3(population=B3_DEMAND, offered="none"), scenario(access_norm(25, kind="no_worse")))
