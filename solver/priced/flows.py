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
from solver.priced.policy import Policy
from solver.priced.streams import Stream
from solver.priced.written import WrittenPairs, write_pairs
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
LIKELY = 0.04
"""Sites that cost so little more than the cheapest, relative, are written at first."""


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
    pairs = [
        _likely(cost, stream, None if tolls is None else tolls[q], near)
        for q, (cost, stream) in enumerate(zip(costs, streams, strict=True))
    ]
    if also is not None:
        pairs = [held | (more & np.isfinite(cost)) for held, more, cost in zip(pairs, also, costs, strict=True)]
    until = watch.seconds + seconds
    for _ in range(ROUNDS):
        written = write_pairs(policy, streams, pairs, lower=lower, upper=upper, strong=False, penalty=penalty)
        relaxed = written.model.relaxed()
        left = until - watch.seconds
        if left <= 0:
            return None
        answer = highs.solve(relaxed, watch, seconds=left, seed=seed)
        if answer.ended != "proved" or answer.x is None or answer.prices is None:
            return None
        added, could_save = False, 0.0
        found = np.zeros(offered.shape)
        for q, (stream, shares, cost) in enumerate(zip(streams, written.shares, costs, strict=True)):
            toll = np.where(shares.volumes >= 0, -answer.prices[shares.volumes], 0.0)
            found[q] = -toll
            rate = answer.prices[shares.quantities]
            reduced = -answer.prices[shares.treated][None, :] + (-toll)[:, None] * stream.cases[None, :]
            reduced = np.where(np.isfinite(cost), reduced, np.inf)
            for price, (_, amount) in zip(rate, stream.quantities, strict=True):
                reduced = reduced + price * amount
            scale = np.where(np.isfinite(cost), np.abs(cost), 0.0) + np.abs(answer.prices[shares.treated])[None, :]
            better = ~pairs[q] & (reduced < -IMPROVES * np.maximum(1.0, scale))
            if better.any():
                saved = np.where(better, reduced, 0.0)
                best = np.argpartition(saved, min(ADDED, len(saved)) - 1, axis=0)[:ADDED]
                pairs[q] = pairs[q].copy()
                np.put_along_axis(pairs[q], best, np.take_along_axis(pairs[q] | better, best, axis=0), axis=0)
                could_save -= float(saved.min(axis=0).sum())
                added = True
        if not added or could_save <= enough * max(1.0, abs(float(answer.value or 0.0))):
            return _read(written, answer, relaxed.cost, found, len(model.cost))
    return None


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


def _likely(cost: Floats, stream: Stream, toll: Floats | None, near: int) -> Bools:
    """[S,n] each area's cheapest few sites, and where tolls are known also those that cost hardly more with them."""
    held = np.zeros(cost.shape, bool)
    if toll is None:
        order = np.argpartition(cost, min(near, len(cost) - 1), axis=0)[:near]
        np.put_along_axis(held, order, True, axis=0)
    else:
        with_toll = cost + toll[:, None] * stream.cases[None, :]
        least = with_toll.min(axis=0)
        held = with_toll <= least + LIKELY * np.abs(least) + 1e-9
        held[cost.argmin(axis=0), np.arange(cost.shape[1])] = True
    return held & np.isfinite(cost)


def _read(written: WrittenPairs, answer: highs.Answer, cost: Floats, tolls: Floats, n: int) -> Flowing:
    assert answer.x is not None
    x = answer.x
    missed = float(cost[written.elastic :] @ x[written.elastic :])
    parts = []
    for shares in written.shares:
        share = np.where(x[shares.columns] > 1e-9, x[shares.columns], 0.0)
        used = np.flatnonzero(share)
        parts.append((shares.site[used], shares.area[used], share[used]))
    value = float(answer.value or 0.0) - missed
    return Flowing(value, missed, tuple(parts), tolls, x[:n])
