"""The beginning of an ascent at full size: the prices of a few groups of the same areas.

An ascent over groups is quick, but ends short of their relaxation where many streams share rooms that are tight: what nobody has room for shows in every area a
little and is lost in what the areas miss by turns. A relaxation over few groups is small enough to be solved to its end by an interior point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.formulations.stage import NO_COLUMN
from solver.priced.ascent import Ascent
from solver.priced.bound import Prices, Pricing
from solver.priced.written import write_pairs
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
OPEN = 0.3
"""Sites that are open oftener than this are those a group goes to."""
NEAR = 12
"""Sites to go to that are written for each group."""
ROUNDING = 1e-9
"""Prices that are smaller are what an interior point leaves of none."""
AFTER_EXACT = 0.005
"""How far above the bound the optimum is believed to lie once the prices of groups are exact, relative."""


def begun_over_groups(
    pricing: Pricing,
    coarse: Pricing,
    labels: Sequence[Ints],
    rounds: int,
    over: Callable[[Ascent], bool],
    watch: Watch,
    *,
    seconds: float,
    seed: int,
    to_the_end: bool,
) -> Ascent:
    """An ascent at full size from prices over the groups of ``coarse``, of which ``labels`` [n] each tell an area's.

    They are those of so many rounds; with ``to_the_end`` the rounds only say which pairs are likely, and the relaxation is written on those and solved to
    its end, if it ends in ``seconds``.
    """
    climbed = _climbed(coarse, rounds, over)
    exact = _relaxed(coarse, climbed, watch, seconds, seed) if to_the_end and not over(climbed) else None
    if exact is None:
        start = _at_full_size(pricing, coarse, climbed.prices, climbed.often, labels)
        return Ascent.on_from(climbed, pricing, start, labels)
    prices, often, columns = exact
    start = _at_full_size(pricing, coarse, prices, often, labels)
    return Ascent(pricing, start, room=AFTER_EXACT, often=often, columns=columns)


def _climbed(coarse: Pricing, rounds: int, over: Callable[[Ascent], bool]) -> Ascent:
    policy = coarse.policy
    cost = [coarse.cost(q, policy.model.cost) for q in range(len(policy.streams))]
    begin = Prices(tuple(1.2 * c.min(axis=0) for c in cost), np.zeros(len(policy.priced)))
    climbed = Ascent(coarse, begin)
    climbed.climb(rounds, over=lambda: over(climbed))
    return climbed


def _relaxed(
    coarse: Pricing, climbed: Ascent, watch: Watch, seconds: float, seed: int
) -> tuple[Prices, Floats, Floats] | None:
    """The prices of the relaxation over the groups, how much of each pair [Q,S] it offers, and the values of the face's columns [N]."""
    policy = coarse.policy
    reduced, edge = coarse.reduced(climbed.prices), coarse.edges(climbed.prices)
    pairs = [_nearest(coarse.with_toll(q, reduced, policy.may_open[q], edge[q])) for q in range(len(policy.streams))]
    upper = policy.model.upper.copy()
    for q, stream in enumerate(policy.streams):
        at = np.flatnonzero(stream.offer != NO_COLUMN)
        upper[stream.offer[at]] = np.minimum(upper[stream.offer[at]], policy.may_open[q, at])
    written = write_pairs(policy, policy.streams, pairs, lower=policy.model.lower, upper=upper, room=True)
    answer = highs.relax(written.model, watch, seconds=seconds, seed=seed, interior=True)
    if answer.ended != "proved" or answer.x is None or answer.prices is None:
        return None
    often = (policy.may_open & ~policy.may_close).astype(float)
    for q, stream in enumerate(policy.streams):
        at = np.flatnonzero(stream.offer != NO_COLUMN)
        often[q, at] = answer.x[stream.offer[at]]
    found = np.where(np.abs(answer.prices) > ROUNDING, answer.prices, 0.0)
    areas = tuple(found[rows] for rows in written.treated)
    return Prices(areas, coarse.signed(found[policy.priced])), often, answer.x[: len(policy.model.cost)]


def _nearest(cost: Floats) -> Bools:
    """[S,n] the sites that cost a group least."""
    held = np.zeros(cost.shape, bool)
    np.put_along_axis(held, np.argpartition(cost, min(NEAR, len(cost)) - 1, axis=0)[:NEAR], True, axis=0)
    return held & np.isfinite(cost)


def _at_full_size(pricing: Pricing, coarse: Pricing, prices: Prices, often: Floats, labels: Sequence[Ints]) -> Prices:
    """Each area's treatment is worth what its own cheapest way costs, room included, and as much more a case as its group's is."""
    reduced, edge = coarse.reduced(prices), coarse.edges(prices)
    areas = []
    for q, (stream, label) in enumerate(zip(pricing.policy.streams, labels, strict=True)):
        open_sites = often[q] > OPEN
        group = coarse.with_toll(q, reduced, open_sites, edge[q]).min(axis=0)
        own = pricing.with_toll(q, reduced, open_sites, edge[q]).min(axis=0)
        margin = np.where(np.isfinite(group), prices.areas[q] - group, 0.0) / coarse.policy.streams[q].cases
        anyway = prices.areas[q][label] * stream.cases / coarse.policy.streams[q].cases[label]
        areas.append(np.where(np.isfinite(own), own + margin[label] * stream.cases, anyway))
    return Prices(tuple(areas), prices.rows)
