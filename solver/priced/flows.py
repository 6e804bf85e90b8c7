"""Flows of a layout that is given: the cheapest that keep the policy, proved over all pairs of area and open site.

Each area's likeliest sites are written at first. With the prices of the rows every left-out pair is then checked, and of those that would improve each
area's best few are added, until all that are left out together could hardly improve the value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.formulations.stage import NO_COLUMN
from solver.priced.moves import WrittenMoves, write_moves
from solver.priced.policy import Policy
from solver.priced.streams import Stream
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
ROUNDS = 30
IMPROVES = 1e-9
"""Reduced costs below minus this, relative to the cost of the area's trips, still improve."""
ENOUGH = 1e-8
"""All left-out pairs together improve the value by less than this, relative, unless less is asked for."""
ADDED = 3
"""Pairs that are added for one area at a time."""
MISSED = 1e-7
LIKELY = 0.003
"""Sites that cost so little more than the cheapest, tolls included and relative, are written at first."""


@dataclass(frozen=True)
class Flowing:
    """The flows of a layout: its value, ``shares`` per stream as (site, area, share), the toll of a case at every pair [Q,S], and whether it keeps the policy.

    ``missed`` is what breaking the policy cost, 0 where it keeps it.
    """

    value: float
    missed: float
    shares: tuple[tuple[Ints, Ints, Floats], ...]
    tolls: Floats
    columns: Floats

    @property
    def keeps(self) -> bool:
        """Nobody stays untreated and no row is missed."""
        return self.missed <= MISSED * max(1.0, abs(self.value))


def flows_of(
    policy: Policy,
    streams: Sequence[Stream],
    offered: Bools,
    tolls: Floats | None,
    watch: Watch,
    *,
    seconds: float,
    seed: int,
    near: int = 3,
    also: Sequence[Bools] | None = None,
    enough: float = ENOUGH,
) -> Flowing | None:
    """The cheapest flows of ``offered`` [Q,S] over ``streams`` (the policy's own or groups of them); None where time ran out or somebody reaches nobody.

    ``tolls`` [Q,S] what a case at a pair costs besides its trip, as far as it is known: it says which sites are likely. ``also`` [S,n] each are
    pairs to write at first in any case; ``enough`` how far from the cheapest the flows may be, relative.
    """
    model = policy.model
    lower, upper = model.lower.copy(), np.where(policy.flow_columns, np.inf, model.upper)
    for q, stream in enumerate(streams):
        at = np.flatnonzero(stream.offer != NO_COLUMN)
        lower[stream.offer[at]] = upper[stream.offer[at]] = offered[q, at]
    costs = [_costs(model.cost, stream, offered[q]) for q, stream in enumerate(streams)]
    if not all(np.isfinite(cost).any(axis=0).all() for cost in costs):
        return None
    penalty = 10.0 * max((_dearest(cost, stream) for cost, stream in zip(costs, streams, strict=True)), default=1.0)
    known = np.zeros(offered.shape) if tolls is None else tolls
    tolled = [cost + toll[:, None] * stream.cases for cost, toll, stream in zip(costs, known, streams, strict=True)]
    pairs = [
        _likely(cost, given, None if tolls is None else LIKELY, near) for cost, given in zip(costs, tolled, strict=True)
    ]
    if also is not None:
        pairs = [held | (more & np.isfinite(cost)) for held, more, cost in zip(pairs, also, costs, strict=True)]
    until = watch.seconds + seconds
    for _ in range(ROUNDS):
        homes = [np.where(held, each, np.inf).argmin(axis=0) for held, each in zip(pairs, tolled, strict=True)]
        written = write_moves(policy, streams, homes, pairs, lower=lower, upper=upper, penalty=penalty)
        left = until - watch.seconds
        if left <= 0:
            return None
        answer = highs.solve(written.model.relaxed(), watch, seconds=left, seed=seed)
        if answer.ended != "proved" or answer.x is None or answer.prices is None:
            return None
        prices = np.append(answer.prices, 0.0)  # a volume without a row costs nothing
        tolls = np.array([prices[moves.volumes] for moves in written.moves])
        could_save = 0.0
        for q, (stream, moves, cost) in enumerate(zip(streams, written.moves, costs, strict=True)):
            tolled[q] = _tolled(stream, tolls[q], prices[moves.quantities], np.isfinite(cost))
            paid = np.where(pairs[q], tolled[q], np.inf).min(axis=0)
            pairs[q], saved = _widened(pairs[q], tolled[q], paid)
            could_save += saved
        if could_save <= enough * max(1.0, abs(float(answer.value or 0.0))):
            return _read(written, answer, tolls, len(model.cost))
    return None


def _tolled(stream: Stream, tolls: Floats, rates: Floats, open_to: Bools) -> Floats:
    """[S,n] what all cases of an area cost at a site by the prices of its volume and of what adds up along the way; inf where not open to them."""
    total = tolls[:, None] * stream.cases[None, :]
    for rate, (_, amount) in zip(rates, stream.quantities, strict=True):
        total += rate * amount
    return np.where(open_to, total, np.inf)


def _widened(held: Bools, tolled: Floats, paid: Floats) -> tuple[Bools, float]:
    """The pairs with each area's best few of those that would be cheaper than what it has, and what it would save at most."""
    saved = tolled - paid
    better = saved < -IMPROVES * np.maximum(1.0, np.abs(paid))
    areas = np.flatnonzero(better.any(axis=0))
    if not len(areas):
        return held, 0.0
    wider, gains = held.copy(), np.where(better[:, areas], saved[:, areas], 0.0)
    best = np.argpartition(gains, min(ADDED, len(gains)) - 1, axis=0)[:ADDED]
    chosen = np.take_along_axis(better[:, areas], best, axis=0)
    wider[best[chosen], np.broadcast_to(areas, best.shape)[chosen]] = True
    return wider, -float(gains.min(axis=0).sum())


def _costs(cost: Floats, stream: Stream, offered: Bools) -> Floats:
    """[S,n] what an area's trips cost by the objective itself; inf where closed or out of reach."""
    total = np.where(stream.volume != NO_COLUMN, cost[stream.volume], 0.0)[:, None] * stream.cases[None, :]
    for column, amount in stream.quantities:
        if cost[column]:
            total = total + cost[column] * amount
    return np.where(stream.reach & offered[:, None], total, np.inf)


def _dearest(cost: Floats, stream: Stream) -> float:
    each = np.where(np.isfinite(cost), cost, 0.0) / stream.cases[None, :]
    return max(1.0, float(np.abs(each).max(initial=1.0)))


def _likely(cost: Floats, tolled: Floats, within: float | None, near: int) -> Bools:
    """[S,n] each area's cheapest few sites, or with ``within`` those whose cost with tolls is so near to the least, relative."""
    held = np.zeros(cost.shape, bool)
    if within is None:
        order = np.argpartition(cost, min(near, len(cost) - 1), axis=0)[:near]
        np.put_along_axis(held, order, True, axis=0)
    else:
        least = tolled.min(axis=0)
        held = tolled <= least + within * np.abs(least) + 1e-9
        held[cost.argmin(axis=0), np.arange(cost.shape[1])] = True
    return held & np.isfinite(cost)


def _read(written: WrittenMoves, answer: highs.Answer, tolls: Floats, n: int) -> Flowing:
    assert answer.x is not None
    x = answer.x
    missed = float(written.model.cost[written.elastic :] @ x[written.elastic :])
    value = float(answer.value or 0.0) - missed
    return Flowing(value, missed, tuple(moves.shares(x) for moves in written.moves), tolls, x[:n])
