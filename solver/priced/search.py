"""The search: prices and their bound at full size, sites chosen over groups of areas, flows at full size, finer groups until the gap asked for.

1. Climb on coarse groups, then at full size: a bound, and how often each pair is open near it.
2. Choose sites over groups by an integer program on the pairs that the climb keeps open; the flows of that choice are a linear program at full size.
3. With bound L and plan U, a pair whose worth exceeds U - L is decided. Climb on towards U, double the groups, choose again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.formulations.stage import NO_COLUMN
from solver.priced.ascent import Ascent
from solver.priced.bound import Prices, Pricing, Relaxed
from solver.priced.choice import choose, grouped
from solver.priced.flows import Flowing, flows_of
from solver.priced.policy import Policy
from solver.priced.streams import Stream
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FIRST_GROUPS = 200
COARSE_ROUNDS = 400
FINE_ROUNDS = 50
WORTH_CLIMBING = 0.05
KERNELS = (0.02, 0.005, 0.0)
"""Pairs that are open less often than this near the bound are left out of a choice, those that are open oftener than 1 less this are kept."""


@dataclass(frozen=True)
class Found:
    """The best plan (offers [Q,S] and flows) with its value, the bound and the prices that prove it."""

    offered: Bools | None
    flowing: Flowing | None
    bound: float
    prices: Prices
    undecided: Bools
    """[Q,S] pairs that a better plan may still offer otherwise."""

    @property
    def value(self) -> float | None:
        """The value of the best plan, None without one."""
        return None if self.flowing is None else self.flowing.value


class Search:
    """One policy on its way to a plan and a bound; ``heard`` hears both whenever one improves."""

    def __init__(
        self,
        policy: Policy,
        watch: Watch,
        *,
        seconds: float,
        relative_gap: float,
        seed: int,
        heard: Callable[[float | None, float | None], None],
    ) -> None:
        self._policy, self._watch, self._seed, self._gap = policy, watch, seed, relative_gap
        self._heard = heard
        self._until = watch.seconds + seconds
        self._pricing = Pricing(policy)
        self._offered: Bools | None = None
        self._flowing: Flowing | None = None
        self._bound = -np.inf
        self._ascent: Ascent | None = None
        self._groups: tuple[Stream, ...] | None = None
        self._may_open, self._must_open = policy.may_open.copy(), policy.may_open & ~policy.may_close

    def run(self, start: Bools | None = None) -> Found:
        """Search until the gap, the time or the groups run out. ``start`` [Q,S] offers of a plan to begin with."""
        self._ascent = Ascent(self._pricing, self._coarse())
        if start is not None:
            self._try(start)
        most = max(len(stream.cases) for stream in self._policy.streams)
        count, kernel = FIRST_GROUPS, 0
        while True:
            self._climb()
            if self._done():
                break
            before = self._value
            chosen = self._choose(min(count, most), KERNELS[kernel])
            if chosen is not None:
                self._try(chosen)
            if self._value is None or self._value == before:
                kernel += 1
            if kernel == len(KERNELS):
                if count >= most:
                    break
                kernel, count = 0, 2 * count
        return Found(self._offered, self._flowing, self._bound, self._prices, self._may_open & ~self._must_open)

    @property
    def _prices(self) -> Prices:
        assert self._ascent is not None
        return self._ascent.prices

    @property
    def _value(self) -> float | None:
        return None if self._flowing is None else self._flowing.value

    def _left(self) -> float:
        return max(0.0, self._until - self._watch.seconds)

    def _over(self) -> bool:
        return self._watch.stopped or self._left() <= 0

    def _done(self) -> bool:
        if self._over():
            return True
        if self._value is None:
            return False
        return self._value - self._bound <= self._gap * max(abs(self._value), 1e-9)

    def _coarse(self) -> Prices:
        """Prices to begin with, from groups: each area's treatment is worth what its group's is, and what its own way to the group's site adds."""
        pricing = self._pricing
        streams, labels = grouped(pricing, None, FIRST_GROUPS, self._seed)
        self._groups = streams
        coarse = Pricing(replace(self._policy, streams=streams))
        cost = [coarse.cost(q, self._policy.model.cost) for q in range(len(streams))]
        begin = Prices(
            tuple(1.2 * np.where(np.isfinite(c), c, np.inf).min(axis=0) for c in cost),
            np.zeros(len(self._policy.priced)),
        )
        found = Ascent(coarse, begin)
        found.climb(COARSE_ROUNDS, over=self._over)
        reduced = coarse.reduced(found.prices)
        areas = []
        for q, (stream, label) in enumerate(zip(self._policy.streams, labels, strict=True)):
            group = _with_toll(coarse, q, reduced, found.often[q] > 0.3)
            own = _with_toll(pricing, q, reduced, np.ones(len(group), bool))
            site = group.argmin(axis=0)[label]
            share = stream.cases / streams[q].cases[label]
            there = own[site, np.arange(len(label))]
            extra = np.where(np.isfinite(there), there, 0.0) - share * np.where(
                np.isfinite(group[site, label]), group[site, label], 0.0
            )
            areas.append(share * found.prices.areas[q][label] + np.where(np.isfinite(there), extra, 0.0))
        return Prices(tuple(areas), found.prices.rows)

    def _climb(self) -> None:
        """As long as it helps: until some rounds together add less than a part of the gap asked for."""
        assert self._ascent is not None
        while not self._done():
            before = self._ascent.best.value
            self._ascent.climb(FINE_ROUNDS, over=self._done, value=lambda: self._value, heard=self._higher)
            self._higher(self._ascent.best)
            if self._ascent.best.value - before <= max(WORTH_CLIMBING * self._gap, 1e-5) * abs(before):
                return

    def _higher(self, relaxed: Relaxed) -> None:
        if relaxed.safe > self._bound:
            self._bound = relaxed.safe
            self._heard(self._value, self._bound)
        self._decide(relaxed)

    def _decide(self, relaxed: Relaxed) -> None:
        """Pairs that no plan better than the best offers otherwise."""
        if self._value is None:
            return
        room = self._value - relaxed.safe
        self._may_open &= ~((relaxed.worth > room) & self._policy.may_close)
        self._must_open |= (relaxed.worth < -room) & self._policy.may_open

    def _choose(self, count: int, seldom: float) -> Bools | None:
        assert self._ascent is not None
        policy, pricing = self._policy, self._pricing
        streams, _ = grouped(pricing, self._prices, count, self._seed)
        self._groups = streams
        coarse = Pricing(replace(policy, streams=streams))
        reduced = coarse.reduced(self._prices)
        often = self._ascent.often
        kernel = (often > seldom) | self._must_open
        kept = (often > 1.0 - seldom) & self._policy.may_open | self._must_open
        if self._offered is not None:
            kernel |= self._offered
            kept &= self._offered
        kernel &= self._may_open
        costs = [_with_toll(coarse, q, reduced, kernel[q]) for q in range(len(streams))]
        return choose(
            policy,
            streams,
            costs,
            kernel,
            kept & kernel,
            self._watch,
            seconds=0.5 * self._left(),
            relative_gap=max(0.25 * self._gap, 1e-4),
            seed=self._seed,
            start=self._offered,
        )

    def _try(self, offered: Bools) -> None:
        """The flows of a layout, of groups first to learn the tolls, then at full size; keeps it when it is better."""
        policy, tolls = self._policy, None
        if self._groups is not None:
            rough = flows_of(policy, self._groups, offered, None, self._watch, seconds=self._left(), seed=self._seed)
            tolls = None if rough is None else rough.tolls
        flowing = flows_of(
            policy, policy.streams, offered, tolls, self._watch, seconds=self._left(), seed=self._seed
        )
        if flowing is None or not flowing.keeps or (self._value is not None and flowing.value >= self._value):
            return
        self._offered, self._flowing = offered, flowing
        self._heard(self._value, self._bound if np.isfinite(self._bound) else None)
        if self._ascent is not None:
            self._decide(self._ascent.best)


def _with_toll(pricing: Pricing, q: int, reduced: Floats, sites: Bools) -> Floats:
    """[S,n] what an area costs at a site, tolls on volume included; inf where out of reach or not among ``sites``."""
    stream = pricing.policy.streams[q]
    toll = np.where(stream.volume != NO_COLUMN, reduced[stream.volume], 0.0)
    cost = pricing.cost(q, reduced) + toll[:, None] * stream.cases[None, :]
    return np.where(sites[:, None] | (stream.constant[:, None] > 0), cost, np.inf)
