"""Steered patients in a landscape that is given: least travel within the room there is.

    minimise sum over areas a, sites s of weight[a] * minutes[a,s] * share[a,s]
    with     sum over s of share[a,s] = 1     and     sum over a of cases[a] * share[a,s] <= room[s]

Only each area's nearest sites are written at first. With the prices of the rows every left-out pair is then checked, and those that would improve are
added, until none would: the answer is the optimum over all pairs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.model import Builder
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NEAREST_FIRST = 6
LEFT_OVER = 1e3
"""Minutes, times the longest trip, that a case without room costs: only what truly has no room is left over."""
IMPROVES = 1e-7
SECONDS, NEARLY = 20.0, 1e-4
"""How long undivided areas are sent about, and how near to the least travel is near enough."""


def transport(
    minutes: Floats, cases: Floats, weight: Floats, room: Floats, *, undivided: bool = False
) -> tuple[Ints, Ints, Floats] | None:
    """Areas, sites and cases/year of the least travel, ``undivided`` with every area at one site; None where the room cannot hold everybody so.

    ``minutes`` [n,S] (inf for closed or unreachable), ``cases`` [n] > 0, ``weight`` [n] the cases whose minutes count, ``room`` [S] (inf unlimited).
    """
    n, S = minutes.shape
    if not n:
        none = np.zeros(0, np.int64)
        return none, none, np.zeros(0)
    if not np.isfinite(minutes).any(axis=1).all():
        return None
    nearest = np.argsort(minutes, axis=1, kind="stable")
    if np.isinf(room).all():
        return np.arange(n), nearest[:, 0], cases.copy()
    limited = np.flatnonzero(np.isfinite(room))
    reachable = np.isfinite(minutes)
    cost = np.where(reachable, weight[:, None] * np.where(reachable, minutes, 0.0), np.inf)
    written = np.zeros((n, S), bool)
    np.put_along_axis(written, nearest[:, :NEAREST_FIRST], True, axis=1)
    written &= reachable
    penalty = LEFT_OVER * max(1.0, float(minutes[reachable].max()))
    while True:
        area, site = np.nonzero(written)
        answer = _solve(n, area, site, cost[area, site], cases, room, limited, penalty * np.maximum(weight, cases))
        assert answer.x is not None
        assert answer.prices is not None
        toll = np.zeros(S)
        toll[limited] = answer.prices[n:]
        reduced = cost - answer.prices[:n, None] - cases[:, None] * toll[None, :]
        better = ~written & (reduced < -IMPROVES * np.maximum(1.0, np.abs(np.where(np.isfinite(cost), cost, 0.0))))
        if not better.any():
            break
        written |= better
    share, over = answer.x[: len(area)], answer.x[len(area) :]
    if (over > 1e-6).any():
        return None
    if undivided and ((share > 1e-9) & (share < 1 - 1e-9)).any():
        area, site = np.nonzero(reachable)
        whole = _solve(
            n, area, site, cost[area, site], cases, room, limited, penalty * np.maximum(weight, cases), whole=True
        )
        if whole.x is None or (whole.x[len(area) :] > 1e-6).any():
            return None
        share = np.round(whole.x[: len(area)])
    share = np.where(share > 1e-9, share, 0.0)
    share = share / np.bincount(area, share, minlength=n)[area]
    used = np.flatnonzero(share)
    return area[used], site[used], share[used] * cases[area[used]]


def _solve(
    n: int,
    area: Ints,
    site: Ints,
    cost: Floats,
    cases: Floats,
    room: Floats,
    limited: Ints,
    penalty: Floats,
    *,
    whole: bool = False,
) -> highs.Answer:
    builder = Builder()
    pairs = builder.add_columns(0.0, 1.0 if whole else np.inf, integer=whole, count=len(area))
    over = builder.add_columns(0.0, np.inf, count=n)
    builder.add_rows(
        np.r_[area, np.arange(n)], np.r_[pairs + np.arange(len(area)), over + np.arange(n)], 1.0, 1.0, 1.0, count=n
    )
    row_of = np.full(len(room), -1)
    row_of[limited] = np.arange(len(limited))
    bound = np.flatnonzero(row_of[site] >= 0)
    builder.add_rows(row_of[site[bound]], bound, cases[area[bound]], -np.inf, room[limited], count=len(limited))
    model = builder.finish(np.r_[cost, penalty])
    if not whole:
        return highs.solve(model, Watch())
    return highs.solve(model, Watch(), seconds=SECONDS, relative_gap=NEARLY)
