"""Exchanges of two undivided areas between neighbouring sites, and what a site misses of its limits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.capacitated.ground import FITS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NEAR = 30
"""Sites whose areas a site may exchange with."""


def missed(load: Floats, least: Floats, most: Floats) -> Floats:
    """Cases over capacity or under the norm."""
    slack = FITS * np.maximum(1.0, most)
    over, under = load - most, least - load
    return np.asarray(np.where(over > slack, over, 0.0) + np.where(under > slack, under, 0.0))


def exchanges(
    cost: Floats,
    d: Floats,
    here: Ints,
    load: Floats,
    now: Floats,
    least: Floats,
    most: Floats,
    penalty: float,
    enough: float,
) -> list[tuple[float, int, int]]:
    """Exchanges of two areas of neighbouring sites that improve, of every area the best."""
    n = len(d)
    mine = cost[here, np.arange(n)]
    a, b = _partners(cost, here)
    grows = d[a] - d[b]  # what the site of b has more when a comes and b goes
    there, other = here[b], here[a]
    worth = cost[there, a] - mine[a] + cost[other, b] - mine[b]
    worth += penalty * (missed(load[there] + grows, least[there], most[there]) - now[there])
    worth += penalty * (missed(load[other] - grows, least[other], most[other]) - now[other])
    better = np.flatnonzero(worth < -enough)
    a, b, worth = a[better], b[better], worth[better]
    order = np.lexsort((b, worth, a))
    first = order[np.unique(a[order], return_index=True)[1]]
    return [(float(worth[i]), int(a[i]), int(b[i])) for i in first]


def _partners(cost: Floats, here: Ints) -> tuple[Ints, Ints]:
    """Pairs of areas whose sites are different and of which the second's is among the NEAR that cost the first's areas least."""
    p = len(cost)
    order = np.argsort(here, kind="stable")
    begins = np.searchsorted(here[order], np.arange(p + 1))
    count = np.diff(begins)
    near = np.flatnonzero(count)
    apart = np.add.reduceat(cost[:, order], begins[near], axis=1).T  # [sites with areas, sites]
    apart[np.arange(len(near)), near] = np.inf
    apart[:, count == 0] = np.inf
    k = min(NEAR, p - 1)
    if k < 1:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    closest = np.argpartition(apart, k - 1, axis=1)[:, :k]
    first, second = [], []
    for row, i in enumerate(near):
        others = closest[row][np.isfinite(apart[row, closest[row]])]
        theirs = np.concatenate([order[begins[j] : begins[j + 1]] for j in others]) if len(others) else order[:0]
        its = order[begins[i] : begins[i + 1]]
        first.append(np.repeat(its, len(theirs)))
        second.append(np.tile(theirs, len(its)))
    return np.concatenate(first), np.concatenate(second)
