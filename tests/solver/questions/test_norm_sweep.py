"""What each step of a limit costs: every breakpoint and every value, on paper and against every layout tried."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assemble import assemble
from geodata.package import read_package
from solver.answer import Answering
from solver.scenario import InvalidScenario
from solver.solve import ask
from solver.sweep.limit import Limit
from solver.sweep.stepwise import stepwise
from solver.verify import verify
from solver.watch import Watch
from tests.builders import Column, Json, access_norm, scenario, site_count, volume_norm
from tests.front_door import answer, sites
from tests.solver.brute import best
from tests.strategies import Land, lands, rules
from tests.worked_worlds import b3, peopled_b3


def sweep(rule: str, first: float, last: float, **more: Any) -> Json:
    """The question what each step of a limit costs."""
    return {"question": "norm_sweep", "rule": rule, "from": first, "to": last} | more


def fixed_steps(outcome: Json) -> list[tuple[float | None, float | None, str, float | None]]:
    """Steps of one value: from, to, the sites open, the first objective."""
    return [
        (row["from"], row["to"], "".join(sites(row)), row["objectives"][0]["value"])
        if row["plan"]
        else (row["from"], row["to"], row["outcome"], None)
        for row in outcome["steps"]
    ]


def steered_steps(outcome: Json) -> list[tuple[Any, ...]]:
    """Steps of linear value: from, to, the sites open, the first objective at both ends."""
    return [
        (
            row["from"],
            row["to"],
            "".join(sites(row)),
            round(row["objectives_from"][0]["value"], 6),
            round(row["objectives_to"][0]["value"], 6),
        )
        if row["plan"]
        else (row["from"], row["to"], row["outcome"], None, None)
        for row in outcome["steps"]
    ]


# --- on paper -----------------------------------------------------------------------------------------------------


def test_w13_nearest_each_step_of_the_norm() -> None:
    outcome = answer(b3(), scenario(volume_norm(50, id="norm"), question=sweep("norm", 0, 130)))
    assert (outcome["outcome"], outcome["stopped_by"]) == ("optimal", "proof")
    assert fixed_steps(outcome) == [
        (0, 30, "ABC", 150),
        (30, 50, "AC", 750),
        (50, 120, "B", 2850),
        (120, None, "infeasible", None),
    ]


def test_w13_steered_each_step_is_a_line() -> None:
    asked = scenario(volume_norm(50, id="norm"), question=sweep("norm", 0, 130), behaviour="steered")
    assert steered_steps(answer(b3(), asked)) == [
        (0, 30, "ABC", 150, 150),
        (30, 40, "ABC", 150, 450),
        (40, 50, "AC", 750, 750),
        (50, 60, "AC", 750, 850),
        (60, 120, "B", 2850, 2850),
        (120, None, "infeasible", None, None),
    ]


def test_a_sweep_begins_and_ends_where_it_is_told() -> None:
    outcome = answer(b3(), scenario(volume_norm(50, id="norm"), question=sweep("norm", 10, 100)))
    assert fixed_steps(outcome) == [(10, 30, "ABC", 150), (30, 50, "AC", 750), (50, 100, "B", 2850)]


def test_minutes_go_from_the_least_that_allow_a_plan() -> None:
    rules = access_norm(25, id="reach"), volume_norm(35)
    outcome = answer(peopled_b3(), scenario(*rules, question=sweep("reach", 0, 100)))
    assert fixed_steps(outcome) == [(None, 25, "infeasible", None), (25, 100, "AC", 750)]


def test_a_number_of_sites_is_swept_one_by_one() -> None:
    outcome = answer(b3(), scenario(site_count(at_most=2, id="few"), question=sweep("few", 0, 4, field="at_most")))
    assert fixed_steps(outcome) == [
        (None, 1, "infeasible", None),
        (1, 2, "B", 2850),
        (2, 3, "AC", 750),
        (3, 4, "ABC", 150),
    ]


def test_a_ceiling_is_swept_downwards() -> None:
    ceiling = {"rule": "volume_norm", "care_type": "*", "at_most": 60, "id": "ceiling"}
    nearest = answer(b3(), scenario(ceiling, question=sweep("ceiling", 0, 140)))
    assert fixed_steps(nearest) == [(None, 50, "infeasible", None), (50, 140, "ABC", 150)]
    steered = answer(b3(), scenario(ceiling, question=sweep("ceiling", 0, 140), behaviour="steered"))
    assert steered_steps(steered) == [
        (None, 40, "infeasible", None, None),
        (40, 50, "ABC", 450, 150),
        (50, 140, "ABC", 150, 150),
    ]


def test_a_rule_for_several_care_types_moves_as_one() -> None:
    tables = b3(care_types=("hips", "knees"))
    outcome = answer(tables, scenario(volume_norm(50, id="norm"), question=sweep("norm", 20, 60)))
    assert [(row["from"], row["to"], row["objectives"][0]["value"]) for row in outcome["steps"]] == [
        (20, 30, 300),
        (30, 50, 1500),
        (50, 60, 5700),
    ]


def test_a_level_objective_of_steered_patients_is_swept_in_levels() -> None:
    asked = scenario(
        volume_norm(50, id="norm"), question=sweep("norm", 0, 130), behaviour="steered", objectives="worst_minutes"
    )
    assert [(a, b, c, d) for a, b, _, c, d in steered_steps(answer(b3(), asked))] == [
        (0, 30, 5, 5),
        (30, 50, 25, 25),
        (50, 120, 30, 30),
        (120, None, None, None),
    ]


def test_what_is_not_proved_in_time_is_unknown() -> None:
    watch = Watch()
    watch.stop()
    asked = scenario(volume_norm(50, id="norm"), site_count(at_most=3), question=sweep("norm", 0, 130))
    outcome = ask(assemble(b3(), asked), watch).to_json()
    assert (outcome["outcome"], outcome["stopped_by"]) == ("no_plan_found", "cancel")
    assert fixed_steps(outcome) == [(0, 130, "unknown", None)]


def test_a_step_moved_by_a_case_is_refused() -> None:
    outcome = answer(b3(), scenario(volume_norm(50, id="norm"), question=sweep("norm", 0, 130)))
    outcome["steps"][0]["to"] = outcome["steps"][1]["from"] = 31
    assert any("step 1" in reason for reason in verify(outcome, b3()))
    outcome["steps"][1]["from"] = 30
    assert any("the next step begins" in reason for reason in verify(outcome, b3()))


@pytest.mark.parametrize(
    ("question", "where"),
    [
        (sweep("nothing", 0, 10), "question.rule"),
        (sweep("norm", 0, 10, field="max_minutes"), "question.field"),
        (sweep("soft", 0, 10), "question.rule"),
        (sweep("norm", 10, 10), "question"),
    ],
)
def test_a_sweep_of_nothing_is_refused_at_the_door(question: Json, where: str) -> None:
    soft = volume_norm(20, id="soft", hardness="soft", penalty_per_unit=1)
    with pytest.raises(InvalidScenario) as refused:
        assemble(b3(), scenario(volume_norm(50, id="norm"), soft, question=question))
    assert refused.value.problems[0]["where"].startswith(where)


# --- against every layout tried -----------------------------------------------------------------------------------

OBJECTIVES: list[list[Json]] = [
    [{"objective": "travel_time"}],
    [{"objective": "travel_time"}, {"objective": "changes"}],
    [{"objective": "sites"}, {"objective": "travel_time"}],
    [{"objective": "worst_minutes"}],
]


@st.composite
def sweeps(draw: st.DrawFn) -> tuple[Land, Json, Json, str, float]:
    """A landscape, a scenario, the rule that is swept in it, its field, and how far."""
    land = draw(lands())
    others, k = draw(rules(land)), draw(st.sampled_from(land.care_types))
    swept, field = draw(
        st.sampled_from(
            [
                (volume_norm(1.0, k, id="swept"), "at_least"),
                ({"rule": "volume_norm", "care_type": k, "at_most": 50.0, "id": "swept"}, "at_most"),
                (access_norm(10.0, k, id="swept"), "max_minutes"),
            ]
        )
    )
    behaviours = {
        c: {"behaviour": draw(st.sampled_from(["nearest", "steered"])), "mode": "car"} for c in land.care_types
    }
    asked = scenario(*others, behaviours=behaviours, objectives=draw(st.sampled_from(OBJECTIVES)))
    return land, asked, swept, field, float(draw(st.integers(5, 120)))


@settings(max_examples=40)
@given(sweeps())
def test_every_step_says_what_trying_every_layout_says(drawn: tuple[Land, Json, Json, str, float]) -> None:
    land, asked, swept, field, last = drawn
    tables = land.tables()
    question = sweep("swept", 0.0, last, field=field)
    outcome = answer(tables, {**asked, "rules": [swept, *asked["rules"]], "question": question})
    assert outcome["stopped_by"] == "proof"
    assert outcome["steps"][0]["from"] in (0.0, None)
    assert outcome["steps"][-1]["to"] in (last, None)
    for row in outcome["steps"]:
        low = 0.0 if row["from"] is None else row["from"]
        high = last if row["to"] is None else row["to"]
        for share in (0.01, 0.35, 0.99):
            at = low + share * (high - low)
            judged = best(tables, {**asked, "rules": [{**swept, field: at}, *asked["rules"]]})
            if row["outcome"] == "infeasible":
                assert judged is None
                continue
            assert judged is not None
            assert _told(row, share) == pytest.approx(judged.values[: len(_told(row, share))], rel=1e-5, abs=1e-5)


def _told(row: Json, share: float) -> list[float]:
    """What a step says its objectives are at a share of its length; of a linear one, the first objective alone."""
    if "objectives" in row:
        return [one["value"] for one in row["objectives"]]
    first, last = row["objectives_from"][0]["value"], row["objectives_to"][0]["value"]
    return [first + share * (last - first)]


@settings(max_examples=25)
@given(lands(), st.integers(5, 150))
def test_the_search_over_closings_finds_what_solve_after_solve_finds(land: Land, last: int) -> None:
    tables = land.tables()
    asked = scenario(
        volume_norm(1, land.care_types[0], id="norm"), care_types=land.care_types[:1], question=sweep("norm", 0, last)
    )
    case = assemble(tables, asked)
    found = answer(tables, asked)
    limit = Limit.of(case, "norm", "at_least", 0.0, float(last))
    watch = Watch()
    watch.start(60)
    solved = list(stepwise(Answering(case), limit, watch, 0.0))
    assert [(row["to"], row["outcome"]) for row in found["steps"]][-1] == (solved[-1].strict, solved[-1].outcome)
    values = {row["to"]: row["objectives"][0]["value"] for row in found["steps"] if row["plan"]}
    for step in solved:
        if step.strict in values:
            assert step.values[0] == pytest.approx(values[step.strict], rel=1e-9)


# --- the shared cases ---------------------------------------------------------------------------------------------

Tables = Mapping[str, Mapping[str, Column]]


def test_sf_stores_every_step_from_0_to_250_000_as_all_65_535_sets_give_it(shared: Path) -> None:
    package = read_package(shared / "cases" / "sf-stores").package
    assert package is not None
    outcome = answer(package.tables, scenario(volume_norm(1, id="norm"), question=sweep("norm", 0, 250_000)))
    told = [(row["from"], row["to"], row["objectives"][0]["value"]) for row in outcome["steps"]]
    expected = _enumerated(package.tables, 250_000.0)
    assert [row[:2] for row in told] == [row[:2] for row in expected]
    assert [row[2] for row in told] == [pytest.approx(row[2], rel=1e-9) for row in expected]


def _enumerated(tables: Tables, last: float) -> list[tuple[float, float, float]]:
    """The steps under nearest by measuring every set of stores."""
    travel = tables["travel_times"]
    minutes = travel["minutes"][0][:, np.argsort(tables["sites"]["site_id"].astype(str))]
    demand = dict(zip(tables["demand"]["area_id"], tables["demand"]["cases_per_year"], strict=True))
    cases = np.array([demand[area] for area in travel["area_id"]])
    areas, count = minutes.shape
    order = np.argsort(minutes, axis=1, kind="stable")
    total, smallest = np.full(2**count, np.inf), np.zeros(2**count)
    for number in range(1, 2**count):
        offering = (number >> np.arange(count)) & 1 > 0
        near = order[np.arange(areas), offering[order].argmax(axis=1)]
        smallest[number] = np.bincount(near, cases, minlength=count)[offering].min()
        total[number] = cases @ minutes[np.arange(areas), near]
    steps, low = [], 0.0
    while low < last:
        bearing = smallest > low + 1e-6
        least = float(total[bearing].min())
        high = min(last, float(smallest[bearing & (total <= least * (1 + 1e-12))].max()))
        steps.append((low, high, least))
        low = high
    return steps
