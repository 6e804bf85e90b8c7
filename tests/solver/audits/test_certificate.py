"""A bound that anybody can recompute: multipliers of areas, sites chosen freely within locks and counts."""

from fractions import Fraction

from solver.audits.certificate import lagrangian_bound
from solver.verify import verify
from tests.builders import Json, lock, scenario, site_count
from tests.front_door import answer
from tests.solver.audits.drawn import offers, outcome
from tests.worked_worlds import b3

PRICES = {"1": 1200.0, "2": 750.0, "3": 1500.0}


def bound(asked: Json, prices: dict[str, float]) -> Fraction | None:
    return lagrangian_bound(b3(), asked, {"today": {"hips": prices}})


def test_multipliers_prove_the_bound_on_paper() -> None:
    """A site saves what the prices of areas exceed cases x minutes: A 1200 in 1, B 600 in 2, C 1500 in 3."""
    two = scenario(site_count("hips", exactly=2))
    saved = {"A": 1200, "B": 600, "C": 1500}
    assert bound(two, PRICES) == sum(PRICES.values()) - saved["A"] - saved["C"]
    assert bound(two, PRICES) == 750


def test_without_a_count_every_site_helps() -> None:
    assert bound(scenario(), PRICES) == 150


def test_locks_narrow_the_choice() -> None:
    two = site_count("hips", exactly=2)
    assert bound(scenario(two, lock("A", "closed")), PRICES) == 3450 - 600 - 1500
    assert bound(scenario(two, lock("B", "open")), PRICES) == 3450 - 600 - 1500
    assert bound(scenario(site_count("hips", exactly=1), lock("A", "open"), lock("B", "open")), PRICES) is None


def test_any_multipliers_are_below_any_plan() -> None:
    two = scenario(site_count("hips", exactly=2))
    for shift in (-700.123, -1.0 / 3, 0.0, 10.7, 4000.0):
        found = bound(two, {area: price + shift for area, price in PRICES.items()})
        assert found is not None
        assert found <= 750


def test_a_certificate_is_recomputed() -> None:
    told = outcome(b3(), scenario(site_count("hips", exactly=2)), offers("AC"))
    certificate = {"kind": "lagrangian", "multipliers": {"today": {"hips": PRICES}}, "bound": 750.0, "gap": 0.0}
    told["verification"] = {"passed": True, "certificate": certificate}
    assert verify(told, b3()) == []
    told["verification"]["certificate"] = certificate | {"bound": 751.0}
    assert "the certificate's bound is 751, its multipliers prove 750" in verify(told, b3())
    told["verification"]["certificate"] = {"kind": "solver", "bound": 750.0, "gap": 0.0}
    assert verify(told, b3()) == []


def test_an_answer_hands_over_the_multipliers_of_its_bound() -> None:
    told = answer(b3(), scenario(site_count("hips", exactly=2)))["verification"]["certificate"]
    assert (told["kind"], told["bound"], told["gap"]) == ("lagrangian", 750.0, 0.0)
    assert bound(scenario(site_count("hips", exactly=2)), told["multipliers"]["today"]["hips"]) == 750
