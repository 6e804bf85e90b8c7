"""Whole layouts as columns give the same optimum as the prefix graph, and the same as trying every layout by hand."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.assemble import assemble
from solver import sifted_relaxation, sifting
from solver.ask import Ask
from solver.solve_model import solve_model
from solver.watch import Watch
from tests.builders import Json, scenario, volume_norm
from tests.front_door import answer, values
from tests.solver.brute import best
from tests.strategies import Land, cases, lands
from tests.worked_worlds import b3

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Small as they are, these cases need no shrinking to be read."""


def _both_ways(tables: object, asked: Json) -> list[tuple[object, ...]]:
    case = assemble(tables, asked)  # type: ignore[arg-type]
    found = []
    for patterns in (False, True):
        solved = solve_model(
            Ask(case.land, case.rules, case.objectives, case.limits, patterns=patterns, settle=True), Watch()
        )
        offered = None if solved.layout is None else solved.layout.offered.tolist()
        found.append((solved.infeasible, [None if v is None else round(v, 5) for v in solved.values], offered))
    return found


@settings(max_examples=60, phases=QUICK)
@given(cases())
def test_layouts_as_columns_and_the_prefix_graph_agree(case: tuple[Land, Json]) -> None:
    land, asked = case
    graph, columns = _both_ways(land.tables(), asked)
    assert graph == columns


def test_a_norm_of_fifty_closes_b_either_way() -> None:
    graph, columns = _both_ways(b3(), scenario(volume_norm(50)))
    assert graph == columns
    assert graph[1] == [750.0]


@pytest.mark.parametrize("seed", range(9))
def test_sifting_gives_what_all_columns_at_once_give(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    sites = [f"s{i}" for i in range(9)]
    minutes = {f"a{i}": {s: float(rng.integers(1, 90)) for s in sites} for i in range(12)}
    demand = {a: float(rng.integers(1, 60)) for a in minutes}
    from tests.builders import world

    tables = world(minutes, demand)
    tolerance = {"objective": "travel_time", "tolerance": 0.1 * (seed % 3)}
    asked = scenario(volume_norm(float(rng.integers(20, 90))), objectives=[tolerance, "worst_minutes", "changes"])
    whole = _both_ways(tables, asked)
    monkeypatch.setattr(sifting, "SMALL_ENOUGH", 10)
    monkeypatch.setattr(sifted_relaxation, "ADDED_OF_EACH", 1)
    sifted = _both_ways(tables, asked)
    assert whole == sifted
    assert whole[0] == whole[1]


BEHAVIOURS: list[Json] = [
    {"behaviour": "choice", "weight_per_minute": 0.05},
    {"behaviour": "observed"},
]


@settings(max_examples=30, phases=QUICK)
@given(lands(), st.sampled_from(BEHAVIOURS), st.integers(0, 40))
def test_patients_who_choose_or_keep_their_habits_get_the_best_of_all_layouts(
    land: Land, behaviour: Json, norm: int
) -> None:
    asked = scenario(volume_norm(float(norm)), behaviours={"*": behaviour})
    judged, outcome = best(land.tables(), asked), answer(land.tables(), asked)
    if judged is None:
        assert outcome["outcome"] == "infeasible"
    else:
        assert outcome["outcome"] == "optimal"
        assert values(outcome) == [pytest.approx(value, rel=1e-7, abs=1e-6) for value in judged.values]
