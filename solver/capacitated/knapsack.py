"""Knapsacks of all sites at once: the areas a site would like best at some prices, by shares or undivided.

Shares: areas are taken by what a case earns until the site is full. Undivided: a table of the best value for every number of cases, in whole units
(Bellman 1957), for sites whose shares do not come out whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
WHOLE = 1e-9


@dataclass(frozen=True)
class Filled:
    """The knapsacks of all sites by shares: ``value`` [S], ``toll`` [S] what one case more would earn (0 or less; of a site that must fill up, 0 or more),
    and the shares above 0 as ``site``, ``area``, ``share``. ``whole`` [S] no area is divided.
    """

    value: Floats
    toll: Floats
    site: Ints
    area: Ints
    share: Floats
    whole: Bools


def fill(
    site: Ints, area: Ints, net: Floats, row: Callable[[int], Floats], cases: Floats, least: Floats, most: Floats
) -> Filled:
    """The least sum of net times shares, with between ``least`` and ``most`` cases [S]; inf where that cannot be.

    ``site``, ``area`` and ``net`` are the pairs whose net is below 0; ``row`` gives all of a site [n] (inf: not there), for where those are too few.
    """
    S = len(least)
    ratio = net / cases[area]
    order = np.lexsort((ratio, site))
    site, area, net, ratio = site[order], area[order], net[order], ratio[order]
    amount = cases[area]
    so_far = np.cumsum(amount)
    first = np.searchsorted(site, np.arange(S))
    begun = np.r_[0.0, so_far][first]
    before = so_far - amount - begun[site]
    share = np.clip((most[site] - before) / amount, 0.0, 1.0)
    share[share > 1.0 - WHOLE] = 1.0
    value = np.bincount(site, share * net, minlength=S).astype(float)
    volume = np.bincount(site, share * amount, minlength=S)
    toll = np.zeros(S)
    critical = np.flatnonzero(share < 1.0)[::-1]
    toll[site[critical]] = ratio[critical]  # the first of a site is written last
    whole = np.bincount(site, (share > 0) & (share < 1.0), minlength=S) == 0
    used = share > 0
    site, area, share = site[used], area[used], share[used]
    short = np.flatnonzero(volume < least * (1.0 - WHOLE))
    if len(short):
        kept = ~np.isin(site, short)
        parts = [(site[kept], area[kept], share[kept])]
        for s in short:
            value[s], toll[s], areas, shares = _at_least(row(int(s)), cases, float(least[s]))
            whole[s] = bool(((shares == 1.0) | (shares == 0.0)).all())
            parts.append((np.full(len(areas), s), areas, shares))
        site, area, share = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Filled(value, toll, site, area, share, whole)


def _at_least(net: Floats, cases: Floats, least: float) -> tuple[float, float, Ints, Floats]:
    """The cheapest shares that reach ``least`` cases exactly: value, what one case less would save, areas and shares."""
    there = np.flatnonzero(np.isfinite(net))
    order = there[np.argsort(net[there] / cases[there], kind="stable")]
    before = np.cumsum(cases[order]) - cases[order]
    if not len(order) or before[-1] + cases[order[-1]] < least * (1.0 - WHOLE):
        return np.inf, 0.0, np.zeros(0, np.int64), np.zeros(0)
    order = order[before < least]
    share = np.clip((least - before[: len(order)]) / cases[order], 0.0, 1.0)
    share[share > 1.0 - WHOLE] = 1.0
    last = order[-1]
    return float(share @ net[order]), float(net[last] / cases[last]), order, share


def pack(net: Floats, units: Ints, least: int, most: int) -> tuple[float, Ints]:
    """The least sum of ``net`` [k] over some areas of ``units`` [k] that together have between ``least`` and ``most`` units, and which; inf where none do."""
    k = len(net)
    if least > most:
        return np.inf, np.zeros(0, np.int64)
    best = np.zeros(most + 1) if least <= 0 else np.r_[0.0, np.full(most, np.inf)]
    taken = np.zeros((k, most + 1), bool)
    for i in range(k):
        w = int(units[i])
        if w > most:
            continue
        with_it = best[: most + 1 - w] + net[i]
        np.less(with_it, best[w:], out=taken[i, w:])
        np.minimum(with_it, best[w:], out=best[w:])
    room = most if least <= 0 else least + int(best[least:].argmin())
    value = float(best[room])
    chosen = []
    if np.isfinite(value):
        for i in range(k - 1, -1, -1):
            if taken[i, room]:
                chosen.append(i)
                room -= int(units[i])
    return value, np.array(chosen[::-1], np.int64)
