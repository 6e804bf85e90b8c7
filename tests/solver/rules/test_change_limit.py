"""Change limit: how much may change at once, and in which order."""

from typing import Any

import pytest

from tests.builders import Json, PlainTables, lock, scenario
from tests.front_door import answer, measure, offers
from tests.solver.rules.two_by_two import two_by_two
from tests.solver.rules.written_rows import written_rows
from tests.worked_worlds import b3

PERIODS = [{"period_id": t} for t in ("t1", "t2", "t3")]
FEWEST: list[Any] = ["sites", "travel_time"]


def staged(**more: Any) -> PlainTables:
    return b3(tables={"periods": PERIODS}, **more)


def limited(**more: Any) -> Json:
    return {"rule": "change_limit", **more}


def in_time(outcome: Json) -> list[str]:
    """The open sites in t1, t2 and t3."""
    return ["".join(sorted(s for s, _, when in offers(outcome) if when == t)) for t in ("t1", "t2", "t3")]


@pytest.mark.parametrize(
    ("fields", "plan"),
    [
        ({"at_most": 0}, ["ABC", "ABC", "ABC"]),
        ({"at_most": 3, "counts": "openings"}, ["B", "B", "B"]),
        ({"at_most": 0, "per": "site"}, ["ABC", "ABC", "ABC"]),
        ({"at_most": 1, "per": "site"}, ["B", "B", "B"]),
        ({"lead_periods": 2}, ["ABC", "ABC", "B"]),
    ],
)
def test_how_fast_the_fewest_sites_are_reached(fields: Json, plan: list[str]) -> None:
    """Of three sites one would do: the least sites, then the least travel."""
    assert in_time(answer(staged(), scenario(limited(**fields), objectives=FEWEST))) == plan


@pytest.mark.parametrize("counts", ["closings", "both"])
def test_one_closing_a_period(counts: str) -> None:
    """Two sites in the first period, one from then on: B, for which the least travel of two sites with B is B and C (1350)."""
    found = in_time(answer(staged(), scenario(limited(at_most=1, counts=counts), objectives=FEWEST)))
    assert found == ["BC", "B", "B"]


def test_each_region_has_a_limit_of_its_own() -> None:
    """One closing in the north (A and B) and one in the south (C) may come together, and then one site is left."""
    members = [
        {"region_id": region, "region_kind": "half", "member_kind": "site", "member_id": s}
        for region, s in (("north", "A"), ("north", "B"), ("south", "C"))
    ]
    asked = scenario(limited(at_most=1, per="region"), objectives=FEWEST)
    assert len(offers(answer(b3(tables={"region_members": members}), asked))) == 1


def test_more_changes_than_allowed_break_it() -> None:
    drawn = {"question": "evaluate", "plan": [{"site_id": "B", "care_type_id": "hips"}]}
    assert answer(staged(), scenario(limited(at_most=1), question=drawn))["outcome"] == "infeasible"
    assert answer(staged(), scenario(limited(at_most=2), question=drawn))["outcome"] == "optimal"


def test_what_closed_never_opens_again() -> None:
    back = [lock("A", "closed", periods=["t1"]), lock("A", "open", periods=["t3"])]
    assert answer(staged(), scenario(*back))["outcome"] == "optimal"
    assert answer(staged(), scenario(*back, limited(irreversible=True)))["outcome"] == "infeasible"
    soft = limited(irreversible=True, hardness="soft", penalty_per_unit=4)
    assert measure(answer(staged(), scenario(*back, soft)), "penalties") == 4


def test_the_receiver_opens_in_a_period_before_the_giver_closes() -> None:
    move = [lock("A", "closed", periods=["t3"]), lock("C", "open", periods=["t3"]), lock("B", "closed")]
    tables = staged(offered=["A"])
    ready = answer(tables, scenario(*move, limited(receiver_first=True), objectives=FEWEST))
    assert in_time(ready) == ["AC", "C", "C"]
    assert in_time(answer(tables, scenario(*move, objectives=FEWEST))) == ["C", "C", "C"]
    at_once = [lock("A", "closed"), lock("B", "closed")]
    soft = limited(receiver_first=True, hardness="soft", penalty_per_unit=4)
    assert measure(answer(tables, scenario(*at_once, soft)), "penalties") == 4
    assert answer(tables, scenario(*at_once, limited(receiver_first=True)))["outcome"] == "infeasible"


def test_reported_it_binds_nothing() -> None:
    plan = answer(staged(), scenario(limited(at_most=0, hardness="report"), objectives=FEWEST))
    assert in_time(plan) == ["B", "B", "B"]
    assert [row["value"] for row in plan["breaches"]] == [2]


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        (
            {"at_most": 1},
            ["-1 offers[A,icu,today] -1 offers[B,icu,today] -1 offers[A,seh,today] -1 offers[B,seh,today] <= -3"],
        ),
        ({"at_most": 0, "per": "site", "care_type": "seh"}, ["-1 offers[A,seh,today] <= -1", "-1 offers[B,seh,today] <= -1"]),
        (
            {"receiver_first": True, "care_type": "seh"},
            [
                "+1 closing[*,today,1] <= 1",
                "+1 closing[*,today,1] <= 1",
                "-1 offers[A,seh,today] -1 closing[*,today,1] <= -1",
                "-1 offers[B,seh,today] -1 closing[*,today,1] <= -1",
            ],
        ),
    ],
)  # fmt: skip
def test_its_rows(fields: Json, rows: list[str]) -> None:
    assert written_rows(two_by_two(), scenario(limited(**fields))) == rows
