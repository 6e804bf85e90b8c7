"""One care type with capacities: on small worlds the bound lies below, and the plan is, the best of all assignments."""

import os
from dataclasses import replace
from itertools import chain, combinations, product

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linprog

from solver import by_capacity
from solver.capacitated.bound import Bounding
from solver.capacitated.ground import Ground
from solver.capacitated.knapsack import fill, pack
from solver.capacitated.neighbourhood import improve
from solver.capacitated.plans import assign
from solver.capacitated.search import Search
from solver.capacitated.sites import Sites
from solver.capacitated.written import Plan
from solver.watch import Watch
from tests.builders import Json
from tests.front_door import answer, best_of_all_layouts, values
from tests.strategies import Land, cases

Floats = NDArray[np.float64]
SLACK = 1e-6
SOME = settings(
    max_examples=int(os.environ.get("CARE_LANDSCAPE_WORLDS", "60")) // 2,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
"""Worlds for each test; `make differential` takes many more."""


@st.composite
def grounds(draw: st.DrawFn, *, undivided: bool | None = None) -> Ground:
    """Two to four sites for two to five areas; capacities, norms, numbers of sites and pairs out of reach, so that some have no plan."""
    S, n = draw(st.integers(2, 4)), draw(st.integers(2, 5))
    cost = np.array(draw(st.lists(st.integers(0, 40), min_size=S * n, max_size=S * n)), float).reshape(S, n)
    far = np.array(draw(st.lists(st.integers(0, 9), min_size=S * n, max_size=S * n))).reshape(S, n) == 0
    cost[far] = np.inf
    cases = np.array(draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)), float)
    most = np.array(draw(st.lists(st.integers(3, 30), min_size=S, max_size=S)), float)
    norm = np.array(draw(st.lists(st.integers(0, 12), min_size=S, max_size=S)), float)
    least = np.where(np.array(draw(st.lists(st.booleans(), min_size=S, max_size=S))), np.minimum(norm, most), 0.0)
    fixed = np.array(draw(st.lists(st.integers(-5, 30), min_size=S, max_size=S)), float)
    most = np.minimum(most, max(cases.sum(), least.max()))
    must = np.array(draw(st.lists(st.integers(0, 5), min_size=S, max_size=S))) == 0
    fewest = draw(st.integers(1, S))
    highest = draw(st.integers(fewest, S))
    rows, limits = sp.csr_array(np.ones((1, S))), (np.array([float(fewest)]), np.array([float(highest)]))
    whole = draw(st.booleans()) if undivided is None else undivided
    return Ground(cost, cases, fixed, least, most, np.ones(S, bool), must, rows, *limits, fewest, highest, whole, 7.0)


def choices(ground: Ground) -> list[NDArray[np.bool_]]:
    """Every set of sites that keeps the rules about sites."""
    S = len(ground.fixed)
    every = chain.from_iterable(combinations(range(S), k) for k in range(ground.fewest, ground.highest + 1))
    sets = [np.isin(np.arange(S), chosen) for chosen in every]
    return [chosen for chosen in sets if not (ground.must_open & ~chosen).any()]


def least_cost(ground: Ground) -> float:
    """The optimum by trying every set of sites and, undivided, every assignment; inf where there is no plan."""
    return min((_of(ground, chosen) for chosen in choices(ground)), default=np.inf)


def _of(ground: Ground, chosen: NDArray[np.bool_]) -> float:
    at, n = np.flatnonzero(chosen), len(ground.cases)
    known = ground.offset + ground.fixed[chosen].sum()
    if ground.undivided:
        found = np.inf
        for sites in product(at, repeat=n):
            load = np.bincount(sites, ground.cases, minlength=len(chosen))
            if (load <= ground.most)[at].all() and (load >= ground.least)[at].all():
                found = min(found, float(ground.cost[list(sites), np.arange(n)].sum()))
        return float(known + found)
    site, area = np.nonzero(np.isfinite(ground.cost[at]))
    if not len(site):
        return np.inf
    rows = (site[None, :] == np.arange(len(at))[:, None]) * ground.cases[area]
    solved = linprog(
        ground.cost[at][site, area],
        A_ub=np.vstack([rows, -rows]), b_ub=np.r_[ground.most[at], -ground.least[at]],
        A_eq=(area[None, :] == np.arange(n)[:, None]).astype(float), b_eq=np.ones(n),
    )  # fmt: skip
    return float(known + solved.fun) if solved.status == 0 else np.inf


@SOME
@given(grounds(), st.lists(st.integers(0, 60), min_size=5, max_size=5))
def test_whatever_the_prices_no_plan_costs_less_than_the_bound(ground: Ground, prices: list[int]) -> None:
    optimum = least_cost(ground)
    bounding = Bounding(ground)
    v = np.array(prices[: len(ground.cases)], float)
    for whole in (False, ground.undivided):
        relaxed = bounding.at(v, whole=whole)
        assert relaxed.safe <= optimum + SLACK


