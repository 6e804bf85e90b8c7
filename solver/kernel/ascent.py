"""Ascent: a bound from multipliers, one for each group of areas, pushed up step by step; its best choices are beginnings for plans.

For any multipliers v every choice of sites that keeps to the numbers costs at least

    L(v) = sum over groups of v[g] + the least sum of worth over sites that may be chosen,   worth[s] = fixed[s] + sum over g of min(0, cost[g,s] - v[g])

(Lagrangian relaxation of "every group goes somewhere": Cornuejols, Fisher & Nemhauser 1977; Beasley 1985). With L, the cost of a plan U, and the worths, sites
are decided for good: one that is left out by more than U - L is in no better plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.kernel.ground import Ground
from solver.kernel.interchange import improved
from solver.watch import Watch

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
ROUNDS = 300
IMPROVED_AT = (15, 60, 150)
"""Rounds after which the choice of the best multipliers is improved by interchange."""
PATIENCE = 8
SMALLEST_STEP = 2e-3


@dataclass(frozen=True)
class Ascended:
    """The best bound, its multipliers [G] and worths [F], the choice [F] of least cost that was met and its cost (inf where none was allowed)."""

    bound: float
    multipliers: Floats
    worth: Floats
    chosen: Bools | None
    value: float

    def left_out(self, ground: Ground, cutoff: float) -> tuple[Bools, Bools]:
        """[F] the sites that are in no choice cheaper than ``cutoff``, and those that are in every one."""
        chosen = ground.least(self.worth)
        count = int(chosen.sum())
        inside, outside = chosen & ~ground.forced, ~chosen
        worst_in = float(self.worth[inside].max(initial=-np.inf))
        best_out = float(self.worth[outside].min(initial=np.inf))
        gives_way = worst_in if count >= ground.most else max(worst_in, 0.0)
        comes_in = best_out if count <= ground.fewest else min(best_out, 0.0)
        never, always = np.zeros(len(chosen), bool), ground.forced.copy()
        never[outside] = self.bound + self.worth[outside] - gives_way > cutoff
        always[inside] = self.bound + comes_in - self.worth[inside] > cutoff
        return never, always


def ascend(ground: Ground, start: Bools | None, watch: Watch, *, seconds: float, unit: float = 0.0) -> Ascended:
    """Push the bound up from what the nearest few sites cost; ``start`` [F] is a choice known to be allowed, values are multiples of ``unit``."""
    until = watch.seconds + seconds
    cost = ground.cost
    best_choice, value = (start, ground.value(start)) if start is not None else (None, np.inf)
    counted = ground.fewest > 1 or ground.most < cost.shape[1]
    depth = min(cost.shape[1] - 1, max(2, cost.shape[1] // max(ground.fewest, 1)) if counted else 2)
    v = np.minimum(np.partition(cost, depth, axis=1)[:, depth], ground.last)
    bound, at, worth_at = -np.inf, v, np.zeros(cost.shape[1])
    scale, stall = 1.5, 0
    direction = np.zeros(len(v))
    saved = np.empty_like(cost)
    for turn in range(ROUNDS):
        np.minimum(np.subtract(cost, v[:, None], out=saved), 0.0, out=saved)
        worth = ground.fixed + saved.sum(axis=0)
        chosen = ground.least(worth)
        served = (saved[:, chosen] < 0).sum(axis=1)
        now = float(v.sum() + worth[chosen].sum())
        if now > bound:
            stall = 0 if now > bound + 1e-5 * abs(bound) else stall + 1
            bound, at, worth_at, served_at, chosen_at = now, v, worth, served, chosen
        else:
            stall += 1
        if (turn < 20 or turn % 10 == 0) and (told := ground.value(chosen)) < value and ground.allowed(chosen):
            best_choice, value = chosen, told
        if turn in IMPROVED_AT:
            best_choice, value = _better(ground, chosen_at, best_choice, value)
        if watch.seconds > until or watch.stopped or value - bound < unit or value - bound <= 1e-9 * abs(value):
            break
        if stall >= PATIENCE:
            scale, stall = 0.6 * scale, 0
            v, served, direction = at, served_at, np.zeros(len(v))
        if scale < SMALLEST_STEP:
            break
        direction = 0.7 * direction + 0.3 * (1.0 - served)
        length = float((direction**2).sum())
        if length == 0:
            break
        target = 1.005 * value if np.isfinite(value) else 1.05 * abs(bound) + 1.0
        v = np.clip(v + scale * max(target - bound, 1e-9 * abs(bound)) / length * direction, 0.0, ground.last)
    best_choice, value = _better(ground, chosen_at, best_choice, value)
    return Ascended(bound, at, worth_at, best_choice, value)


def _better(ground: Ground, chosen: Bools, best: Bools | None, value: float) -> tuple[Bools | None, float]:
    """The choice improved by interchange, or the best one so far."""
    start = ground.thinned(chosen)
    if start is None:
        start = best if best is not None else ground.thinned(np.ones(len(chosen), bool))
    if start is None:
        return best, value
    found = improved(ground, start)
    told = ground.value(found)
    return (found, told) if told < value else (best, value)
