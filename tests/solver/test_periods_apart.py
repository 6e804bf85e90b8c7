"""Periods apart: what each period is worth by itself is a bound, and their plans in turn are a plan."""

import numpy as np
import pytest
import scipy.sparse as sp

from app.assemble import assemble
from solver import sifted_relaxation, sifting
from solver.ask import Ask
from solver.model import Model
from solver.periods_apart import solve_apart
from solver.solve_model import solve_model
from solver.solved import Solved
from solver.watch import Watch
from tests.builders import Json, PlainTables, scenario, volume_norm, world

TOGETHER: list[Json] = [
    {"rule": "interdependency", "care_type": "hips", "requires": "knees"},
    volume_norm(60, "hips"),
    volume_norm(40, "knees"),
]
BETWEEN: dict[str, list[Json]] = {
    "nothing": [],
    "few changes": [{"rule": "change_limit", "at_most": 1}],
    "none twice": [{"rule": "change_limit", "irreversible": True}],
    "receiver first": [{"rule": "change_limit", "receiver_first": True}],
    "a mean": [volume_norm(75, "knees", years_averaged=2, id="mean")],
    "softly": [{"rule": "change_limit", "at_most": 0, "hardness": "soft", "penalty_per_unit": 1}],
}


def drawn(seed: int) -> PlainTables:
    """Five sites, ten areas, two care types and three periods in which demand moves about."""
    rng = np.random.default_rng(seed)
    sites = [f"s{i}" for i in range(5)]
    minutes = {f"a{i}": {s: float(rng.integers(1, 90)) for s in sites} for i in range(10)}
    demand = {
        (a, k, t): float(rng.integers(5, 60)) for a in minutes for k in ("hips", "knees") for t in ("t1", "t2", "t3")
    }
    periods = [{"period_id": t, "years": 1.0} for t in ("t1", "t2", "t3")]
    return world(minutes, demand, care_types=("hips", "knees"), tables={"periods": periods})


def solved(seed: int, rules: list[Json]) -> Solved:
    case = assemble(drawn(seed), scenario(*TOGETHER, *rules, objectives=["travel_time", "changes"]))
    return solve_model(Ask(case.land, case.rules, case.objectives, case.limits, patterns=True, settle=True), Watch())


@pytest.mark.parametrize("between", list(BETWEEN))
@pytest.mark.parametrize("seed", range(3))
def test_periods_apart_first_and_all_at_once_give_the_same_plan(
    seed: int, between: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = solved(seed, BETWEEN[between])
    monkeypatch.setattr(sifting, "SMALL_ENOUGH", 10)
    monkeypatch.setattr(sifted_relaxation, "ADDED_OF_EACH", 1)
    apart = solved(seed, BETWEEN[between])
    assert "each period by itself first" in apart.formulation
    assert "each period by itself first" not in together.formulation
    assert apart.infeasible == together.infeasible
    assert apart.values == (
        together.values if together.infeasible else pytest.approx(together.values, rel=1e-9, abs=1e-5)
    )
    if together.layout is not None and apart.layout is not None:
        assert apart.layout.offered.tolist() == together.layout.offered.tolist()


def picked(*limit: float) -> Model:
    """Two periods; each picks A for nothing or B for 1, and a row ties how often A is picked in both."""
    rows = [
        [1, 0, -1, 0, 0, 0, 0, 0],  # offers A, offers B in each period: as the pattern that is picked
        [0, 1, 0, -1, 0, 0, 0, 0],
        [0, 0, 1, 1, 0, 0, 0, 0],
        [0, 0, 0, 0, 1, 0, -1, 0],
        [0, 0, 0, 0, 0, 1, 0, -1],
        [0, 0, 0, 0, 0, 0, 1, 1],
        [1, 0, 0, 0, 1, 0, 0, 0],
    ]
    whole = np.array([True, True, False, False] * 2)
    sides = np.array([0.0, 0, 1, 0, 0, 1])
    return Model(
        np.array([0.0, 0, 0, 1] * 2), 0.0, np.zeros(8), np.where(whole, 1.0, np.inf), whole,
        sp.csr_array(np.array(rows, float)), np.r_[sides, -np.inf], np.r_[sides, limit],
    )  # fmt: skip


PATTERNS = np.array([False, False, True, True] * 2)
PERIOD = np.array([0, 0, -1, -1, 1, 1, -1, -1])


@pytest.mark.parametrize(("at_most", "in_turn"), [(2, 0.0), (1, 1.0)])
def test_apart_they_bound_it_and_in_turn_they_are_a_plan(at_most: float, in_turn: float) -> None:
    """A in both periods costs nothing; each time it may not be picked costs 1."""
    model = picked(at_most)
    apart = solve_apart(model, PATTERNS, PERIOD, Watch(), seconds=10.0)
    assert apart.relaxation is not None
    assert apart.relaxation.least == 0
    assert apart.x is not None
    assert (apart.relaxation.more >= 0).all()
    assert apart.relaxation.more @ apart.x <= model.cost @ apart.x
    assert model.cost @ apart.x == in_turn
    at = model.rows @ apart.x
    assert ((at >= model.row_lower - 1e-9) & (at <= model.row_upper + 1e-9)).all()


def test_a_period_that_those_before_leave_nothing_has_no_plan_in_turn() -> None:
    """A may not be picked at all, which the first period does not know."""
    apart = solve_apart(picked(0.0), PATTERNS, PERIOD, Watch(), seconds=10.0)
    assert apart.relaxation is not None
    assert apart.x is None
    assert not apart.infeasible


def test_a_period_without_a_plan_settles_it() -> None:
    model = picked(2.0)
    model.row_lower[5], model.row_upper[5] = 3, 3
    model.upper[6:] = 1
    assert solve_apart(model, PATTERNS, PERIOD, Watch(), seconds=10.0).infeasible
