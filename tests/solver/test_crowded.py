"""Rows that say which sites crowd each other out under a hard volume norm: on paper, and against every layout of small worlds."""

from itertools import product

import numpy as np
import pytest

from app.assemble import assemble
from solver.formulations.crowded import hard_norms, write_crowded
from solver.formulations.face import compile_face
from solver.formulations.stage import Stage
from solver.model import Builder
from tests.builders import Json, PlainTables, lock, scenario, volume_norm, world

SITES = ["s1", "s2", "s3"]


def rows_of(tables: PlainTables, asked: Json) -> set[tuple[frozenset[str], float]]:
    """The sites of each row and how many of them may be open."""
    land = (case := assemble(tables, asked)).land
    face = compile_face(land, case.rules, case.objectives)
    lower, upper = face.lower.copy(), face.upper.copy()
    for i in np.flatnonzero(np.diff(face.rows.indptr) == 1):
        column, by = face.rows.indices[face.rows.indptr[i]], face.rows.data[face.rows.indptr[i]]
        lower[column] = upper[column] = max(face.row_lower[i] / by, face.row_upper[i] / by)
    stage = Stage.of(land, face, 0, 0, lower, upper)
    assert hard_norms(stage).max() > 0
    builder = Builder()
    builder.add_columns(face.lower, face.upper)
    write_crowded(builder, stage, threes=True)
    model = builder.finish(np.zeros(0))
    site = {column: land.site_ids[s] for (s, _, _), column in face.offers.items()}
    columns = [model.rows.indices[a:b] for a, b in zip(model.rows.indptr[:-1], model.rows.indptr[1:], strict=True)]
    return {(frozenset(site[c] for c in row), most) for row, most in zip(columns, model.row_upper, strict=True)}


def street(demand: dict[str, float]) -> PlainTables:
    """Three sites in a row, ten minutes apart, an area at each."""
    minutes = {a: {s: 10.0 * abs(i - j) for j, s in enumerate(SITES)} for i, a in enumerate(demand)}
    return world(minutes, demand)


def test_two_neighbours_who_share_too_few_cases_are_never_both_open() -> None:
    tables = street({"a1": 8.0, "a2": 9.0, "a3": 30.0})
    # s1 with s2 open keeps 8; s2 keeps 9 with s1 and s3 beside it, 17 with s3 alone and 39 with s1 alone
    assert rows_of(tables, scenario(volume_norm(at_least=10))) == {(frozenset({"s1", "s2"}), 1.0)}


def test_three_sites_of_which_any_two_have_enough_are_not_all_open() -> None:
    tables = street({"a1": 20.0, "a2": 9.0, "a3": 20.0})
    assert rows_of(tables, scenario(volume_norm(at_least=10))) == {(frozenset(SITES), 2.0)}


def test_a_site_that_is_surely_open_shuts_out_who_would_take_its_cases() -> None:
    tables = street({"a1": 8.0, "a2": 9.0, "a3": 30.0})
    asked = scenario(volume_norm(at_least=10), lock(site="s1", state="open"))
    assert (frozenset({"s2"}), 0.0) in rows_of(tables, asked)


def test_a_closed_site_crowds_nobody_out() -> None:
    tables = street({"a1": 8.0, "a2": 9.0, "a3": 30.0})
    asked = scenario(volume_norm(at_least=10), lock(site="s1", state="closed"))
    assert rows_of(tables, asked) == set()


@pytest.mark.parametrize("seed", range(25))
def test_no_row_forbids_a_layout_that_meets_the_norm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sites = [f"s{i}" for i in range(6)]
    minutes = {f"a{i}": {s: float(rng.integers(1, 9)) for s in sites} for i in range(9)}
    demand = {a: float(rng.integers(0, 30)) for a in minutes}
    norm = float(rng.integers(5, 60))
    tables = world(minutes, demand)
    rows = rows_of(tables, scenario(volume_norm(at_least=norm)))
    for layout in product((False, True), repeat=len(sites)):
        opened = [s for s, offers in zip(sites, layout, strict=True) if offers]
        volume = dict.fromkeys(opened, 0.0)
        for a, cases in demand.items():
            if opened:
                volume[min(opened, key=lambda s, a=a: (minutes[a][s], s))] += cases  # type: ignore[misc]
        if all(cases >= norm for cases in volume.values()):
            assert all(len(members & set(opened)) <= most for members, most in rows)
