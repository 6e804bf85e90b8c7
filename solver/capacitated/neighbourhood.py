"""Neighbourhoods: a few neighbouring sites and their undivided areas decided anew, the rest of the plan as it is.

Those first whose sites cost most above what the prices say. Each has a bound of its own, from the same prices: where it tells that nothing better is
there, nothing is solved; else an integer program looks through the pairs that may be in a better plan, or the likeliest of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.capacitated.ascent import Ascent
from solver.capacitated.bound import Bounding, Relaxed
from solver.capacitated.ground import Ground
from solver.capacitated.written import Plan, WrittenGround
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SECONDS = 3.0
"""For one neighbourhood."""
SIZES = (3, 4, 6, 9, 12, 16)
"""Sites of a neighbourhood; larger ones when the smaller ones give nothing."""
CANDIDATES, FOR_EACH = 40, 10
"""Closed sites that may take part: so many, and so many more for each open one."""
FEW = 100
"""Pairs that are written for each open site; the likeliest where more may be in a better plan."""
BY_SHARES, WITH_WHOLE_AREAS, TIMES = 30, 10, 4
"""Rounds of the bound of a neighbourhood."""
CLOSE, NEARLY = 1e-4, 0.1
"""Where a neighbourhood ends: so near the best, relative, or at so much of what there was to gain."""
IMPROVES = 1e-9


def improve(
    ground: Ground,
    plan: Plan,
    relaxed: Relaxed,
    watch: Watch,
    *,
    seconds: float,
    seed: int,
    enough: Callable[[Plan], bool],
    heard: Callable[[Plan], None],
) -> Plan:
    """The plan after neighbourhoods around every chosen site, until none gives anything, ``enough`` or the time says stop."""
    until = watch.seconds + seconds
    looked: set[bytes] = set()
    for size in SIZES:
        waiting = plan.chosen.copy()
        while waiting.any():
            left = until - watch.seconds
            if left <= 0 or watch.stopped or enough(plan):
                return plan
            centre = int(np.where(waiting, _dear(ground, plan, relaxed), -np.inf).argmax())
            waiting[centre] = False
            around = _around(ground, plan, relaxed, centre, size)
            if around is None or around.name in looked:
                continue
            looked.add(around.name)
            found = _decided(around, relaxed.prices[around.areas], watch, seconds=min(SECONDS, left), seed=seed)
            if found is not None and found.value < around.now.value - IMPROVES * max(1.0, abs(plan.value)):
                plan = _with(ground, plan, around, found)
                heard(plan)
                waiting[around.sites] = True
                waiting &= plan.chosen
    return plan


@dataclass(frozen=True)
class _Around:
    """Some ``sites``, open and closed, and the ``areas`` that the open ones treat: a ground of its own, and the plan it has ``now``."""

    sites: Ints
    areas: Ints
    part: Ground
    now: Plan

    @property
    def name(self) -> bytes:
        """The same for the same sites open with the same areas, where the sites outside leave the same limits."""
        part = self.part
        limits = np.r_[part.row_lower, part.row_upper, part.fewest, min(part.highest, len(self.sites))]
        return bytes(self.sites[self.now.chosen].tobytes() + b"|" + self.areas.tobytes() + b"|" + limits.tobytes())


def _dear(ground: Ground, plan: Plan, relaxed: Relaxed) -> Floats:
    """[S] what a site and its areas cost above the prices of the areas."""
    above = ground.cost[plan.site, plan.area] - relaxed.prices[plan.area]
    return np.asarray(ground.fixed + np.bincount(plan.site, above, minlength=len(ground.fixed)), float)


def _around(ground: Ground, plan: Plan, relaxed: Relaxed, centre: int, size: int) -> _Around | None:
    """A site, its nearest neighbours and the closed sites that would suit their areas best; None around a site without areas."""
    mine = plan.area[plan.site == centre]
    if not len(mine):
        return None
    opened = np.flatnonzero(plan.chosen)
    far = ground.cost[np.ix_(opened, mine)].mean(axis=1)
    open_here = np.unique(np.r_[centre, opened[np.argsort(far, kind="stable")[: size - 1]]])
    moved = np.flatnonzero(np.isin(plan.site, open_here))
    areas = np.unique(plan.area[moved])
    closed = np.flatnonzero(ground.may_open & ~plan.chosen)
    net = np.minimum(ground.cost[np.ix_(closed, areas)] - relaxed.prices[areas], 0.0)
    worth = ground.fixed[closed] + net.sum(axis=1)
    sites = np.r_[open_here, closed[np.argsort(worth, kind="stable")[: CANDIDATES + FOR_EACH * size]]]
    part = ground.part(sites, areas, plan.chosen)
    place = np.zeros(len(ground.fixed), np.int64)
    place[sites] = np.arange(len(sites))
    now = Plan.of(
        part, plan.chosen[sites], place[plan.site[moved]], np.searchsorted(areas, plan.area[moved]), plan.share[moved]
    )
    return _Around(sites, areas, part, now)


def _decided(around: _Around, prices: Floats, watch: Watch, *, seconds: float, seed: int) -> Plan | None:
    """The best plan of a neighbourhood that was found; None where there is none better than now, or none was found."""
    now, bounding = around.now, Bounding(around.part)
    cutoff = now.value + IMPROVES * abs(now.value)
    ascent = Ascent(bounding, prices)
    left = 0
    for times in range(TIMES + 1):
        if times == 1:
            ascent.with_whole_areas()
        rounds = WITH_WHOLE_AREAS if times else BY_SHARES
        ascent.climb(rounds, over=lambda: watch.stopped, value=lambda: now.value, heard=lambda _: None)
        left = bounding.decide(ascent.best, cutoff)
        if not left or ascent.best.value >= now.value - IMPROVES * abs(now.value):
            return None
    pairs = np.isfinite(bounding.cost)
    few = FEW * int(now.chosen.sum())
    if left > few:
        told = np.where(pairs, bounding.told(ascent.best), np.inf)
        pairs = told <= np.partition(told.ravel(), few)[few]
    pairs[now.site, now.area] = True
    written = WrittenGround.of(bounding.smaller(), pairs)
    gap = max(CLOSE, NEARLY * (now.value - ascent.best.value) / max(abs(now.value), 1e-9))
    answer = written.solve(watch, seconds=seconds, relative_gap=gap, seed=seed, start=now)
    return None if answer.x is None else written.plan(answer.x)


def _with(ground: Ground, plan: Plan, around: _Around, found: Plan) -> Plan:
    """The plan with what was decided anew."""
    chosen = plan.chosen.copy()
    chosen[around.sites] = found.chosen
    kept = np.flatnonzero(~np.isin(plan.area, around.areas))
    return Plan.of(
        ground, chosen, np.r_[plan.site[kept], around.sites[found.site]],
        np.r_[plan.area[kept], around.areas[found.area]], np.r_[plan.share[kept], found.share],
    )  # fmt: skip
