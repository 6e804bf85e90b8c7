"""Neighbourhoods: a few neighbouring sites and their undivided areas decided anew by an integer program, the rest of the plan as it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from solver.capacitated.bound import Relaxed
from solver.capacitated.ground import Ground
from solver.capacitated.written import Plan, WrittenGround
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SECONDS = 4.0
"""For one neighbourhood."""
SIZES = (3, 4, 5, 6, 8)
"""Sites of a neighbourhood; larger ones when the smaller ones give nothing."""
CANDIDATES = 8
"""Closed sites that may take part, for each open one."""
LIKELY = 10
"""Sites that an area may go to."""
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
    rng = np.random.default_rng(seed)
    until = watch.seconds + seconds
    for size in SIZES:
        waiting = list(rng.permutation(np.flatnonzero(plan.chosen)))
        while waiting:
            left = until - watch.seconds
            if left <= 0 or watch.stopped or enough(plan):
                return plan
            centre = int(waiting.pop(0))
            if not plan.chosen[centre]:
                continue
            better = _around(ground, plan, relaxed, centre, size, watch, seconds=min(SECONDS, left), seed=seed)
            if better is not None and better.value < plan.value - IMPROVES * max(1.0, abs(plan.value)):
                changed = np.flatnonzero(better.chosen & ~plan.chosen)
                plan = better
                heard(plan)
                waiting += [int(s) for s in (*changed, centre) if s not in waiting]
    return plan


def _around(
    ground: Ground, plan: Plan, relaxed: Relaxed, centre: int, size: int, watch: Watch, *, seconds: float, seed: int
) -> Plan | None:
    """The best plan that differs around one site only; None where none was found."""
    n = len(ground.cases)
    of = plan.site == centre
    mine = plan.area[of]
    if not len(mine):
        return None
    trips = ground.cost[:, mine]
    far = np.where(np.isfinite(trips), trips, np.inf).mean(axis=1)
    near = np.flatnonzero(plan.chosen)[np.argsort(far[plan.chosen], kind="stable")]
    open_here = np.unique(np.r_[centre, near[: size - 1]])
    areas = np.unique(plan.area[np.isin(plan.site, open_here)])
    closed = np.flatnonzero(ground.may_open & ~plan.chosen)
    net = np.minimum(ground.cost[np.ix_(closed, areas)] - relaxed.prices[areas], 0.0)
    worth = ground.fixed[closed] + net.sum(axis=1)
    sites = np.r_[open_here, closed[np.argsort(worth, kind="stable")[: CANDIDATES * size]]]
    part = ground.part(sites, areas, plan.chosen)
    reduced = part.cost - relaxed.filled.toll[sites, None] * part.cases[None, :]
    rank = np.argsort(np.argsort(reduced, axis=0, kind="stable"), axis=0)
    inside = np.full(n, -1)
    inside[areas] = np.arange(len(areas))
    local = np.full(len(ground.fixed), -1)
    local[sites] = np.arange(len(sites))
    moved = np.flatnonzero(inside[plan.area] >= 0)
    now = Plan.of(part, plan.chosen[sites], local[plan.site[moved]], inside[plan.area[moved]], plan.share[moved])
    pairs = rank < LIKELY
    pairs[now.site, now.area] = True
    written = WrittenGround.of(part, pairs)
    answer = written.solve(watch, seconds=seconds, relative_gap=1e-5, seed=seed, start=now)
    if answer.x is None:
        return None
    found = written.plan(answer.x)
    if found.value >= now.value:
        return None
    chosen = plan.chosen.copy()
    chosen[sites] = found.chosen
    kept = np.flatnonzero(inside[plan.area] < 0)
    return Plan.of(
        ground, chosen, np.r_[plan.site[kept], sites[found.site]], np.r_[plan.area[kept], areas[found.area]],
        np.r_[plan.share[kept], found.share],
    )  # fmt: skip
