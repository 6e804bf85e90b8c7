"""The concentration kernel gives the same optimum as the prefix graph, whole layouts and trying every layout, and the published one of the p-median library."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import shortest_path

from app.assemble import assemble
from solver.ask import Ask
from solver.solve_model import solve_model
from solver.solved import Solved
from solver.watch import Watch
from tests.builders import Json, PlainTables, access_norm, lock, scenario, site_count, volume_norm, world
from tests.front_door import answer, values
from tests.solver.brute import best
from tests.strategies import Land, cases
from tests.worked_worlds import b3

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Small as they are, these cases need no shrinking to be read."""
WORLDS = settings(max_examples=int(os.environ.get("CARE_LANDSCAPE_WORLDS", "270")) // 2, phases=QUICK)
"""Worlds for each test; `make differential` takes more."""


def solved(tables: PlainTables, asked: Json, *, lazily: bool, patterns: bool | None = None) -> Solved:
    case = assemble(tables, asked)
    ask = Ask(case.land, case.rules, case.objectives, case.limits, patterns=patterns, lazily=lazily, settle=True)
    return solve_model(ask, Watch())


def told(found: Solved) -> tuple[object, ...]:
    """What two ways must agree on: whether there is a plan, its values, that it is proved, and which plan it is."""
    offered = None if found.layout is None else found.layout.offered.tolist()
    return found.infeasible, [None if v is None else round(v, 5) for v in found.values], found.stopped_by, offered


@WORLDS
@given(cases(behaviours=("nearest",)))
def test_the_kernel_the_prefix_graph_and_trying_everything_agree(case: tuple[Land, Json]) -> None:
    land, asked = case
    tables = land.tables()
    kernel = solved(tables, asked, lazily=True, patterns=False)
    assert told(kernel) == told(solved(tables, asked, lazily=False, patterns=False))
    judged = best(tables, asked)
    assert kernel.infeasible == (judged is None)
    if judged is not None:
        assert kernel.values == pytest.approx(judged.values, rel=1e-7, abs=1e-6)


@st.composite
def concentrations(draw: st.DrawFn) -> tuple[PlainTables, Json]:
    """One care type at up to seven sites, minutes with many ties, some pairs unreachable, some areas empty; counts, locks, norms, access."""
    areas = [f"a{n}" for n in range(draw(st.integers(3, 8)))]
    sites = [f"s{n}" for n in range(draw(st.integers(3, 7)))]
    steps = st.integers(0, draw(st.sampled_from([3, 30])))
    minutes = {a: {s: 2.5 * draw(steps) for s in sites} for a in areas}
    for a in draw(st.sets(st.sampled_from(areas), max_size=3)):
        minutes[a][draw(st.sampled_from(sites))] = float("inf")
    demand = {a: float(draw(st.sampled_from([0, 1, 7, 20, 20, 33]))) for a in areas}
    rules: list[Json] = []
    if draw(st.booleans()):
        word = draw(st.sampled_from(["exactly", "at_least", "at_most"]))
        rules.append(site_count("hips", **{word: draw(st.integers(1, len(sites)))}))
    if draw(st.booleans()):
        rules.append(volume_norm(float(draw(st.integers(1, 50)))))
    if draw(st.booleans()):
        limit = {"capacity_per_year": {s: float(draw(st.integers(20, 160))) for s in sites}}
    else:
        limit = {}
    if draw(st.booleans()):
        rules.append(lock(draw(st.sampled_from(sites)), draw(st.sampled_from(["open", "closed"]))))
    if draw(st.booleans()):
        rules.append(access_norm(2.5 * draw(st.integers(0, 30)), kind=draw(st.sampled_from(["everyone", "no_worse"]))))
    objectives = draw(
        st.sampled_from([
            "travel_time",
            ["travel_time", "changes"],
            ["sites", "travel_time"],
            {"objective": "weighted", "terms": [
                {"weight": 1, "objective": "travel_time"}, {"weight": 1, "objective": "operating_cost"}
            ]},
        ])
    )  # fmt: skip
    costs = {s: float(draw(st.integers(0, 400))) for s in sites}
    external = {s: float(draw(st.sampled_from([0, 0, 5]))) for s in sites}
    tables = world(
        minutes,
        demand,
        offered=[s for s in sites if draw(st.booleans())] or sites[:1],
        population={a: float(draw(st.integers(0, 9))) for a in areas},
        site_care={"fixed_cost_eur_per_year": costs, "external_cases_per_year": external, **limit},
    )
    return tables, scenario(*rules, objectives=objectives)


@WORLDS
@given(concentrations())
def test_choices_of_sites_under_every_rule_it_knows_are_those_of_trying_them_all(
    case: tuple[PlainTables, Json],
) -> None:
    tables, asked = case
    kernel = solved(tables, asked, lazily=True, patterns=False)
    judged = best(tables, asked)
    assert kernel.infeasible == (judged is None)
    if judged is not None:
        assert kernel.values == pytest.approx(judged.values, rel=1e-7, abs=1e-6)
        assert kernel.bounds == pytest.approx(judged.values, rel=1e-7, abs=1e-6)
        assert kernel.layout is not None
        offered = {
            s for s, there in zip(tables["sites"]["site_id"], kernel.layout.offered[:, 0, 0], strict=True) if there
        }
        assert kernel.canonical
        assert offered == first_of(tables, [{site for site, _, _ in plan} for plan in judged.offers])


def first_of(tables: PlainTables, plans: list[set[str]]) -> set[str]:
    """Of equal plans the one with the fewest changes, then the one that offers the first site at which they differ."""
    care = tables["site_care"]
    today = {s for s, offered in zip(care["site_id"], care["offered_today"], strict=True) if offered}
    return min(plans, key=lambda plan: (len(plan ^ today), [s not in plan for s in sorted(tables["sites"]["site_id"])]))


def test_a_norm_of_fifty_closes_b() -> None:
    assert solved(b3(), scenario(volume_norm(50)), lazily=True).values == (750.0,)


def test_a_row_that_is_missed_by_less_than_a_linear_program_sees_is_not_added_for_ever() -> None:
    """With one site at most, a group's share of its travel came out at -5e-10: every round wrote again that it is at least nothing."""
    minutes: list[list[float]] = [
        [0, 0, 2.5, 2.5, 7.5, 7.5, 2.5],
        [5, 5, 7.5, 7.5, 7.5, 5, 2.5],
        [2.5, 2.5, 2.5, 7.5, 7.5, 2.5, 7.5],
        [7.5, 0, 2.5, 0, 2.5, 5, 2.5],
        [2.5, 2.5, 2.5, 7.5, 5, 0, 2.5],
        [5, 0, 5, 2.5, 7.5, 0, 5],
    ]
    sites = [f"s{n}" for n in range(7)]
    tables = world(
        {f"a{n}": dict(zip(sites, row, strict=True)) for n, row in enumerate(minutes)},
        {f"a{n}": cases for n, cases in enumerate([20.0, 20.0, 7.0, 7.0, 0.0, 20.0])},
        offered=["s0", "s1", "s2", "s4", "s5"],
        capacity=dict(zip(sites, [136.0, 49.0, 50.0, 134.0, 122.0, 42.0, 60.0], strict=True)),
        site_care={"external_cases_per_year": dict(zip(sites, [0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 0.0], strict=True))},
    )
    asked = scenario(site_count("hips", at_least=1), lock("s4", "closed"), objectives=["sites", "travel_time"])
    case = assemble(tables, asked)
    ask = Ask(case.land, case.rules, case.objectives, case.limits, patterns=False, lazily=True, seconds=20.0)
    found = solve_model(ask, Watch())
    assert (found.values, found.stopped_by) == ((1.0, 270.0), "proof")


def median(path: Path) -> tuple[PlainTables, int]:
    """An instance of the p-median library as a landscape: minutes are shortest paths, of double edges the last counts."""
    words: Iterator[str] = iter(path.read_text().split())
    n, m, p = (int(next(words)) for _ in range(3))
    length = np.zeros((n, n))
    for _ in range(m):
        i, j = int(next(words)) - 1, int(next(words)) - 1
        length[i, j] = length[j, i] = float(next(words))
    minutes = shortest_path(length, directed=False)
    names = [f"n{i:03d}" for i in range(n)]
    rows = {a: dict(zip(names, minutes[i].tolist(), strict=True)) for i, a in enumerate(names)}
    return world(rows, dict.fromkeys(names, 1.0), offered="none"), p


@pytest.mark.parametrize("name", [f"pmed{number}" for number in (1, 6, 10, 15, 20)])
def test_the_least_travel_of_the_p_median_library(shared: Path, name: str) -> None:
    folder = shared / "benchmarks" / "pmed"
    published = dict(line.split()[:2] for line in (folder / "pmedopt.txt").read_text().splitlines()[1:] if line.strip())
    tables, p = median(folder / f"{name}.txt")
    outcome = answer(tables, scenario(site_count("hips", exactly=p), seconds=20))
    assert outcome["outcome"] == "optimal"
    assert values(outcome) == [float(published[name])]


def test_futures_side_by_side_give_what_one_alone_gives_where_the_kernel_is_chosen() -> None:
    rng = np.random.default_rng(7)
    areas, sites = [f"a{n:03d}" for n in range(400)], [f"s{n:02d}" for n in range(16)]
    home, place = rng.uniform(0, 60, (len(areas), 2)), rng.uniform(0, 60, (len(sites), 2))
    far = np.hypot(*(home[:, None] - place[None]).transpose(2, 0, 1)).round()
    tables = world(
        {a: dict(zip(sites, far[i].tolist(), strict=True)) for i, a in enumerate(areas)},
        {a: float(rng.integers(1, 50)) for a in areas},
    )
    alone = answer(tables, scenario(site_count("hips", exactly=3)))
    asked = {"question": "robustness", "attitude": "expected", "futures": ["base"]}
    joint = answer(tables, scenario(site_count("hips", exactly=3), question=asked))
    assert "concentration kernel" in alone["provenance"]["formulation"]
    assert values(joint) == values(alone)
