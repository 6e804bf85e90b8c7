"""Care types apart: what they cost at least is never more than what they cost together, and just that where nothing ties them."""

import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assemble import assemble
from solver.ask import Ask
from solver.care_types_apart import Apart, solve_care_types_apart
from solver.formulations import compact
from solver.formulations.face import compile_face
from solver.watch import Watch
from tests.builders import Json, PlainTables, lock, scenario, site_count, volume_norm, world
from tests.solver.brute import best

MINUTES = st.lists(st.lists(st.integers(5, 60), min_size=3, max_size=3), min_size=4, max_size=4)
CASES = st.lists(st.integers(1, 20), min_size=4, max_size=4)
NEEDS: Json = {"rule": "interdependency", "care_type": "hips", "requires": "icu", "relation": "same_site"}


def two_care_types(minutes: list[list[int]], cases: list[int]) -> PlainTables:
    there = {f"a{i}": dict(zip("XYZ", row, strict=True)) for i, row in enumerate(minutes)}
    demand = {(f"a{i}", k): count for i, count in enumerate(cases) for k in ("hips", "icu")}
    return world(there, demand, care_types=("hips", "icu"))


def apart(tables: PlainTables, *rules: Json, **more: Any) -> Apart:
    case = assemble(tables, scenario(*rules, limits={"seconds": 60, "relative_gap": 0.0}, **more))
    face = compile_face(case.land, case.rules, case.objectives)
    return solve_care_types_apart(Ask(case.land, case.rules, case.objectives, case.limits), face, Watch(), seconds=60)


@settings(max_examples=int(os.environ.get("CARE_LANDSCAPE_WORLDS", "50")) // 2)
@given(MINUTES, CASES, st.integers(0, 25), st.booleans())
def test_apart_they_cost_no_more_than_together_and_as_much_where_nothing_ties_them(
    minutes: list[list[int]], cases: list[int], norm: int, tied: bool
) -> None:
    tables = two_care_types(minutes, cases)
    rules = [volume_norm(norm, "hips"), site_count("icu", at_most=2), *([NEEDS] if tied else [])]
    judged, found = best(tables, scenario(*rules)), apart(tables, *rules)
    if judged is None:
        assert tied or found.infeasible
        return
    assert found.bound is not None
    assert found.bound <= judged.values[0] + 1e-6
    if not tied:
        assert found.bound == pytest.approx(judged.values[0])


def test_who_may_pass_many_sites_is_searched_for_by_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten cases at each of two sites, steered or not: everybody stays where they are."""
    minutes = {"a": {"X": 5, "Y": 40}, "b": {"X": 40, "Y": 5}}
    tables = world(minutes, {(area, k): 10 for area in minutes for k in ("hips", "icu")}, care_types=("hips", "icu"))
    rules = volume_norm(10, "hips"), NEEDS
    assert "by price" not in apart(tables, *rules).formulation
    monkeypatch.setattr(compact, "LONG_PREFIX", -1)
    monkeypatch.setattr(compact, "MANY_PREFIXES", -1)
    found = apart(tables, *rules)
    assert found.formulation.endswith("by price for 2 care types")
    assert found.bound == pytest.approx(4 * 10 * 5, rel=1e-3)
    assert found.offered is None or found.offered.all()


def test_what_a_care_type_alone_may_miss_of_a_soft_norm_counts() -> None:
    """Ten of the twelve cases asked for at each of two sites that stay open: two short, twice, at seven each."""
    minutes = {"a": {"X": 5, "Y": 40}, "b": {"X": 40, "Y": 5}}
    tables = world(minutes, {(area, k): 10 for area in minutes for k in ("hips", "icu")}, care_types=("hips", "icu"))
    rules = [
        volume_norm(12, "hips", hardness="soft", penalty_per_unit=7.0),
        lock("X", "open", "hips"),
        lock("Y", "open", "hips"),
    ]
    assert apart(tables, *rules, NEEDS, objectives=[{"objective": "penalties"}]).bound == pytest.approx(2 * 2 * 7)


def test_what_only_several_care_types_together_hold_down_is_not_told_apart() -> None:
    """A gap between a group and everybody earns without end where the rows that say what it is are left out; so nothing is said of such care types apart."""
    minutes = {"a": {"X": 5, "Y": 20}, "b": {"X": 30, "Y": 5}}
    groups = [{"area_id": area, "group": "old", "persons": old} for area, old in (("a", 5), ("b", 1))]
    tables = world(
        minutes,
        {(area, k): 10 for area in minutes for k in ("hips", "icu")},
        care_types=("hips", "icu"),
        population=dict.fromkeys(minutes, 10),
        tables={"population_groups": groups},
    )
    found = apart(tables, objectives=[{"objective": "group_gap", "group": "old"}])
    assert (found.bound, found.infeasible) == (None, False)