@SOME
@given(grounds(), st.lists(st.integers(0, 60), min_size=5, max_size=5))
def test_what_is_left_out_is_in_no_plan_as_good_as_the_best(ground: Ground, prices: list[int]) -> None:
    optimum = least_cost(ground)
    if np.isinf(optimum):
        return
    bounding = Bounding(ground)
    relaxed = bounding.at(np.array(prices[: len(ground.cases)], float), whole=ground.undivided)
    bounding.decide(relaxed, optimum + SLACK)
    assert least_cost(bounding.smaller()) == pytest.approx(optimum, abs=1e-6)


@SOME
@given(grounds(undivided=True), st.lists(st.integers(0, 60), min_size=5, max_size=5))
def test_no_plan_that_sends_an_area_to_a_site_costs_less_than_is_told(ground: Ground, prices: list[int]) -> None:
    bounding = Bounding(ground)
    relaxed = bounding.at(np.array(prices[: len(ground.cases)], float), whole=True)
    told = bounding.told(relaxed)
    for s, a in zip(*np.nonzero(ground.reach), strict=True):
        cost = ground.cost.copy()
        cost[np.arange(len(cost)) != s, a] = np.inf
        assert told[s, a] <= least_cost(replace(ground, cost=cost)) + SLACK


THREE_OPEN = Ground(
    cost=np.array([[np.inf, 20, 6, 7, 19], [16, 3, 26, 28, 32], [12, 5, 39, 31, 26], [33, 28, 30, 25, 36.0]]),
    cases=np.array([7, 1, 1, 2, 1.0]),
    fixed=np.array([29, 20, 16, 18.0]),
    least=np.array([0, 4, 1, 0.0]),
    most=np.full(4, 12.0),
    may_open=np.ones(4, bool),
    must_open=np.zeros(4, bool),
    rows=sp.csr_array(np.ones((1, 4))),
    row_lower=np.array([3.0]),
    row_upper=np.array([3.0]),
    fewest=3,
    highest=3,
    undivided=True,
    offset=0.0,
)
"""Three sites must be open, and it is best that the last one has no area: the second would need four cases."""
TWO_OR_THREE_OPEN = replace(
    THREE_OPEN,
    cost=np.array([[20.0, 4, 18, 0, 34], [25, 32, 18, 25, 0], [0, 24, 31, 31, 33], [np.inf, 19, 38, 4, 22]]),
    cases=np.array([5, 8, 7, 3, 4.0]),
    fixed=np.array([25, 12, 24, 21.0]),
    least=np.array([1, 0, 0, 0.0]),
    most=np.array([18, 9, 10, 27.0]),
    row_lower=np.array([2.0]),
    fewest=2,
)
"""What the first two sites decide anew depends on whether the last one is open beside them: three is the most."""


@SOME
@example(THREE_OPEN, [34, 38, 19, 48, 15])
@example(TWO_OR_THREE_OPEN, [50, 12, 41, 16, 7])
@given(grounds(undivided=True), st.lists(st.integers(0, 60), min_size=5, max_size=5))
def test_from_any_plan_neighbourhoods_end_with_one_that_keeps_and_of_all_sites_with_the_best(
    ground: Ground, prices: list[int]
) -> None:
    relaxed = Bounding(ground).at(np.array(prices[: len(ground.cases)], float), whole=True)
    every = np.arange(len(ground.cases))
    for chosen in choices(ground):
        first = assign(ground, chosen)
        if first is None or not first.keeps or np.isinf(first.value) or not np.isfinite(relaxed.value):
            continue
        start = Plan.of(ground, chosen, first.site, every, np.ones(len(every)))
        plan = improve(
            ground, start, relaxed, Watch(), seconds=60, seed=0, enough=lambda _: False, heard=lambda _: None
        )
        assert ground.keeps(plan.chosen, plan.site, plan.area, plan.share)
        assert plan.value <= start.value
        if set(plan.site) == set(np.flatnonzero(plan.chosen)):
            assert plan.value == pytest.approx(least_cost(ground), abs=1e-3)


@SOME
@given(grounds())
def test_the_search_ends_with_the_best_of_all_plans(ground: Ground) -> None:
    optimum = least_cost(ground)
    search = Search(ground, Watch(), seconds=60, relative_gap=0.0, seed=0, heard=lambda *_: None)
    search.run()
    if np.isinf(optimum):
        assert (search.plan, search.infeasible) == (None, True)
        return
    plan = search.plan
    assert plan is not None
    assert ground.keeps(plan.chosen, plan.site, plan.area, plan.share)
    assert plan.value == pytest.approx(optimum, abs=1e-6)
    assert search.bound == pytest.approx(optimum, abs=1e-6)


