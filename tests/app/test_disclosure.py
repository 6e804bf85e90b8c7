"""No small count can be found out: not by adding up, subtracting or dividing, not by linear programming over everything."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import linprog

from app.disclosure.rule import coarse

Floats = npt.NDArray[np.float64]
THRESHOLD = 10.0


def table(random: np.random.Generator) -> Floats:
    """Counts of some areas along the line: many small, some not, as a rare care type has them."""
    cells = int(random.integers(4, 26))
    kind = random.choice(["whole", "fractions", "large among small", "all nine"])
    if kind == "whole":
        return random.integers(0, 31, cells).astype(np.float64)
    if kind == "fractions":
        return random.gamma(0.7, 9.0, cells)
    if kind == "large among small":
        return (
            np.where(random.random(cells) < 0.2, random.integers(10, 400, cells), random.integers(0, 10, cells)) * 1.0
        )
    return np.full(cells, 9.0)


def interval(shown: Floats, small: npt.NDArray[np.bool_], at: int) -> tuple[float, float]:
    """All that can be known about a count, by whoever knows the rule, every coarse count and which are hidden.

    Unknown are the counts and the secret start; known is in which multiple every sum along the line ends.
    """
    cells = len(shown)
    passed = np.cumsum(shown)
    sums = np.hstack([np.tril(np.ones((cells, cells))), np.ones((cells, 1))])
    limits = np.concatenate([passed + THRESHOLD, -passed])
    bounds = [(0.0, THRESHOLD) if hidden else (THRESHOLD, None) for hidden in small]
    aim = np.zeros(cells + 1)
    aim[at] = 1.0
    found = [
        linprog(sign * aim, A_ub=np.vstack([sums, -sums]), b_ub=limits, bounds=[*bounds, (0.0, THRESHOLD)])
        for sign in (1.0, -1.0)
    ]
    assert all(each.status == 0 for each in found)
    return found[0].fun, -found[1].fun


def attacked(tables: int, seed: int) -> tuple[int, int, float]:
    """Hidden counts attacked, those recovered (known to within one), and the narrowest interval."""
    random = np.random.default_rng(seed)
    hidden, recovered, narrowest = 0, 0, np.inf
    for _ in range(tables):
        true = table(random)
        shown = coarse(true, threshold=THRESHOLD, start=random.random() * THRESHOLD)
        small = true < THRESHOLD
        for at in np.flatnonzero(small).tolist():
            low, high = interval(shown, small, at)
            assert low - 1e-6 <= true[at] <= high + 1e-6
            hidden, recovered, narrowest = hidden + 1, recovered + (high - low < 1.0), min(narrowest, high - low)
    return hidden, recovered, narrowest


def test_linear_programming_recovers_no_hidden_count_and_learns_nothing_about_any() -> None:
    hidden, recovered, narrowest = attacked(40, seed=7)
    assert hidden > 200
    assert recovered == 0
    assert narrowest == pytest.approx(THRESHOLD, abs=1e-6)


def test_a_total_over_neighbours_is_right_to_within_the_threshold() -> None:
    random = np.random.default_rng(3)
    true = random.gamma(0.7, 3.0, 200)
    shown = coarse(true, threshold=THRESHOLD, start=4.2)
    for _ in range(200):
        begin, end = sorted(random.integers(0, 201, 2).tolist())
        assert abs(true[begin:end].sum() - shown[begin:end].sum()) < THRESHOLD


def test_coarse_counts_are_multiples_and_what_is_not_small_stays_in_sight() -> None:
    true = np.array([0.0, 3.0, np.nan, 250.0, 9.9, 10.0])
    shown = coarse(true, threshold=THRESHOLD, start=1.0)
    assert np.isnan(shown[2])
    assert (shown[~np.isnan(shown)] % THRESHOLD == 0).all()
    assert (shown[[3, 5]] >= THRESHOLD).all()
    assert abs(shown[3] - 250.0) < THRESHOLD
