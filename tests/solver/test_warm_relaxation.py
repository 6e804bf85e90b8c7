"""A linear program that is kept warm: it goes back to where it stood once, and says as soon as its value is beyond a limit."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.model import Cuts, Model
from solver.warm_relaxation import Relaxation
from solver.watch import Watch

COLUMNS = 6
costs = st.lists(st.integers(1, 9), min_size=COLUMNS, max_size=COLUMNS)
sets = st.sets(st.integers(0, COLUMNS - 1), min_size=1, max_size=4)


def one_of_each(cost: list[int], asked: list[set[int]]) -> Model:
    """Columns from 0 to 1 at least cost, those of each set adding up to 1 or more; and 10 that are spent anyway."""
    rows = sp.csr_array([[float(j in each) for j in range(COLUMNS)] for each in asked])
    ones = np.ones(len(asked))
    return Model(
        np.array(cost, float), 10.0, np.zeros(COLUMNS), np.ones(COLUMNS), np.ones(COLUMNS, bool), rows, ones, np.inf * ones
    )  # fmt: skip


def relaxation(cost: list[int], asked: list[set[int]]) -> Relaxation:
    watch = Watch()
    watch.start(60)
    return Relaxation(one_of_each(cost, asked), watch)


def value(cost: list[int], asked: list[set[int]], closed: int | None = None) -> float | None:
    afresh = relaxation(cost, asked)
    if closed is not None:
        afresh.bound(np.array([closed]), np.zeros(1), np.zeros(1))
    return afresh.solve(60).value


@settings(max_examples=60)
@given(costs, st.lists(sets, min_size=1, max_size=4), sets, st.integers(0, COLUMNS - 1))
def test_it_goes_on_from_where_it_stood_before_a_side_was_tried_and_rows_were_added(
    cost: list[int], asked: list[set[int]], added: set[int], closed: int
) -> None:
    warm = relaxation(cost, asked)
    assert warm.solve(60).value == pytest.approx(value(cost, asked))
    there = warm.basis
    warm.bound(np.array([closed]), np.zeros(1), np.zeros(1))
    known = value(cost, asked, closed)
    found = warm.solve(60)
    assert found.ended == ("infeasible" if known is None else "proved")
    assert found.value == pytest.approx(known)
    warm.add(Cuts.one_of(np.array(sorted(added)), COLUMNS))
    warm.bound(np.array([closed]), np.zeros(1), np.ones(1))
    for _ in range(2):
        warm.back_to(there)
        assert warm.solve(60).value == pytest.approx(value(cost, [*asked, added]))


@settings(max_examples=60)
@given(costs, st.lists(sets, min_size=1, max_size=4), st.integers(10, 40))
def test_what_costs_more_than_it_may_is_beyond_and_nothing_else(
    cost: list[int], asked: list[set[int]], at_most: int
) -> None:
    least = value(cost, asked)
    assert least is not None
    found = relaxation(cost, asked).solve(60, at_most=at_most + 0.25)
    if found.ended == "beyond":
        assert least > at_most + 0.25
    else:
        assert found.value == pytest.approx(least)


def test_a_limit_holds_for_one_solve() -> None:
    warm = relaxation([5] * COLUMNS, [{0, 1}, {2, 3}, {4, 5}])
    warm.bound(np.array([0]), np.zeros(1), np.zeros(1))
    warm.solve(60)
    warm.bound(np.array([1, 2]), np.zeros(2), np.array([1.0, 0.0]))
    assert warm.solve(60, at_most=12.0).ended in ("beyond", "proved")
    assert warm.solve(60).value == pytest.approx(25.0)
