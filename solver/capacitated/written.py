"""What is left of a ground, written for HiGHS: a column for every site and every pair that may still be in a better plan.

sum over s of share[s,a] = 1      share[s,a] <= chosen[s]      least[s] * chosen[s] <= sum over a of cases[a] * share[s,a] <= most[s] * chosen[s]
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.capacitated.ground import Ground
from solver.model import Builder, Model
from solver.watch import Heard, Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NEGLIGIBLE = 1e-9
"""Shares below this are the solver's noise."""


@dataclass(frozen=True)
class Plan:
    """``chosen`` [S] sites and who goes where (``site``, ``area``, ``share`` of the area's cases), with what it costs."""

    chosen: Bools
    site: Ints
    area: Ints
    share: Floats
    value: float

    @classmethod
    def of(cls, ground: Ground, chosen: Bools, site: Ints, area: Ints, share: Floats) -> Plan:
        """A plan with its value."""
        value = ground.offset + float(ground.fixed[chosen].sum()) + float(share @ ground.cost[site, area])
        return cls(chosen, site, area, share, value)

    def shares(self, site: Ints, area: Ints) -> Floats:
        """What it sends over some pairs."""
        n = int(max(self.area.max(initial=0), area.max(initial=0))) + 1
        own, asked = self.site * n + self.area, site * n + area
        order = np.argsort(own)
        at = np.minimum(np.searchsorted(own[order], asked), len(own) - 1)
        return np.where(own[order][at] == asked, self.share[order][at], 0.0)


@dataclass(frozen=True)
class WrittenGround:
    """The model, and which site and pair each column is: sites first, in order, then pairs."""

    ground: Ground
    model: Model
    site: Ints
    area: Ints

    @classmethod
    def of(cls, ground: Ground, pairs: Bools) -> WrittenGround:
        """Write a ground with some pairs [S,n]."""
        S, n = ground.cost.shape
        site, area = np.nonzero(pairs & ground.reach)
        builder = Builder()
        may = ground.may_open & (pairs.any(axis=1) | ground.must_open | ground.idle)
        builder.add_columns(ground.must_open.astype(float), may.astype(float), integer=True, count=S)
        first = builder.add_columns(0.0, 1.0, integer=ground.undivided, count=len(site))
        columns, at, sites = first + np.arange(len(site)), np.arange(len(site)), np.arange(S)
        builder.add_rows(area, columns, 1.0, 1.0, 1.0, count=n)
        builder.add_rows(
            np.r_[at, at], np.r_[columns, site], np.repeat([1.0, -1.0], len(at)), -np.inf, 0.0, count=len(at)
        )
        total = float(ground.cases.sum())
        for limit, low, high in ((np.minimum(ground.most, total), -np.inf, 0.0), (ground.least, 0.0, np.inf)):
            if low == 0.0 and not ground.least.any():
                continue
            values = np.r_[ground.cases[area], -limit]
            builder.add_rows(np.r_[site, sites], np.r_[columns, sites], values, low, high, count=S)
        own = ground.rows.tocoo()
        builder.add_rows(own.row, own.col, own.data, ground.row_lower, ground.row_upper, count=ground.rows.shape[0])
        builder.add_rows(np.zeros(S, int), sites, 1.0, float(ground.fewest), float(ground.highest), count=1)
        room = np.minimum(ground.most, total)
        builder.add_rows(np.zeros(S, int), sites, room, total * (1 - 1e-9), np.inf, count=1)
        cost = np.r_[ground.fixed, ground.cost[site, area]]
        return cls(ground, builder.finish(cost, ground.offset), site, area)

    def solve(
        self,
        watch: Watch,
        *,
        seconds: float,
        relative_gap: float,
        seed: int,
        start: Plan | None,
        heard: Heard | None = None,
    ) -> highs.Answer:
        """Minimise, from a plan to begin with as far as its pairs are written."""
        begin = None
        if start is not None:
            values = np.r_[start.chosen.astype(float), start.shares(self.site, self.area)]
            begin = np.arange(len(values), dtype=np.int32), values
        return highs.solve(
            self.model, watch, seconds=seconds, relative_gap=relative_gap, seed=seed, start=begin, on_progress=heard,
            doubt_seconds=0.0,
        )  # fmt: skip

    def plan(self, x: Floats) -> Plan:
        """The plan of a solution, decisions rounded; its value is worked out afresh."""
        S, n = self.ground.cost.shape
        chosen = x[:S] > 0.5
        share = np.clip(x[S:], 0.0, 1.0)
        share[(share < NEGLIGIBLE) | ~chosen[self.site]] = 0.0
        if self.ground.undivided:
            share = np.round(share)
        total = np.bincount(self.area, share, minlength=n)
        used = np.flatnonzero(share)
        site, area = self.site[used], self.area[used]
        return Plan.of(self.ground, chosen, site, area, share[used] / total[area])
