"""Plans: undivided areas assigned to chosen sites, improved by moving one area or exchanging two, and sites that give way to better ones.

A site over its capacity or under its norm costs so much a case that the same moves mend it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.capacitated.exchanges import exchanges, missed
from solver.capacitated.ground import FITS, Ground

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
IMPROVES = 1e-9
"""Smallest improvement that counts, relative."""
ROUNDS = 400
ADDED = 5
"""Sites that may be added until everybody fits."""


@dataclass(frozen=True)
class Assigned:
    """``site`` [n] of each area, the sites ``chosen`` [S], the value, and by how many cases capacities and norms are ``missed``."""

    site: Ints
    chosen: Bools
    value: float
    missed: float

    @property
    def keeps(self) -> bool:
        """It is a plan."""
        return self.missed <= 0.0


def assigned(ground: Ground, site: Ints, chosen: Bools) -> Assigned:
    """An assignment with its value."""
    n = len(ground.cases)
    load = np.bincount(site, ground.cases, minlength=len(chosen)).astype(float)
    missed = float(_missed(ground, load, np.flatnonzero(chosen)).sum())
    value = ground.offset + float(ground.cost[site, np.arange(n)].sum()) + float(ground.fixed[chosen].sum())
    return Assigned(site, chosen, value, missed)


def assign(
    ground: Ground, chosen: Bools, hint: Floats | None = None, *, over: Callable[[], bool] = lambda: False
) -> Assigned | None:
    """Everybody to one of the chosen sites [S], those first who lose most by not getting their best; improved. ``hint`` [S] is a toll on a case.

    None where somebody reaches none of them, or it is ``over`` before.
    """
    at = np.flatnonzero(chosen)
    cost = ground.cost[at]
    if not np.isfinite(cost).any(axis=0).all():
        return None
    n = len(ground.cases)
    wish = cost if hint is None else cost + hint[at, None] * ground.cases[None, :]
    room = ground.most[at].copy()
    site, waiting = np.full(n, -1), np.ones(n, bool)
    able = np.where(room[:, None] >= ground.cases[None, :], wish, np.inf)
    wishes = _Wishes(n)
    wishes.learn(able, np.arange(n))
    for _ in range(n):
        if over():
            return None
        a = int(np.where(waiting, wishes.lost, -np.inf).argmax())
        none = wishes.lost[a] < 0
        j = int(np.where(np.isfinite(cost[:, a]), room, -np.inf).argmax()) if none else int(wishes.first[a])
        site[a], waiting[a] = at[j], False
        room[j] -= ground.cases[a]
        full = waiting & (ground.cases > room[j] * (1 + FITS)) & np.isfinite(able[j])
        able[j, full] = np.inf
        wishes.learn(able, np.flatnonzero(full & ((wishes.first == j) | (wishes.second == j))))
    return improved(ground, assigned(ground, site, chosen))


class _Wishes:
    """Of each area the ``first`` and ``second`` of the sites that can have it, and what is ``lost`` without the first; below 0 where none can."""

    def __init__(self, n: int) -> None:
        self.first, self.second, self.lost = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n)

    def learn(self, able: Floats, areas: Ints) -> None:
        """Look again at some areas; ``able`` [sites,n] is inf where a site cannot have an area."""
        if not len(areas):
            return
        cost, every = able[:, areas], np.arange(len(areas))
        first = cost.argmin(axis=0)
        best = cost[first, every]
        cost[first, every] = np.inf
        second = cost.argmin(axis=0)
        next_best = np.where(np.isfinite(cost[second, every]), cost[second, every], 1e300)
        self.first[areas], self.second[areas] = first, second
        self.lost[areas] = np.where(np.isfinite(best), next_best - np.where(np.isfinite(best), best, 0.0), -1.0)


def improved(ground: Ground, plan: Assigned) -> Assigned:
    """The plan after moves and exchanges until none improves it, limits that are missed mended on the way as far as they can be."""
    spread = float(np.ptp(ground.cost[np.isfinite(ground.cost)])) / float(np.median(ground.cases))
    best = plan
    for penalty in (0.05 * spread + 1e-9, spread + 1e-9, 20.0 * spread + 1e-9):
        if best.keeps and penalty < 20.0 * spread:
            continue
        best = _moved(ground, best, penalty)
        if best.keeps:
            best = _moved(ground, best, 1e3 * spread + 1e-9)
    return best


def _missed(ground: Ground, load: Floats, at: Ints) -> Floats:
    """[len(at)] cases over capacity or under the norm; ``load`` over all sites."""
    return missed(load[at], ground.least[at], ground.most[at])


def _moved(ground: Ground, plan: Assigned, penalty: float) -> Assigned:
    at = np.flatnonzero(plan.chosen)
    n, p = len(ground.cases), len(at)
    place = np.full(len(plan.chosen), -1)
    place[at] = np.arange(p)
    cost = ground.cost[at]
    cost = np.where(np.isfinite(cost), cost, 1e3 * (1.0 + np.abs(cost[np.isfinite(cost)]).max()))
    least, most, d = ground.least[at], ground.most[at], ground.cases
    here = place[plan.site]
    enough = IMPROVES * max(1.0, abs(plan.value))
    areas = np.arange(n)
    for _ in range(ROUNDS):
        load = np.bincount(here, d, minlength=p).astype(float)
        now = missed(load, least, most)
        mine = cost[here, areas]
        leaving = missed(load[here] - d, least[here], most[here]) - now[here]
        coming = missed(load[:, None] + d[None, :], least[:, None], most[:, None]) - now[:, None]
        moving = cost - mine[None, :] + penalty * (coming + leaving[None, :])
        moving[here, areas] = np.inf
        to = moving.argmin(axis=0)
        gain = moving[to, areas]
        changes = [(float(gain[a]), int(a), -1) for a in np.flatnonzero(gain < -enough)]
        if not changes:
            changes = exchanges(cost, d, here, load, now, least, most, penalty, enough)
        if not changes:
            break
        touched = np.zeros(p, bool)
        for _, a, b in sorted(changes):
            first, second = int(here[a]), int(to[a]) if b < 0 else int(here[b])
            if not touched[first] and not touched[second]:
                touched[[first, second]] = True
                here[a] = second
                if b >= 0:
                    here[b] = first
    return assigned(ground, at[here], plan.chosen)


def first_plan(
    ground: Ground, worth: Floats, chosen: Bools, tolls: Floats, *, over: Callable[[], bool] = lambda: False
) -> Assigned | None:
    """A plan from sites [S] that a relaxation chose; where they turn out too tight, with the next best ones by ``worth``. None where none was found."""
    for _ in range(ADDED + 1):
        if ground.allowed(chosen):
            plan = assign(ground, chosen, tolls, over=over)
            if plan is not None and plan.keeps:
                return relocated(ground, plan)
        others = np.where(chosen | ~ground.may_open, np.inf, worth)
        if not np.isfinite(others).any() or chosen.sum() >= ground.highest:
            return None
        chosen = chosen.copy()
        chosen[others.argmin()] = True
    return None


def relocated(ground: Ground, plan: Assigned) -> Assigned:
    """Each site's areas to the site that serves them best together, as long as that improves; then improved again."""
    for _ in range(20):
        chosen, site = plan.chosen.copy(), plan.site.copy()
        changed = False
        for s in np.flatnonzero(plan.chosen & ~ground.must_open):
            its = np.flatnonzero(plan.site == s)
            load = float(ground.cases[its].sum())
            able = ground.may_open & ~chosen & (ground.most * (1 + FITS) >= load) & (ground.least <= load * (1 + FITS))
            able[s] = True
            cost = np.where(able, ground.cost[:, its].sum(axis=1) + ground.fixed, np.inf)
            other = int(cost.argmin())
            if other != s and cost[other] < cost[s] - IMPROVES * abs(plan.value):
                chosen[s], chosen[other] = False, True
                site[its] = other
                changed = True
        if not changed or not ground.allowed(chosen):
            return plan
        better = improved(ground, assigned(ground, site, chosen))
        if better.missed > plan.missed or (better.missed == plan.missed and better.value >= plan.value):
            return plan
        plan = better
    return plan