@SOME
@given(grounds(undivided=True))
def test_a_plan_by_moves_and_exchanges_is_counted_right(ground: Ground) -> None:
    for chosen in choices(ground):
        found = assign(ground, chosen)
        if found is None or not found.keeps or np.isinf(found.value):
            continue
        every = np.arange(len(ground.cases))
        assert ground.keeps(found.chosen, found.site, every, np.ones(len(every)))
        assert found.value >= _of(ground, chosen) - SLACK


@SOME
@given(
    st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 8)), min_size=1, max_size=6),
    st.integers(0, 15),
    st.integers(0, 15),
)
def test_a_knapsack_of_whole_areas_is_the_best_of_all_sets(items: list[tuple[int, int]], least: int, room: int) -> None:
    most = least + room
    sets = chain.from_iterable(combinations(items, k) for k in range(len(items) + 1))
    fitting = [sum(net for net, _ in one) for one in sets if least <= sum(units for _, units in one) <= most]
    net, units = np.array([net for net, _ in items], float), np.array([units for _, units in items])
    value, which = pack(net, units, least, most)
    assert value == min(fitting, default=np.inf)
    assert not fitting or (net[which].sum() == value and least <= units[which].sum() <= most)


@SOME
@given(grounds())
def test_a_knapsack_of_shares_is_a_linear_program(ground: Ground) -> None:
    net = ground.cost - 15.0
    site, area = np.nonzero(net < 0)
    filled = fill(site, area, net[site, area], lambda s: net[s], ground.cases, ground.least, ground.most)
    for s in range(len(net)):
        there = np.isfinite(net[s])
        if not there.any():
            continue
        rows = np.vstack([ground.cases[there], -ground.cases[there]])
        solved = linprog(net[s][there], A_ub=rows, b_ub=[ground.most[s], -ground.least[s]], bounds=(0, 1))
        expected = float(solved.fun or 0.0) if solved.status == 0 else np.inf
        assert filled.value[s] == pytest.approx(expected, abs=1e-6)


@SOME
@given(grounds(), st.lists(st.integers(-20, 20), min_size=4, max_size=4))
def test_sites_chosen_or_left_out_cost_no_less_than_is_said(ground: Ground, worths: list[int]) -> None:
    worth = np.array(worths[: len(ground.fixed)], float)
    total = float(ground.cases.sum())
    sites = Sites(ground.may_open, ground.must_open, ground.fewest, ground.highest, ground.most, total)
    roomy = [chosen for chosen in choices(ground) if ground.most[chosen].sum() >= total]
    value, chosen = sites.cheapest(worth)
    opened, left_out = sites.turned(worth, value, chosen)
    assert value <= min((worth[one].sum() for one in roomy), default=np.inf) + SLACK
    for s in range(len(worth)):
        assert opened[s] <= min((worth[one].sum() for one in roomy if one[s]), default=np.inf) + SLACK
        assert left_out[s] <= min((worth[one].sum() for one in roomy if not one[s]), default=np.inf) + SLACK


@pytest.fixture
def _every_world_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_capacity, "MANY_DIVIDED", -1)
    monkeypatch.setattr(by_capacity, "MANY_UNDIVIDED", -1)


@pytest.mark.usefixtures("_every_world_is_large")
@SOME
@given(cases(behaviours=("steered",), care_types=1))
def test_at_the_front_door_divided_areas_get_the_best_of_all_layouts(case: tuple[Land, Json]) -> None:
    land, asked = case
    best_of_all_layouts(land.tables(), asked)


@pytest.mark.usefixtures("_every_world_is_large")
@SOME
@given(cases(behaviours=("steered",), care_types=1))
def test_at_the_front_door_undivided_areas_get_what_one_model_of_all_flows_gives(case: tuple[Land, Json]) -> None:
    land, asked = case
    asked = asked | {"behaviours": {"*": {"behaviour": "steered", "undivided": True}}}
    ours = answer(land.tables(), asked)
    compact = answer(land.tables(), asked | {"limits": {"seconds": 60, "formulation": "compact"}})
    assert ours["outcome"] == compact["outcome"]
    if ours["plan"] is not None:
        assert values(ours) == pytest.approx(values(compact), rel=1e-7, abs=SLACK)


def test_a_ground_of_which_some_is_decided_keeps_its_question() -> None:
    rows = sp.csr_array(np.ones((1, 3)))
    ground = Ground(
        np.array([[1.0, 9.0], [9.0, 1.0], [2.0, 2.0]]), np.array([3.0, 4.0]), np.zeros(3), np.zeros(3),
        np.array([3.0, 4.0, 7.0]), np.ones(3, bool), np.zeros(3, bool), rows, np.array([2.0]), np.array([2.0]),
        2, 2, True, 0.0,
    )  # fmt: skip
    part = ground.part(np.array([1, 2]), np.array([1]), np.array([True, True, False]))
    assert (part.fewest, part.highest, part.row_lower.tolist()) == (1, 1, [1.0])
    assert replace(part, offset=0.0).cost.tolist() == [[1.0], [2.0]]
