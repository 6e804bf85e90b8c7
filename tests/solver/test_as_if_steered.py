"""Nearest patients by way of steering them: on small worlds the optimum lies between the bound and the plan, and the plan keeps the rules."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assemble import assemble
from solver import as_if_steered, by_price, start
from solver.as_if_steered import solve_as_if_steered
from solver.ask import Ask
from solver.priced import search
from solver.solve_model import further
from solver.solved import Solved
from solver.watch import Watch
from tests.builders import scenario, site_count, volume_norm, world
from tests.front_door import answer, offers
from tests.solver.brute import best

SLACK = 1e-6


@pytest.fixture(autouse=True, scope="module")
def _every_world_is_large() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(as_if_steered, "MANY", -1)
        patch.setattr(by_price, "LARGE", -1)
        patch.setattr(start, "WORTH_A_START", -1)
        patch.setattr(search, "COARSE_ROUNDS", 40)
        yield


@settings(max_examples=int(os.environ.get("CARE_LANDSCAPE_WORLDS", "50")) // 2)
@given(
    st.lists(st.lists(st.integers(5, 60), min_size=3, max_size=3), min_size=4, max_size=4),
    st.lists(st.integers(1, 20), min_size=4, max_size=4),
    st.integers(0, 25),
)
def test_the_optimum_lies_between_bound_and_plan(minutes: list[list[int]], cases: list[int], norm: int) -> None:
    care_types = ("hips", "icu")
    there = {f"a{i}": dict(zip("XYZ", row, strict=True)) for i, row in enumerate(minutes)}
    demand = {(f"a{i}", k): count for i, count in enumerate(cases) for k in care_types}
    tables = world(there, demand, care_types=care_types)
    needs = {"rule": "interdependency", "care_type": "hips", "requires": "icu", "relation": "same_site"}
    asked = scenario(
        volume_norm(norm, "hips"), site_count("icu", at_most=2), needs, limits={"seconds": 60, "relative_gap": 0.2}
    )
    judged, outcome = best(tables, asked), answer(tables, asked)
    if judged is None:
        assert outcome["plan"] is None
        return
    (first,) = outcome["objectives"]
    assert first["value"] >= judged.values[0] - SLACK
    if first["bound"] is not None:
        assert first["bound"] - SLACK <= judged.values[0]


def test_a_care_type_closes_where_what_it_requires_closes() -> None:
    minutes = {"a": {"X": 5, "Y": 40}, "b": {"X": 40, "Y": 5}}
    demand = {("a", "hips"): 10, ("b", "hips"): 10, ("a", "icu"): 30, ("b", "icu"): 5}
    tables = world(minutes, demand, care_types=("hips", "icu"))
    needs = {"rule": "interdependency", "care_type": "hips", "requires": "icu", "relation": "same_site"}
    outcome = answer(tables, scenario(volume_norm(10, "icu"), needs, limits={"seconds": 60, "relative_gap": 0.0}))
    assert {(site, care) for site, care, _ in offers(outcome)} == {("X", "hips"), ("X", "icu")}
    assert outcome["provenance"]["formulation"].endswith("then downhill")


def test_a_bound_is_told_where_no_plan_was_met() -> None:
    """With nobody to make a plan, the bound is that of steered patients: 10 at 5 minutes and 10 at 5, at two sites; what is looked on with adds none."""
    minutes = {"a": {"X": 5, "Y": 40}, "b": {"X": 40, "Y": 5}}
    demand = {(area, care): 10 for area in minutes for care in ("hips", "icu")}
    needs = {"rule": "interdependency", "care_type": "hips", "requires": "icu", "relation": "same_site"}
    case = assemble(world(minutes, demand, care_types=("hips", "icu")), scenario(needs, limits={"seconds": 60}))
    asked = Ask(case.land, case.rules, case.objectives, case.limits)
    solved = solve_as_if_steered(asked, lambda face, begin, seconds: None, Watch())
    assert solved is not None
    assert solved.layout is None
    assert solved.bounds[0] == pytest.approx(4 * 10 * 5, rel=0.02)
    assert further(asked, solved, Solved(None, "time_limit")).bounds[0] == solved.bounds[0]


def test_one_care_type_alone_is_for_the_kernel_however_large() -> None:
    minutes = {"a": {"X": 5, "Y": 40}, "b": {"X": 40, "Y": 5}}
    outcome = answer(world(minutes, {"a": 10, "b": 10}), scenario(site_count("hips", exactly=1)))
    assert "as if steered" not in outcome["provenance"]["formulation"]
    assert outcome["outcome"] == "optimal"
