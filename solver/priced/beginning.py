"""The beginning of an ascent at full size: where one over groups of the same areas ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from solver.priced.ascent import Ascent
from solver.priced.bound import Prices, Pricing

Ints = NDArray[np.int64]
OPEN = 0.3
"""Sites that are open oftener than this are those a group goes to."""


def begun_over_groups(
    pricing: Pricing, coarse: Pricing, labels: Sequence[Ints], rounds: int, over: Callable[[Ascent], bool]
) -> Ascent:
    """Climb so many rounds over the groups of ``coarse``, of which ``labels`` [n] each tell an area's, and take prices, mean and steps to full size.

    Each area's treatment is worth its share of what its group's is, and what its own way to the group's site adds.
    """
    policy = coarse.policy
    cost = [coarse.cost(q, policy.model.cost) for q in range(len(policy.streams))]
    begin = Prices(tuple(1.2 * c.min(axis=0) for c in cost), np.zeros(len(policy.priced)))
    climbed = Ascent(coarse, begin)
    climbed.climb(rounds, over=lambda: over(climbed))
    reduced = coarse.reduced(climbed.prices)
    areas = []
    for q, (stream, label) in enumerate(zip(pricing.policy.streams, labels, strict=True)):
        group = coarse.with_toll(q, reduced, climbed.often[q] > OPEN)
        own = pricing.with_toll(q, reduced, np.ones(len(group), bool))
        site = group.argmin(axis=0)[label]
        share = stream.cases / policy.streams[q].cases[label]
        there, of_group = own[site, np.arange(len(label))], group[site, label]
        extra = np.where(np.isfinite(there), there - share * np.where(np.isfinite(of_group), of_group, 0.0), 0.0)
        areas.append(share * climbed.prices.areas[q][label] + extra)
    return Ascent.on_from(climbed, pricing, Prices(tuple(areas), climbed.prices.rows), labels)
