"""The parts of the search by price on worlds that fit on paper: the price of room, choosing together, and flows that begin from those of groups."""

import numpy as np
import pytest

from app.assemble import assemble
from solver import highs
from solver.formulations.face import compile_face
from solver.priced import blocks as blocks_of
from solver.priced.beginning import begun_over_groups
from solver.priced.bound import Prices, Pricing
from solver.priced.flows import flows_of
from solver.priced.kernel import with_room, within_norms
from solver.priced.policy import Policy, read_policy
from solver.priced.search import Search
from solver.priced.written import write_pairs
from solver.watch import Watch
from tests.builders import Json, PlainTables, scenario, volume_norm, world

STEERED: Json = {"*": {"behaviour": "steered", "mode": "car"}}
CAPACITY: Json = {"rule": "capacity", "care_type": "hips", "factor": 1}


def policy(tables: PlainTables, *rules: Json, care_types: tuple[str, ...] = ("hips",)) -> Policy:
    asked = scenario(care_types=list(care_types), behaviours=STEERED, rules=list(rules))
    case = assemble(tables, asked)
    return read_policy(case.land, compile_face(case.land, case.rules, case.objectives))


def two_sites(**more: object) -> PlainTables:
    """Three areas of 10 cases at 10, 20 and 30 minutes of Near, and 25 minutes of Outlying."""
    minutes = {"a": {"Near": 10, "Outlying": 25}, "b": {"Near": 20, "Outlying": 25}, "c": {"Near": 30, "Outlying": 25}}
    return world(minutes, {"a": 10, "b": 10, "c": 10}, **more)  # type: ignore[arg-type]


def test_room_makes_a_case_dearer_by_what_the_next_one_would_have_earned() -> None:
    priced = policy(two_sites(capacity={"Near": 15}), CAPACITY)
    pricing = Pricing(priced)
    worth = 40.0 * priced.streams[0].cases
    near, outlying = pricing.edges(Prices((worth,), np.zeros(len(priced.priced))))[0]
    assert near == pytest.approx(20.0)  # a and half of b fill it; b earns 40 - 20 a case
    assert outlying == 0.0  # room for everybody


def test_a_norm_makes_a_case_cheaper_by_what_the_last_one_loses() -> None:
    priced = policy(two_sites(), volume_norm(15))
    near, outlying = Pricing(priced).edges(Prices((15.0 * priced.streams[0].cases,), np.zeros(len(priced.priced))))[0]
    assert near == pytest.approx(-5.0)  # a earns 5, half of b is needed and loses 5 a case
    assert outlying == pytest.approx(-10.0)


def test_a_kernel_gets_the_next_best_pairs_until_it_can_hold_all_cases() -> None:
    priced = policy(two_sites(capacity={"Near": 15}), CAPACITY)
    kernel, often = np.array([[True, False]]), np.zeros((1, 2))
    assert with_room(priced, kernel, priced.may_open, often, often).tolist() == [[True, True]]
    roomy = policy(two_sites(capacity={"Near": 35}), CAPACITY)
    assert with_room(roomy, kernel, roomy.may_open, often, often).tolist() == [[True, False]]


def test_no_more_is_kept_open_than_its_norms_can_be_met_for() -> None:
    priced = policy(two_sites(), volume_norm(12))
    kept = np.ones((1, 2), bool)
    assert within_norms(priced, kept, np.array([[-1.0, -2.0]])).tolist() == [[False, True]]
    assert within_norms(policy(two_sites(), volume_norm(5)), kept, np.zeros((1, 2))).all()


def test_care_types_that_require_each_other_are_chosen_about_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks_of, "AT_ONCE", 1)
    care_types = ("hips", "icu", "knees")
    tables = world({"a": {"X": 10, "Y": 20}}, {("a", k): 10 for k in care_types}, care_types=care_types)
    needs = {"rule": "interdependency", "care_type": "hips", "requires": "icu"}
    priced = policy(tables, needs, care_types=care_types)
    many = np.array([120, 120, 120])
    assert set(blocks_of.blocks(priced, many)) == {(1, 0), (2,)}
    monkeypatch.setattr(blocks_of, "AT_ONCE", 360)
    assert blocks_of.blocks(priced, many) == [(0, 1, 2)]
    missed = np.zeros(len(priced.model.cost))
    assert blocks_of.missing_together(priced, missed) == []
    missed[priced.streams[0].offer[0]] = 1.0
    assert blocks_of.missing_together(priced, missed) == [(0, 1)]


def test_flows_are_the_cheapest_wherever_they_begin() -> None:
    priced = policy(two_sites(capacity={"Near": 15}), CAPACITY)
    everything = np.ones((1, 2), bool)
    odd = [np.array([[False, True, True], [True, False, False]])]
    for also in (None, odd):
        flowing = flows_of(priced, priced.streams, everything, None, Watch(), seconds=60, seed=0, near=1, also=also)
        assert flowing is not None
        assert flowing.keeps
        assert flowing.value == pytest.approx(10 * 10 + 5 * 20 + 15 * 25)


def test_an_ascent_begins_with_the_prices_that_end_the_relaxation_over_groups() -> None:
    rng = np.random.default_rng(1)
    minutes = {f"a{i}": {site: float(rng.integers(5, 60)) for site in "VWXY"} for i in range(30)}
    pricing = Pricing(policy(world(minutes, dict.fromkeys(minutes, 10), capacity=dict.fromkeys("VWXY", 80)), CAPACITY))
    best = flows_of(pricing.policy, pricing.policy.streams, np.ones((1, 4), bool), None, Watch(), seconds=60, seed=0)
    labels = [np.arange(30)]
    begun = {
        to_the_end: begun_over_groups(
            pricing, pricing, labels, 0, lambda _: False, Watch(), seconds=60, seed=0, to_the_end=to_the_end
        ).best.value
        for to_the_end in (True, False)
    }
    assert best is not None
    assert begun[True] == pytest.approx(best.value)
    assert begun[False] < 0.999 * best.value


def test_a_site_that_is_half_open_has_half_of_its_room() -> None:
    priced = policy(two_sites(capacity={"Near": 15}), CAPACITY)
    stream, model = priced.streams[0], priced.model
    lower, upper, cost = model.lower.copy(), model.upper.copy(), model.cost.copy()
    lower[stream.volume[0]] = upper[stream.volume[0]] = 15.0
    cost[stream.offer[0]] = 1e4
    written = write_pairs(
        priced, priced.streams, [np.ones((2, 3), bool)], lower=lower, upper=upper, cost=cost, room=True
    )
    relaxed = highs.relax(written.model, Watch(), seconds=60)
    assert relaxed.x is not None
    assert relaxed.x[stream.offer[0]] == pytest.approx(1.0)  # half of each area would be half open by its share alone


def test_a_plan_is_there_before_the_bound_climbs_at_full_size() -> None:
    priced = policy(two_sites(capacity={"Near": 15}), CAPACITY)
    heard: list[tuple[float | None, float | None]] = []

    class Impatient(Watch):
        @property
        def stopped(self) -> bool:
            return any(value is not None for value, _ in heard)

    def hear(value: float | None, bound: float | None, offered: object) -> None:
        heard.append((value, bound))

    search = Search(priced, Impatient(), seconds=60, relative_gap=0.01, seed=0, heard=hear)
    found = search.run()
    assert found.value == pytest.approx(10 * 10 + 5 * 20 + 15 * 25)
    assert found.bound <= found.value + 1e-6
