"""Interchange: a choice of sites improved one exchange at a time (Teitz & Bart 1968), all exchanges valued at once.

What closing one site and opening another does to the trips of a group depends only on its nearest and second nearest chosen site, so that one pass over
groups x sites values every pair (Whitaker 1983; Resende & Werneck 2007). Exchanges that touch different groups are made together.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.kernel.ground import Ground

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
IMPROVES = 1e-10
"""Smallest improvement that counts, relative."""
TRIED = 40
"""Exchanges looked at before none is said to be allowed."""


def improved(ground: Ground, chosen: Bools, *, rounds: int = 10_000) -> Bools:
    """The choice [F] after exchanges, openings and closings until none improves it. It keeps to the numbers and rules of the ground."""
    chosen = chosen.copy()
    value = ground.value(chosen)
    for _ in range(rounds):
        moves = _moves(ground, chosen, IMPROVES * max(1.0, abs(value)))
        if not moves:
            break
        better = _together(ground, chosen, moves, value)
        if better is None:
            break
        chosen, value = better
    return chosen


def _moves(ground: Ground, chosen: Bools, enough: float) -> list[tuple[float, int, int]]:
    """(difference, site that closes or -1, site that opens or -1), the best first; of every closing the best opening only."""
    cost, count = ground.cost, int(chosen.sum())
    now = np.flatnonzero(chosen)
    groups = len(cost)
    nearest, first, second = _two_nearest(ground, now)
    gain = np.minimum(cost - first[:, None], 0.0)
    opening = gain.sum(axis=0) + ground.fixed
    opening[chosen] = np.inf
    moves: list[tuple[float, int, int]] = []
    if count < ground.most:
        moves += [(float(opening[j]), -1, int(j)) for j in np.argsort(opening)[:TRIED] if opening[j] < -enough]
    may_close = ~ground.forced[now]
    if count and may_close.any():
        of = sp.csr_array((np.ones(groups), (np.maximum(nearest, 0), np.arange(groups))), shape=(count, groups))
        if count > ground.fewest:
            closing = of @ (second - first) - ground.fixed[now]
            moves += [
                (float(closing[i]), int(now[i]), -1)
                for i in np.argsort(closing)[:TRIED]
                if closing[i] < -enough and may_close[i]
            ]
        spared = np.minimum(cost, second[:, None]) - first[:, None] - gain
        exchange = of @ spared + opening[None, :] - ground.fixed[now][:, None]
        exchange[~may_close] = np.inf
        best = exchange.argmin(axis=1)
        worth = exchange[np.arange(count), best]
        moves += [(float(worth[i]), int(now[i]), int(best[i])) for i in np.flatnonzero(worth < -enough)]
    return sorted(moves)


def _two_nearest(ground: Ground, now: Ints) -> tuple[Ints, Floats, Floats]:
    """[G] place of the nearest chosen site, its cost, and that of the second nearest or the last resort."""
    part = ground.cost[:, now]
    if not part.shape[1]:
        return np.full(len(part), -1), ground.last, ground.last
    nearest = part.argmin(axis=1)
    rows = np.arange(len(part))
    first = part[rows, nearest]
    part[rows, nearest] = np.inf
    return nearest, first, np.minimum(part.min(axis=1), ground.last)


def _together(
    ground: Ground, chosen: Bools, moves: list[tuple[float, int, int]], value: float
) -> tuple[Bools, float] | None:
    """As many of the moves as touch different groups, where that is better than the best one alone."""
    singles = (_moved(chosen, move) for move in moves[:TRIED])
    one = next((trial for trial in singles if ground.allowed(trial)), None)
    if one is None:
        return None
    alone = ground.value(one)
    if alone >= value:
        return None
    nearest, first, _ = _two_nearest(ground, np.flatnonzero(chosen))
    site = np.flatnonzero(chosen)
    touched = np.zeros(len(first), bool)
    many = chosen.copy()
    made = 0
    for _, closes, opens in moves:
        if closes < 0 or opens < 0 or many[opens]:
            continue
        touches = (site[nearest] == closes) | (ground.cost[:, opens] < first)
        if not (touches & touched).any():
            touched |= touches
            many[closes], many[opens] = False, True
            made += 1
    if made > 1 and (together := ground.value(many)) < alone and ground.allowed(many):
        return many, together
    return one, alone


def _moved(chosen: Bools, move: tuple[float, int, int]) -> Bools:
    after = chosen.copy()
    _, closes, opens = move
    if closes >= 0:
        after[closes] = False
    if opens >= 0:
        after[opens] = True
    return after
