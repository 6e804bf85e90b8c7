"""The bound: what everything costs at least when treating an area's patients earns a price.

    L(v) = offset + sum over areas of v[a]
           + the least sum of  fixed[s] + knapsack(s)  over sites that may be chosen, in a number that is allowed and with room for all (sites.py)

    knapsack(s) = least of  sum over a of (cost[s,a] - v[a]) * share[s,a]   with   least[s] <= sum of cases[a] * share[s,a] <= most[s]

(Lagrangian relaxation of "everybody goes somewhere": Cornuejols, Sridharan & Thizy 1991; with shares of 0 or 1 where areas are undivided, which the linear
relaxation does not know: Pirkul 1987). L is a bound whatever v is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.capacitated.ground import Ground
from solver.capacitated.knapsack import Filled, fill, pack
from solver.capacitated.sites import Sites
from solver.kernel.unit import greatest_unit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
ROUNDING = 1e-11
"""More than the rounding of sums of some thousand terms, relative to the sum of their sizes."""
BEYOND = 1.5
"""How far above their price pairs are kept at hand, for prices to come."""
MOST_UNITS = 60_000
"""Units in the largest knapsack that is filled with whole areas; larger ones are filled by shares."""


@dataclass(frozen=True)
class Relaxed:
    """L at some prices and where it is reached.

    ``worth`` [S] cost of choosing a site, ``by_shares`` [S] the same with divided areas; ``of_sites`` what the ``chosen`` [S] cost; ``covered`` [n] how often
    an area is treated; ``packed`` areas of the sites whose knapsack was filled with whole areas; ``size`` sum of all sizes.
    """

    value: float
    size: float
    prices: Floats
    worth: Floats
    by_shares: Floats
    of_sites: float
    chosen: Bools
    covered: Floats
    filled: Filled
    packed: dict[int, Ints]

    @property
    def safe(self) -> float:
        """The bound with rounding taken off."""
        return self.value - ROUNDING * self.size if np.isfinite(self.value) else self.value


class Bounding:
    """Evaluates L for a ground that becomes smaller: ``cost``, ``may_open`` and ``must_open`` are what is left of it."""

    def __init__(self, ground: Ground, before: Bounding | None = None) -> None:
        self.ground = ground
        left = ground if before is None else before.smaller()
        self.cost = np.where(left.reach, left.cost, np.inf)
        self.may_open, self.must_open = left.may_open.copy(), left.must_open.copy()
        none = np.zeros(0, np.int64)
        self._near, self._ceiling = (none, none, np.zeros(0)), np.full(len(ground.cases), -np.inf)
        self._total = float(ground.cases.sum())
        self._room_unit = greatest_unit(np.r_[np.minimum(ground.most, self._total), self._total])
        unit = greatest_unit(ground.cases) if ground.undivided else 0.0
        self.units = np.rint(ground.cases / unit).astype(np.int64) if unit else np.zeros(0, np.int64)
        self._least_units = self._most_units = np.zeros(len(ground.fixed), np.int64)
        if unit:
            self._most_units = np.floor(np.minimum(ground.most, self._total) / unit + 1e-6).astype(np.int64)
            self._least_units = np.ceil(ground.least / unit - 1e-6).astype(np.int64)
        self.whole = bool(unit) and int(self._most_units.max(initial=0)) <= MOST_UNITS
        """Knapsacks can be filled with whole areas."""

    @property
    def sites(self) -> Sites:
        """The choice of sites as far as it is open."""
        ground = self.ground
        room = np.minimum(ground.most, self._total)
        return Sites(self.may_open, self.must_open, ground.fewest, ground.highest, room, self._total, self._room_unit)

    def at(self, prices: Floats, *, whole: bool) -> Relaxed:
        """L at some prices [n], with ``whole`` areas in the knapsacks that matter."""
        ground = self.ground
        filled = fill(*self._earning(prices), lambda s: self.cost[s] - prices, ground.cases, ground.least, ground.most)
        by_shares = ground.fixed + filled.value
        worth = by_shares.copy()
        exact = filled.whole.copy()
        packed: dict[int, Ints] = {}
        while True:
            of_sites, chosen = self.sites.cheapest(worth)
            todo = np.flatnonzero(chosen & ~exact) if whole and self.whole else ()
            if not len(todo):
                break
            for s in todo:
                value, packed[int(s)] = self.packed(int(s), self.cost[s] - prices)
                worth[s], exact[s] = max(worth[s], ground.fixed[s] + value), True
        covered = self._covered(chosen, filled, packed)
        terms = np.r_[ground.offset, prices, worth[chosen]]
        size = float(np.abs(terms).sum() + np.abs(ground.fixed[chosen]).sum() + np.abs(prices) @ covered)
        return Relaxed(float(terms.sum()), size, prices, worth, by_shares, of_sites, chosen, covered, filled, packed)

    def _earning(self, prices: Floats) -> tuple[Ints, Ints, Floats]:
        """The pairs that cost less than their price: sites, areas and what is above it. Looked for among those that cost little more at earlier prices."""
        if (prices > self._ceiling).any():
            self._ceiling = np.maximum(prices, BEYOND * prices + 1e-9)
            site, area = np.nonzero(self.cost < self._ceiling[None, :])
            self._near = site, area, self.cost[site, area]
        site, area, cost = self._near
        net = cost - prices[area]
        earns = net < 0
        return site[earns], area[earns], net[earns]

    def packed(self, s: int, net: Floats) -> tuple[float, Ints]:
        """The knapsack of one site filled with whole areas."""
        least, most = int(self._least_units[s]), int(self._most_units[s])
        items = np.flatnonzero(np.isfinite(net) if least > 0 else net < 0)
        value, which = pack(net[items], self.units[items], least, most)
        return value, items[which]

    def _covered(self, chosen: Bools, filled: Filled, packed: dict[int, Ints]) -> Floats:
        n = len(self.ground.cases)
        by_share = chosen.copy()
        by_share[list(packed)] = False
        used = by_share[filled.site]
        covered = np.bincount(filled.area[used], filled.share[used], minlength=n).astype(float)
        for s, areas in packed.items():
            if chosen[s]:
                covered[areas] += 1.0
        return covered

    def decide(self, relaxed: Relaxed, cutoff: float) -> int:
        """Leave out sites that are in no plan of at most ``cutoff``, keep those that are in all; how many pairs are left.

        Pairs are left out too where areas are undivided; of a divided area a little may go anywhere.
        """
        rest = relaxed.safe - relaxed.of_sites
        opened, left_out = self.sites.turned(relaxed.worth, relaxed.of_sites, relaxed.chosen)
        self.may_open &= rest + opened <= cutoff
        self.must_open |= self.may_open & (rest + left_out > cutoff)
        if self.ground.undivided:
            self.cost[(rest + opened)[:, None] + self._more(relaxed) > cutoff] = np.inf
        self.cost[~self.may_open] = np.inf
        self._ceiling[:] = -np.inf
        self.may_open &= np.isfinite(self.cost).any(axis=1) | self.must_open | self.ground.idle
        return int(np.isfinite(self.cost).sum())

    def told(self, relaxed: Relaxed) -> Floats:
        """[S,n] what a plan costs at least that sends an area to a site; inf where there is none."""
        if not np.isfinite(relaxed.of_sites):
            return np.full(self.cost.shape, np.inf)
        opened, _ = self.sites.turned(relaxed.worth, relaxed.of_sites, relaxed.chosen)
        return np.asarray((relaxed.safe - relaxed.of_sites + opened)[:, None] + self._more(relaxed))

    def _more(self, relaxed: Relaxed) -> Floats:
        """[S,n] what a site costs more at least when it must have an area."""
        known = np.isfinite(relaxed.worth)
        lost = np.zeros(len(known))
        lost[known] = relaxed.by_shares[known] - relaxed.worth[known]
        net = self.cost - relaxed.prices[None, :] - relaxed.filled.toll[:, None] * self.ground.cases[None, :]
        return np.asarray(np.maximum(0.0, lost[:, None] + np.maximum(0.0, net)))

    def smaller(self) -> Ground:
        """The ground without what was decided."""
        return replace(self.ground, cost=self.cost, may_open=self.may_open, must_open=self.must_open)
