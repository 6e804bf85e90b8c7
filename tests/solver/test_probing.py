"""Probing nearest patients: what it decides is so in every layout that keeps the rules, and what fits on paper it decides."""

import os

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assemble import assemble
from solver.case import Case
from solver.formulations.face import CompiledFace, compile_face
from solver.probing.tighten import tightened
from solver.watch import Watch
from tests.builders import UNREACHABLE, Json, PlainTables, lock, scenario, volume_norm, world
from tests.front_door import answer, offers
from tests.solver.brute import each

MINUTES = st.lists(st.lists(st.integers(5, 60), min_size=4, max_size=4), min_size=6, max_size=6)
CASES = st.lists(st.integers(1, 20), min_size=6, max_size=6)
CAPACITY: Json = {"rule": "capacity", "care_type": "*", "factor": 1}
NEEDS: Json = {"rule": "interdependency", "care_type": "hips", "requires": "icu", "relation": "same_site"}
LINE = {"a": {"X": 1, "Y": 11, "Z": 21}, "b": {"X": 11, "Y": 1, "Z": 12}, "c": {"X": 21, "Y": 11, "Z": 1}}


def faces(tables: PlainTables, *rules: Json) -> tuple[Case, CompiledFace, CompiledFace | None]:
    """The case, its face, and the face once tightened."""
    case = assemble(tables, scenario(*rules))
    face = compile_face(case.land, case.rules, case.objectives)
    return case, face, tightened(case.land, face, Watch())


def may_offer(tables: PlainTables, *rules: Json) -> dict[str, tuple[int, int]] | None:
    """The least and the most of each site's offer of the first care type in the tightened face."""
    case, _, tight = faces(tables, *rules)
    if tight is None:
        return None
    columns = {case.land.site_ids[s]: column for (s, k, _), column in tight.offers.items() if k == 0}
    return {site: (int(tight.lower[column]), int(tight.upper[column])) for site, column in columns.items()}


@settings(max_examples=int(os.environ.get("CARE_LANDSCAPE_WORLDS", "50")))
@given(MINUTES, CASES, st.integers(0, 30), st.integers(10, 60), st.integers(10, 60))
def test_every_layout_that_keeps_the_rules_keeps_what_probing_tells(
    minutes: list[list[int]], cases: list[int], norm: int, capacity: int, beds: int
) -> None:
    there = {f"a{i}": dict(zip("WXYZ", row, strict=True)) for i, row in enumerate(minutes)}
    demand = {(f"a{i}", k): count for i, count in enumerate(cases) for k in ("hips", "icu")}
    room = {(site, k): most for site in "WXYZ" for k, most in (("hips", capacity), ("icu", beds))}
    tables = world(there, demand, care_types=("hips", "icu"), capacity=room)
    rules = volume_norm(norm, "hips"), CAPACITY, NEEDS
    kept = each(tables, scenario(*rules))
    case, face, tight = faces(tables, *rules)
    if tight is None:
        assert not kept
        return
    added = tight.rows[face.rows.shape[0] :]
    for _, layout in kept:
        x = np.zeros(len(face.lower))
        for (s, k, t), column in face.offers.items():
            x[column] = (case.land.site_ids[s], case.land.care_types[k], case.land.periods[t]) in layout
            assert tight.lower[column] <= x[column] <= tight.upper[column]
        assert (added @ x >= tight.row_lower[face.rows.shape[0] :] - 1e-9).all()


def test_a_site_must_stay_whose_patients_would_close_one_site_after_another() -> None:
    """Ten cases at each of three sites with room for fifteen: close one and the next has twenty, close that too and the last has thirty."""
    tables = world(LINE, dict.fromkeys("abc", 10), capacity=dict.fromkeys("XYZ", 15))
    assert may_offer(tables, CAPACITY) == dict.fromkeys("XYZ", (1, 1))


def test_a_site_that_never_has_enough_cannot_open() -> None:
    """X and Z must stay, for who lives there reaches nothing else; Y in between is left with eight cases, of the nine it needs."""
    alone = dict.fromkeys("XYZ", UNREACHABLE)
    minutes = {"a": alone | {"X": 1}, "b": {"X": 11, "Y": 1, "Z": 12}, "c": alone | {"Z": 1}}
    tables = world(minutes, {"a": 20, "b": 8, "c": 20})
    assert may_offer(tables, volume_norm(9, "hips")) == {"X": (1, 1), "Y": (0, 0), "Z": (1, 1)}


def test_what_closes_with_a_site_is_told_as_a_row() -> None:
    """Close X and its ten cases are too many for Y, whose own ten have room at Z with them; so Y is open only where X is."""
    tables = world(LINE, dict.fromkeys("abc", 10), capacity={"X": 15, "Y": 15, "Z": 40})
    case, face, tight = faces(tables, CAPACITY)
    assert tight is not None
    column = {case.land.site_ids[s]: c for (s, _, _), c in face.offers.items()}
    added = tight.rows[face.rows.shape[0] :].todense()
    told = {tuple(np.asarray(row)[[column["X"], column["Y"]]]) for row in added}
    assert (1.0, -1.0) in told


def test_nobody_has_a_plan_where_all_sites_together_are_too_small() -> None:
    tables = world(LINE, dict.fromkeys("abc", 20), capacity=dict.fromkeys("XYZ", 15))
    assert may_offer(tables, CAPACITY) is None
    outcome = answer(tables, scenario(CAPACITY))
    assert outcome["outcome"] == "infeasible"


def test_what_one_care_type_decides_another_follows() -> None:
    """With intensive care at X and Z, Y never has more than ten of its fifteen cases there; so hips, which require it, are not at Y either."""
    demand = {(area, k): 10 for area in "abc" for k in ("hips", "icu")} | {("a", "icu"): 20, ("c", "icu"): 20}
    tables = world(LINE, demand, care_types=("hips", "icu"))
    rules = volume_norm(15, "icu"), NEEDS, lock("X", "open", "icu"), lock("Z", "open", "icu")
    decided = may_offer(tables, *rules)
    assert decided is not None
    assert decided["Y"] == (0, 0)
    assert {site for site, _, _ in offers(answer(tables, scenario(*rules)))} == {"X", "Z"}


def test_entries_of_a_face_stand_in_order_from_the_first() -> None:
    """Who writes a model holds the values of the face's rows; were they put in order later, under other columns than before, it would be another model."""
    _, face, tight = faces(world(LINE, dict.fromkeys("abc", 10), capacity={"X": 15, "Y": 15, "Z": 40}), CAPACITY)
    assert tight is not None
    assert face.rows.has_canonical_format
    assert tight.rows.has_canonical_format
