"""One steered care type whose sites hold only so many, or must treat so many: decided by the search in capacitated/, areas undivided or not.

It covers capacities and norms of single sites, numbers and locks of sites, and objectives that add up over trips, volumes and sites. What it does not cover is
for the formulations that were there before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.behaviours import Steered
from solver.by_price import LARGE, ByPrice, Told
from solver.capacitated.bound import Bounding
from solver.capacitated.ground import Ground
from solver.capacitated.search import Search
from solver.capacitated.written import Plan
from solver.case import Flows, Limits
from solver.formulations.face import CompiledFace
from solver.formulations.stage import NO_COLUMN, NotWritten
from solver.landscape import Landscape
from solver.priced.policy import read_policy
from solver.priced.streams import Stream
from solver.solved import Layout
from solver.watch import Watch

Bools = NDArray[np.bool_]
MANY_UNDIVIDED = 400
"""Pairs of area and site from which knapsacks come further than one model of all flows, where areas are undivided."""
MANY_DIVIDED = 10_000
"""The same, where areas may be divided; above by_price.LARGE groups of areas come further still."""
EQUAL = 1e-7
"""Plans whose values differ by less, relative, are equally good."""


class ByCapacity:
    """The question of a landscape as a ground, with the way back to its plans."""

    def __init__(self, land: Landscape, ground: Ground, stream: Stream) -> None:
        self._land, self._ground, self._stream = land, ground, stream

    @classmethod
    def of(cls, land: Landscape, face: CompiledFace) -> ByCapacity | None:
        """None where it is too small, too large or not what a ground covers."""
        behaviour = land.behaviours[0]
        if land.shape[2:] != (1, 1) or not isinstance(behaviour, Steered):
            return None
        pairs = int((land.demand[:, 0, 0] > 0).sum()) * int(land.may_offer[:, 0].sum())
        if not (pairs > MANY_UNDIVIDED if behaviour.undivided else MANY_DIVIDED < pairs <= LARGE):
            return None
        try:
            policy = read_policy(land, face, undivided=True)
            ground = Ground.of(policy, undivided=behaviour.undivided)
        except NotWritten:
            return None
        return cls(land, ground, policy.streams[0]) if ground.tight else None

    def solve(
        self,
        limits: Limits,
        start: Layout | None,
        watch: Watch,
        *,
        seconds: float,
        trace: list[tuple[float, float | None, float | None]],
    ) -> ByPrice:
        """Search for the least of the first objective within ``seconds``."""
        told = Told(self._land, self._offered, watch, trace)
        ground = self._ground
        search = Search(
            ground, watch, seconds=seconds, relative_gap=limits.relative_gap, seed=limits.seed, heard=told.hear
        )
        search.run(None if start is None else self._plan(start))
        plan = search.plan
        pairs, S = int(ground.reach.sum()), len(ground.fixed)
        how = "whole areas" if ground.undivided else "shares of areas"
        return ByPrice(
            None if plan is None else self._layout(plan),
            None if plan is None else plan.value,
            search.bound if np.isfinite(search.bound) else None,
            {} if plan is None or search.relaxed is None else self._decided(search, plan),
            f"by capacity: a knapsack of {how} for each of {S} sites, {pairs} pairs of area and site",
            (pairs + len(ground.cases) + S, pairs + S, 4 * pairs),
        )

    def _layout(self, plan: Plan) -> Layout:
        stream = self._stream
        none = np.zeros(len(plan.area), np.int64)
        cases = plan.share * stream.cases[plan.area]
        return Layout(self._offered(plan.chosen), Flows(stream.areas[plan.area], plan.site, none, none, cases))

    def _offered(self, chosen: Bools) -> Bools:
        """[S,1,1] of [S]."""
        return (self._land.always_open()[:, 0] | chosen)[:, None, None]

    def _plan(self, layout: Layout) -> Plan | None:
        """A layout as a plan, None where it is not one."""
        ground, flows = self._ground, layout.flows
        place = np.full(self._land.shape[0], -1)
        place[self._stream.areas] = np.arange(len(ground.cases))
        area, chosen = place[flows.area], layout.offered[:, 0, 0]
        if not len(area) or (area < 0).any() or not np.isfinite(ground.cost[flows.site, area]).all():
            return None
        plan = Plan.of(ground, chosen, flows.site, area, flows.cases / ground.cases[area])
        return plan if ground.keeps(plan.chosen, plan.site, plan.area, plan.share) else None

    def _decided(self, search: Search, plan: Plan) -> dict[tuple[int, int, int], bool]:
        """Offers that every plan as good shares."""
        assert search.relaxed is not None
        left = Bounding(self._ground)
        left.decide(search.relaxed, plan.value + EQUAL * max(1.0, abs(plan.value)))
        made = np.flatnonzero((self._stream.offer != NO_COLUMN) & (left.must_open | ~left.may_open))
        return {(int(s), 0, 0): bool(left.must_open[s]) for s in made}
