"""Downhill for nearest patients: what turning an offer promises is what it brings, and what comes out keeps every rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assemble import assemble
from solver.case import Case
from solver.descent import search
from solver.descent.search import downhill
from solver.descent.standing import Standing, Turn
from solver.formulations.compact import write_compact
from solver.formulations.face import CompiledFace, compile_face
from solver.objectives.changes import Changes
from solver.watch import Watch
from tests.builders import Json, PlainTables, scenario, site_count, volume_norm, world
from tests.solver.brute import best

MINUTES = st.lists(st.lists(st.integers(5, 60), min_size=3, max_size=3), min_size=4, max_size=4)
CASES = st.lists(st.integers(1, 20), min_size=4, max_size=4)
NEEDS: Json = {"rule": "interdependency", "care_type": "hips", "requires": "icu", "relation": "same_site"}


def two_care_types(minutes: list[list[int]], cases: list[int]) -> PlainTables:
    there = {f"a{i}": dict(zip("XYZ", row, strict=True)) for i, row in enumerate(minutes)}
    demand = {(f"a{i}", k): count for i, count in enumerate(cases) for k in ("hips", "icu")}
    return world(there, demand, care_types=("hips", "icu"), capacity={"X": 40})


def with_face(tables: PlainTables, *rules: Json) -> tuple[Case, CompiledFace]:
    case = assemble(tables, scenario(*rules))
    return case, compile_face(case.land, case.rules, case.objectives)


@settings(max_examples=40)
@given(MINUTES, CASES, st.lists(st.booleans(), min_size=6, max_size=6), st.integers(0, 25))
def test_a_turn_brings_what_it_promised(
    minutes: list[list[int]], cases: list[int], offered: list[bool], norm: int
) -> None:
    rules = volume_norm(norm, "hips"), {"rule": "capacity", "care_type": "*", "factor": 1}
    case, face = with_face(two_care_types(minutes, cases), *rules)
    standing = Standing(case.land, face, np.array(offered).reshape(3, 2, 1))
    standing.press(standing.missed_rows()[::2], harder=False)
    for q in range(2):
        sites = standing.movable[q]
        for s, promised in zip(sites, standing.promise(q, sites), strict=True):
            before = standing.worth
            standing.turn(Turn(q, int(s)))
            standing.judge()
            assert standing.worth - before == pytest.approx(promised, rel=1e-9, abs=1e-3)
            standing.turn(Turn(q, int(s)))
            standing.judge()
            assert standing.worth == before


@settings(max_examples=25)
@given(MINUTES, CASES, st.integers(0, 25))
def test_what_comes_out_is_a_plan_and_on_three_sites_the_best(
    minutes: list[list[int]], cases: list[int], norm: int
) -> None:
    tables, rules = two_care_types(minutes, cases), (volume_norm(norm, "hips"), site_count("icu", at_most=2), NEEDS)
    case, face = with_face(tables, *rules)
    layout = downhill(case, face, case.land.offered_today[:, :, None], Watch(), seconds=60)
    judged = best(tables, scenario(*rules))
    assert (layout is None) == (judged is None)
    if layout is not None and judged is not None:
        standing = Standing(case.land, face, layout.offered)
        assert standing.missed == 0
        assert standing.value == pytest.approx(judged.values[0])


@pytest.mark.parametrize("pressed", [0, search.PRESSED])
def test_a_row_that_stays_missed_counts_for_more_until_others_give_way(
    monkeypatch: pytest.MonkeyPatch, pressed: int
) -> None:
    """Between 50 and 60 cases at a site: open W and 70 go there, open Z without W and all 100 do, so that X and Y are the only plan. Closing one site, or one
    for another, gets no nearer to it."""
    minutes = [[10, 25, 35, 20], [10, 30, 25, 20], [15, 25, 30, 5], [10, 30, 25, 20], [35, 30, 25, 10]]
    there = {f"a{i}": dict(zip("WXYZ", row, strict=True)) for i, row in enumerate(minutes)}
    cases = dict(zip(there, (40, 20, 10, 10, 20), strict=True))
    tables = world(there, cases, capacity=dict.fromkeys("WXYZ", 60))
    case, face = with_face(tables, volume_norm(50, "hips"), {"rule": "capacity", "care_type": "*", "factor": 1})
    monkeypatch.setattr(search, "PATIENCE", 0)
    monkeypatch.setattr(search, "PRESSED", pressed)
    layout = downhill(case, face, case.land.offered_today[:, :, None], Watch(), seconds=60)
    offering = [] if layout is None else np.flatnonzero(layout.offered[:, 0, 0]).tolist()
    assert offering == ([1, 2] if pressed else [])


def test_rows_count_alike_again_once_pressing_is_over() -> None:
    tables = two_care_types([[5, 30, 50], [30, 5, 50], [50, 30, 5], [50, 30, 6]], [10, 10, 10, 10])
    case, face = with_face(tables, volume_norm(15, "hips"))
    standing = Standing(case.land, face, case.land.offered_today[:, :, None])
    missed = standing.missed
    assert standing.press(standing.missed_rows(), harder=False) == 2.0
    assert standing.missed == 2 * missed
    assert standing.press(standing.missed_rows(), harder=True) == 3.0
    standing.ease()
    assert standing.missed == missed


def test_a_plan_to_begin_with_needs_no_more_than_the_first_that_misses_nothing() -> None:
    tables = two_care_types([[5, 30, 50], [30, 5, 50], [50, 30, 5], [50, 30, 6]], [10, 10, 10, 10])
    case, face = with_face(tables, volume_norm(15, "hips"))
    layout = downhill(case, face, case.land.offered_today[:, :, None], Watch(), seconds=60, to_the_first=True)
    assert layout is not None
    assert Standing(case.land, face, layout.offered).missed == 0


def test_who_chooses_for_themselves_is_not_led_downhill() -> None:
    tables = two_care_types([[5, 30, 50]] * 4, [10, 10, 10, 10])
    chosen: Json = {"*": {"behaviour": "choice", "mode": "car", "weight_per_minute": 0.1}}
    case = assemble(tables, scenario(behaviours=chosen))
    face = compile_face(case.land, case.rules, case.objectives)
    assert downhill(case, face, case.land.offered_today[:, :, None], Watch(), seconds=60) is None


def test_a_plan_looked_for_leaves_the_model_that_was_written_as_it_is() -> None:
    """Rows about changes from period to period come in no order; put in order while a plan is looked for, they once took the written model's values along."""
    periods = {"periods": [{"period_id": "t1"}, {"period_id": "t2"}]}
    minutes = {"a": {"X": 5, "Y": 30, "Z": 50}, "b": {"X": 30, "Y": 5, "Z": 50}}
    tables = world(minutes, {(area, "hips", t): 10 for area in minutes for t in ("t1", "t2")}, tables=periods)
    case = assemble(tables, scenario(volume_norm(5, "hips")))
    face = compile_face(case.land, case.rules, [*case.objectives, Changes()])
    written = write_compact(case.land, face)
    before = written.model(0).rows.todense()
    today = np.repeat(case.land.offered_today[:, :, None], 2, axis=2)
    assert downhill(case, face, today, Watch(), seconds=60, to_the_first=True) is not None
    assert np.array_equal(written.model(0).rows.todense(), before)
