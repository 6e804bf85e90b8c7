"""Which plan stands first: the objectives in order, then the fewest changes to today, then the documented order of offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.audits.objectives import MAXIMISED
from solver.landscape import Landscape
from solver.objective import Objective
from solver.solved import Layout

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
EQUAL = 1e-9
"""Values closer than this, relative, are one."""


@dataclass(frozen=True)
class Measured:
    """A plan and the row of an outcome that lists it, its numbers from the audit: {objectives, plan}."""

    layout: Layout
    row: dict[str, Any]

    @cached_property
    def worth(self) -> tuple[float, ...]:
        """A value per objective of the row, smaller is better."""
        return worth_of(self.row["objectives"])


def worth_of(lines: Sequence[dict[str, object]]) -> tuple[float, ...]:
    """The audit's values of objectives as they are minimised; no value is worse than any."""
    return tuple(
        np.inf
        if line["value"] is None
        else (-1.0 if line["objective"] in MAXIMISED else 1.0) * float(str(line["value"]))
        for line in lines
    )


def ranks(values: Floats) -> Ints:
    """[n] place of each value among the distinct ones, those within 1e-9 of each other being one."""
    order = np.argsort(values, kind="stable")
    placed = values[order]
    if not len(placed):
        return np.zeros(0, np.int64)
    with np.errstate(invalid="ignore"):
        apart = np.diff(placed) > EQUAL * np.maximum(1.0, np.abs(placed[:-1]))
    rank = np.zeros(len(values), np.int64)
    rank[order] = np.r_[0, np.cumsum(apart)]
    return rank


def in_order(values: Floats, changes: Ints, latest: Sequence[Ints] | Ints) -> Ints:
    """[n] positions of plans, the best first: ``values`` [n, objectives], ``changes`` [n], ``latest`` [n] or several, larger stands later."""
    last = [latest] if isinstance(latest, np.ndarray) else list(latest)
    keys = [ranks(values[:, i]) for i in range(values.shape[1])]
    return np.lexsort([*reversed(last), changes, *reversed(keys)])


def best_first(plans: Sequence[Measured], land: Landscape) -> list[Measured]:
    """Plans in order, the best first."""
    if not plans:
        return []
    values = np.array([plan.worth for plan in plans])
    changes = np.array([changes_of(plan.layout.offered, land) for plan in plans])
    closed = np.array([np.transpose(~plan.layout.offered, (2, 1, 0)).ravel() for plan in plans])
    keys = [np.asarray(column, np.int64) for column in closed[:, (closed != closed[0]).any(axis=0)].T]
    return [plans[i] for i in in_order(values, changes, keys)]


def changes_of(offered: Bools, land: Landscape) -> int:
    """Openings and closings of the region's sites, each period against the one before, the first against today."""
    before = np.concatenate([land.offered_today[:, :, None], offered[:, :, :-1]], axis=2)
    return int((before != offered)[land.site_in_region].sum())


def without_tolerance(objectives: Sequence[Objective]) -> list[Objective]:
    """The same objectives, none of which may worsen for a later one."""
    return [objective.model_copy(update={"tolerance": 0.0}) for objective in objectives]
