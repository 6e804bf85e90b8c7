"""Pareto: the front, whole and exact where plans fix the flows, proved point by point where they do not."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.assemble import assemble
from solver.scenario import InvalidScenario
from solver.solve import ask
from solver.watch import Watch
from tests.builders import Json, scenario, site_count, volume_norm
from tests.front_door import answer
from tests.solver.brute import each
from tests.solver.questions.plans import offers_of, sites_of, values_of
from tests.solver.questions.stores import stores
from tests.strategies import Land, cases
from tests.worked_worlds import b3, one_of_three_offers

BEHAVIOURS = ["nearest", "steered"]
AXES: list[Json] = [
    {"objective": "travel_time"},
    {"objective": "sites"},
    {"objective": "changes"},
    {"objective": "worst_minutes"},
    {"objective": "operating_cost"},
    {"objective": "beyond_minutes", "max_minutes": 15, "mode": "car"},
]


def between(*objectives: str | Json, **fields: object) -> Json:
    return {"question": "pareto", "objectives": list(objectives), **fields}


def points(outcome: Json) -> list[tuple[float, ...]]:
    return [tuple(values_of(point)) for point in outcome["points"]]


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_w8_sites_against_travel(behaviour: str) -> None:
    outcome = answer(b3(), scenario(behaviour=behaviour, question=between("sites", "travel_time")))
    assert points(outcome) == [(1, 2850), (2, 750), (3, 150)]
    assert [sites_of(point) for point in outcome["points"]] == ["B", "AC", "ABC"]
    assert (outcome["outcome"], outcome["complete"]) == ("optimal", behaviour == "nearest")


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_w8_the_point_that_no_weighted_sum_finds(behaviour: str) -> None:
    question = between("operating_cost", "travel_time", points=11)
    outcome = answer(one_of_three_offers(), scenario(site_count(exactly=1), behaviour=behaviour, question=question))
    assert points(outcome) == [(0, 10), (4, 7), (10, 0)]


def test_three_objectives_at_once() -> None:
    question = between("sites", "travel_time", "worst_minutes")
    outcome = answer(b3(), scenario(volume_norm(40), question=question))
    assert points(outcome) == [(1, 2850, 30), (2, 750, 25)]
    assert outcome["complete"]


def test_the_norm_applies_to_every_point() -> None:
    outcome = answer(b3(), scenario(volume_norm(70), question=between("sites", "travel_time")))
    assert points(outcome) == [(1, 2850)]


def test_of_equal_plans_the_one_with_the_fewest_changes_is_shown() -> None:
    outcome = answer(b3(offered=["C"]), scenario(site_count(exactly=1), question=between("sites", "changes")))
    assert [(sites_of(point), *values_of(point)) for point in outcome["points"]] == [("C", 1, 0)]


def test_no_plan_has_no_front() -> None:
    for behaviour in BEHAVIOURS:
        question = between("sites", "travel_time")
        outcome = answer(b3(), scenario(volume_norm(121), behaviour=behaviour, question=question))
        assert (outcome["outcome"], outcome["points"], outcome["plan"]) == ("infeasible", [], None)


def test_a_front_that_was_stopped_keeps_what_was_found() -> None:
    watch = Watch()
    case = assemble(b3(), scenario(behaviour="steered", question=between("sites", "travel_time")))
    watch.stop()
    outcome = ask(case, watch).to_json()
    assert (outcome["outcome"], outcome["stopped_by"], outcome["complete"]) == ("no_plan_found", "cancel", False)


@pytest.mark.parametrize(
    ("objectives", "problem"),
    [
        (["sites"], "question.objectives"),
        (["sites", "travel_time", "changes", "worst_minutes"], "question.objectives"),
        (["sites", {"objective": "beyond_minutes", "max_minutes": 5, "mode": "boat"}], "question.objectives[1].mode"),
    ],
)
def test_objectives_that_make_no_front_are_refused_at_the_door(objectives: list[str | Json], problem: str) -> None:
    with pytest.raises(InvalidScenario) as refused:
        assemble(b3(), scenario(question=between(*objectives)))
    assert [one["where"] for one in refused.value.problems] == [problem]


def test_soft_rules_between_other_objectives_are_warned_of() -> None:
    soft = volume_norm(60, hardness="soft", penalty_per_unit=1)
    outcome = answer(b3(), scenario(soft, question=between("sites", "travel_time")))
    assert any("soft rules count for nothing" in warning for warning in outcome["warnings"])
    outcome = answer(b3(), scenario(soft, question=between("penalties", "travel_time")))
    assert points(outcome) == [(0, 2850), (10, 750), (60, 150)]


def front_of(tried: list[tuple[float, ...]]) -> set[tuple[float, ...]]:
    """The values that no others are at least as good as in everything."""
    close = [tuple(round(value, 5) for value in values) for values in tried]
    return {
        one
        for one in close
        if not any(other != one and all(a <= b for a, b in zip(other, one, strict=True)) for other in close)
    }


@settings(max_examples=40)
@given(cases(behaviours=["nearest"]), st.lists(st.sampled_from(AXES), min_size=2, max_size=3, unique_by=str))
def test_the_front_is_that_of_every_layout(case: tuple[Land, Json], axes: list[Json]) -> None:
    land, told = case
    outcome = answer(land.tables(), told | {"question": between(*axes)})
    tried = [tuple(values) for values, _ in each(land.tables(), told | {"objectives": axes})]
    assert outcome["complete"]
    listed = [tuple(round(value, 5) for value in values) for values in points(outcome)]
    assert len(set(listed)) == len(listed)
    assert set(listed) == front_of(tried)


@settings(max_examples=20)
@given(cases(behaviours=["steered", "nearest"]), st.lists(st.sampled_from(AXES), min_size=2, max_size=2, unique_by=str))
def test_every_proved_point_is_beaten_by_no_layout(case: tuple[Land, Json], axes: list[Json]) -> None:
    land, told = case
    assume("steered" in {behaviour["behaviour"] for behaviour in told["behaviours"].values()})
    outcome = answer(land.tables(), told | {"question": between(*axes, points=5)})
    first = each(land.tables(), told | {"objectives": axes})
    second = each(land.tables(), told | {"objectives": axes[::-1]})
    corners = [tuple(values) for values, _ in first] + [tuple(values[::-1]) for values, _ in second]
    assert bool(outcome["points"]) == bool(first)
    for point in points(outcome):
        better = [
            corner
            for corner in corners
            if all(a <= b + 1e-5 for a, b in zip(corner, point, strict=True))
            and any(a < b - 1e-3 for a, b in zip(corner, point, strict=True))
        ]
        assert better == []
    if outcome["points"]:
        assert points(outcome)[0][0] == pytest.approx(first[0][0][0], rel=1e-7, abs=1e-5)
        assert points(outcome)[-1][1] == pytest.approx(second[0][0][0], rel=1e-7, abs=1e-5)
        assert {offers_of(point) for point in outcome["points"]} <= {offered for _, offered in first}


@pytest.mark.parametrize("count", range(1, 17))
def test_total_against_worst_of_so_many_stores(shared: Path, count: int) -> None:
    oracle = json.loads((shared / "benchmarks" / "spopt_sf" / "expected_sf_oracle.json").read_text())
    expected = oracle["pareto_total_vs_max_by_p"][str(count)]
    question = between("travel_time", "worst_minutes")
    outcome = answer(stores(shared).tables, scenario(site_count(exactly=count), question=question))
    assert outcome["complete"]
    assert points(outcome) == [(pytest.approx(one["total"]), pytest.approx(one["max"])) for one in expected]
    assert [sorted(site for site, _, _ in offers_of(point)) for point in outcome["points"]] == [
        sorted(one["sites"]) for one in expected
    ]
