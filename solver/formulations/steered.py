"""The body of steered patients: the share of each area's cases that goes to each site.

    sum over s of share[a,s] = 1      share[a,s] <= offers[s]      volume[s] = external[s] * offers[s] + sum over a of cases[a] * share[a,s]

Only pairs with a travel time are made. Undivided patients of an area all go to one site: share is binary then.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from solver.formulations.entries import Rows
from solver.formulations.stage import Stage, Trips
from solver.model import Builder

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NEGLIGIBLE = 1e-9
"""Shares below this are the solver's noise."""


class SteeredPart:
    """Rows of one stage whose flows the planner decides."""

    def __init__(self, builder: Builder, stage: Stage, *, undivided: bool) -> None:
        self._builder, self._stage = builder, stage
        self._area, self._site = np.nonzero(np.isfinite(stage.minutes))
        pairs = len(self._area)
        self._first = builder.add_columns(0.0, 1.0, integer=undivided, count=pairs)
        self._column = np.arange(self._first, self._first + pairs)
        self._everyone_treated()
        self._define_volumes()
        self._define_along_the_way()
        self._define_worst()

    def flows(self, x: Floats) -> tuple[Ints, Ints, Floats]:
        """Areas, sites and cases/year; an area's cases add up to its demand exactly."""
        share = np.clip(x[self._column], 0.0, 1.0)
        share[share < NEGLIGIBLE] = 0.0
        total = np.bincount(self._area, share, minlength=len(self._stage.areas))
        share = share / total[self._area]
        used = np.flatnonzero(share)
        return self._stage.areas[self._area[used]], self._site[used], share[used] * self._stage.cases[self._area[used]]

    def _everyone_treated(self) -> None:
        stage = self._stage
        n = len(stage.areas)
        pairs = np.arange(len(self._area))
        Rows(n).add(self._area, self._column, 1.0).write(self._builder, 1.0, 1.0)
        only_open = Rows(len(pairs)).add(pairs, self._column, 1.0)
        only_open.add(pairs, stage.column[self._site], -1.0, stage.constant[self._site])
        only_open.write(self._builder, -np.inf, 0.0)

    def _define_volumes(self) -> None:
        stage = self._stage
        for s in range(len(stage.column)):
            volume = stage.asked("volume", s)
            if volume is None or not stage.used(volume):
                continue
            here = np.flatnonzero(self._site == s)
            row = Rows(1).add(0, volume, 1.0).add(0, stage.column[s], -stage.external(s), stage.constant[s])
            row.add(np.zeros(len(here), int), self._column[here], -stage.cases[self._area[here]])
            row.write(self._builder, 0.0, 0.0)

    def _define_along_the_way(self) -> None:
        stage = self._stage
        for column, amount in stage.along_the_way():
            each = amount[self._area, self._site]
            row = Rows(1).add(0, column, 1.0).add(np.zeros(len(each), int), self._column, -each)
            row.write(self._builder, 0.0, 0.0 if stage.face.wants_large[column] else np.inf)

    def trips(self) -> Iterator[Trips]:
        """The trips that the region's patients can be sent on."""
        stage = self._stage
        counted = np.flatnonzero(stage.weight[self._area] > 0)
        area, site = self._area[counted], self._site[counted]
        yield Trips(stage.minutes[area, site], self._column[counted], stage.weight[area], np.zeros(len(counted)))

    def _define_worst(self) -> None:
        """``reached[j]`` is 1 when somebody travels at least the j-th smallest number of minutes."""
        stage = self._stage
        worst = stage.asked("worst")
        if worst is None:
            return
        counted = np.flatnonzero(stage.weight[self._area] > 0)
        minutes = stage.minutes[self._area[counted], self._site[counted]]
        steps, step = np.unique(minutes, return_inverse=True)
        n = len(steps)
        reached = np.arange(n) + self._builder.add_columns(0.0, 1.0, integer=True, count=n)
        pairs = np.arange(len(counted))
        Rows(len(pairs)).add(pairs, self._column[counted], 1.0).add(pairs, reached[step.ravel()], -1.0).write(
            self._builder, -np.inf, 0.0
        )
        if n > 1:
            steady = np.arange(n - 1)
            Rows(n - 1).add(steady, reached[:-1], 1.0).add(steady, reached[1:], -1.0).write(self._builder, 0.0, np.inf)
        rise = np.diff(steps, prepend=0.0)
        Rows(1).add(0, worst, 1.0).add(np.zeros(n, int), reached, -rise).write(self._builder, 0.0, np.inf)
