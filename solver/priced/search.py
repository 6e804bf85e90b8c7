"""The search: prices and their bound at full size, sites chosen over groups of areas, flows at full size, finer groups until the gap asked for.

1. Price coarse groups, where there are many pairs to the end of their relaxation: how often each pair is open there is enough for a first plan. With fewer
   pairs climb at full size first.
2. Choose sites over groups by an integer program on the pairs that the climb keeps open; the flows of that choice are a linear program at full size.
3. With bound L and plan U, a pair whose worth exceeds U - L is decided. Climb on towards U, double the groups, choose again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.priced.ascent import Ascent
from solver.priced.beginning import begun_over_groups
from solver.priced.blocks import blocks, missing_together
from solver.priced.bound import Prices, Pricing, Relaxed
from solver.priced.choice import Beside, choose, grouped
from solver.priced.flows import ENOUGH, Flowing, flows_of
from solver.priced.kernel import with_room, within_norms
from solver.priced.policy import Policy
from solver.priced.streams import Stream
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FIRST_GROUPS = 200
"""Groups of areas for prices to begin with, and for the first plan."""
TO_THE_END, FEWER_GROUPS = 1_000_000, 100
"""Pairs of area and site from which prices begin with those that end the relaxation over so many groups. With fewer pairs the climb is as good, and keeps more
of them in mind for the choice."""
FIRST_CHOICE = 400
"""Groups of areas for the first choice of sites."""
COARSE_ROUNDS = 200
FINE_ROUNDS = 50
MENDS = 2
"""Times that streams are chosen about again, together, where their choices miss a row that they share."""
DEARER = 10.0
"""How much more missing a row costs each time."""
FLOWS_WITHIN = 0.02
"""The part of the gap asked for within which the flows of a layout are the cheapest."""
CHOICES_WITHIN = 0.25
"""The part of the gap asked for within which the choices about all blocks together are the best, shared among them by how much each has open; each is judged
by the cost of everything."""
WORTH_CLIMBING = 0.05
"""The part of the gap asked for below which some rounds are not worth going on for."""
PROVED = 1e-9
NOTHING = 1e-9
"""A value as small as this is as good as none: what is relative to it is relative to this instead."""
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
    """One policy on its way to a plan and a bound; ``heard`` hears both and the offers [Q,S] whenever one improves."""

    def __init__(
        self,
        policy: Policy,
        watch: Watch,
        *,
        seconds: float,
        relative_gap: float,
        seed: int,
        heard: Callable[[float | None, float | None, Bools | None], None],
    ) -> None:
        self._policy, self._watch, self._seed, self._gap = policy, watch, seed, relative_gap
        self._heard = heard
        self._until = watch.seconds + seconds
        self._pricing = Pricing(policy)
        self._offered: Bools | None = None
        self._flowing: Flowing | None = None
        self._bound = -np.inf
        self._ascent: Ascent | None = None
        self._groups: tuple[Stream, ...] = ()
        self._labels: tuple[Ints, ...] = ()
        model = policy.model
        self._dearest = float(np.maximum(model.cost * model.lower, model.cost * model.upper).sum()) + model.offset
        self._size = 1e-6 * float(
            np.abs(np.where(model.cost > 0, model.cost * model.upper, model.cost * model.lower)).sum()
        )
        self._begins_exactly = sum(stream.reach.size for stream in policy.streams) > TO_THE_END
        self._may_open, self._must_open = policy.may_open.copy(), policy.may_open & ~policy.may_close

    def run(self, start: Bools | None = None) -> Found:
        """Search until the gap, the time or the groups run out. ``start`` [Q,S] offers of a plan to begin with."""
        self._ascent = self._begun()
        self._higher(self._ascent.best)
        if not self._begins_exactly:
            self._climb()
        self._first_plan(start)
        most = max(len(stream.cases) for stream in self._policy.streams)
        count, kernel = FIRST_CHOICE, 0
        while True:
            self._climb()
            if self._done():
                break
            before = self._value
            chosen = self._choose(min(count, most), KERNELS[min(kernel, len(KERNELS) - 1)])
            if chosen is not None:
                self._try(chosen)
            if not self._helped(before):
                kernel += 1
                if kernel >= len(KERNELS) and count >= most:
                    break
                count *= 2
        return Found(self._offered, self._flowing, self._bound, self._prices, self._may_open & ~self._must_open)

    def _first_plan(self, start: Bools | None) -> None:
        """Sites chosen by what the coarse ascent kept open; else those of the plan to begin with, else all that may be open."""
        offered = None if self._done() else self._choose(FIRST_GROUPS, KERNELS[0])
        for layout in (offered, start, self._may_open.copy()):
            if layout is not None and self._value is None and not self._over():
                self._try(layout)

    @property
    def _prices(self) -> Prices:
        assert self._ascent is not None
        return self._ascent.prices

    @property
    def _value(self) -> float | None:
        return None if self._flowing is None else self._flowing.value

    def _helped(self, before: float | None) -> bool:
        """The last choice found a plan, or one that is better by more than flows are told apart by."""
        if self._value is None or before is None:
            return self._value is not None
        return before - self._value > max(FLOWS_WITHIN * self._gap, ENOUGH) * abs(before)

    def _left(self) -> float:
        return max(0.0, self._until - self._watch.seconds)

    def _over(self) -> bool:
        return self._watch.stopped or self._left() <= 0 or self._impossible()

    def _impossible(self) -> bool:
        """The bound lies above whatever any plan could cost: there is none."""
        return self._bound > self._dearest + max(1.0, self._size)

    def _done(self) -> bool:
        if self._over():
            return True
        if self._value is None:
            return False
        return self._value - self._bound <= max(self._gap, PROVED) * max(abs(self._value), NOTHING)

    def _begun(self) -> Ascent:
        streams, labels = self._grouped(None, FEWER_GROUPS if self._begins_exactly else FIRST_GROUPS)
        coarse = Pricing(replace(self._policy, streams=streams))

        def over(climbed: Ascent) -> bool:
            return self._over() or climbed.best.value > self._dearest

        return begun_over_groups(
            self._pricing,
            coarse,
            labels,
            COARSE_ROUNDS,
            over,
            self._watch,
            seconds=self._left(),
            seed=self._seed,
            to_the_end=self._begins_exactly,
        )

    def _grouped(self, prices: Prices | None, count: int) -> tuple[tuple[Stream, ...], tuple[Ints, ...]]:
        self._groups, self._labels = grouped(self._pricing, prices, count, self._seed)
        return self._groups, self._labels

    def _climb(self) -> None:
        """As long as it helps: until some rounds together add less than a part of the gap asked for."""
        assert self._ascent is not None
        while not self._done() and not self._ascent.at_top:
            before = self._ascent.best.value
            self._ascent.climb(FINE_ROUNDS, over=self._done, value=lambda: self._value, heard=self._higher)
            self._higher(self._ascent.best)
            little = max(WORTH_CLIMBING * self._gap, 1e-5) * max(abs(before), self._size, NOTHING)
            if self._ascent.best.value - before <= little and self._ascent.room <= max(0.2 * self._gap, 1e-4):
                return

    def _higher(self, relaxed: Relaxed) -> None:
        if relaxed.safe > self._bound:
            self._bound = relaxed.safe
            self._heard(self._value, self._bound, self._offered)
        self._decide(relaxed)

    def _decide(self, relaxed: Relaxed) -> None:
        """Pairs that no plan better than the best offers otherwise."""
        if self._value is None:
            return
        room = self._value - relaxed.safe
        self._may_open &= ~((relaxed.worth > room) & self._policy.may_close)
        self._must_open |= (relaxed.worth < -room) & self._policy.may_open

    def _choose(self, count: int, seldom: float) -> Bools | None:
        """Sites over so many groups, some streams at a time where there are many, each beside what the others do on average or have been given."""
        assert self._ascent is not None
        policy, pricing, ascent = self._policy, self._pricing, self._ascent
        streams, _ = self._grouped(self._prices, count)
        coarse = Pricing(replace(policy, streams=streams))
        reduced = coarse.reduced(self._prices)
        kernel = (ascent.often > seldom) | self._must_open
        kept = (ascent.often > 1.0 - seldom) & policy.may_open | self._must_open
        if self._offered is not None:
            kernel |= self._offered
            kept &= self._offered
        kernel = with_room(policy, kernel & self._may_open, self._may_open, ascent.often, ascent.best.worth)
        kept = within_norms(policy, kept & kernel, ascent.best.worth) | self._must_open
        edge = pricing.edges(self._prices)
        costs = [coarse.with_toll(q, reduced, kernel[q], edge[q]) for q in range(len(streams))]
        still_open = (kernel & ~kept).sum(axis=1)
        waiting = blocks(policy, still_open)
        alone, whole = len(waiting) == 1, max(1, int(still_open.sum()))
        offered = self._must_open.copy() if self._offered is None else self._offered.copy()
        columns = ascent.columns if self._flowing is None else self._flowing.columns
        made = frozenset(range(len(streams))) if self._offered is not None else frozenset[int]()
        penalty, mends = 20.0 * self._dear_case(), 0
        while waiting:
            block = waiting.pop(0)
            beside = None if alone else Beside(block, made, columns, ascent.best.worth, penalty)
            chosen = choose(
                policy,
                streams,
                costs,
                kernel,
                kept & kernel,
                self._watch,
                seconds=0.5 * self._left() / (len(waiting) + 1),
                relative_gap=max(self._gap * CHOICES_WITHIN * still_open[list(block)].sum() / whole, 1e-5),
                seed=self._seed,
                start=self._offered,
                beside=beside,
            )
            if chosen is None:
                return None
            offered[list(block)] = chosen.offered[list(block)]
            columns, made = chosen.columns, made | set(block)
            if not waiting and not alone and mends < MENDS:
                waiting = missing_together(policy, columns)
                mends, penalty = mends + 1, DEARER * penalty
        return offered

    def _dear_case(self) -> float:
        """What treating a case is usually worth where it is worth most."""
        worth = zip(self._prices.areas, self._policy.streams, strict=True)
        return max((float(np.median(v / stream.cases)) for v, stream in worth if len(v)), default=1.0)

    def _try(self, offered: Bools) -> None:
        """The flows of a layout, of groups first to learn the tolls, then at full size; keeps it when it is better."""
        policy, seed = self._policy, self._seed
        enough = max(FLOWS_WITHIN * self._gap, ENOUGH)
        rough = flows_of(
            policy, self._groups, offered, None, self._watch, seconds=self._left(), seed=seed, enough=enough
        )
        tolls, also = None, None
        if rough is not None:
            tolls = rough.tolls
            also = [_as_their_groups(*a) for a in zip(self._groups, self._labels, rough.shares, strict=True)]
        flowing = flows_of(
            policy,
            policy.streams,
            offered,
            tolls,
            self._watch,
            seconds=self._left(),
            seed=seed,
            also=also,
            enough=enough,
        )
        if flowing is None or not flowing.keeps or (self._value is not None and flowing.value >= self._value):
            return
        self._offered, self._flowing = offered, flowing
        self._heard(self._value, self._bound if np.isfinite(self._bound) else None, self._offered)
        if self._ascent is not None:
            self._decide(self._ascent.best)


def _as_their_groups(stream: Stream, label: Ints, shares: tuple[Ints, Ints, Floats]) -> Bools:
    """[S,n] where the group of an area goes."""
    site, group, _ = shares
    going = np.zeros(stream.reach.shape, bool)
    going[site, group] = True
    return going[:, label]
