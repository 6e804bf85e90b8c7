"""Money: what a year of a landscape costs, and what it costs to get there, in the words of the model."""

from __future__ import annotations

from solver.landscape import Landscape
from solver.rule import Expression, Words


def operating_eur(m: Words, land: Landscape, t: int, care_type: int | None = None) -> Expression:
    """EUR/year of period t: locations once, what is offered, and each case; of one care type alone without its locations.

    Sites of the region only. Columns that the data do not have cost nothing.
    """
    _, S, K, _ = land.shape
    cost: Expression = m.nothing
    for s in range(S):
        if not land.site_in_region[s]:
            continue
        if care_type is None and land.location_fixed_eur is not None and land.location_fixed_eur[s] != 0:
            cost += float(land.location_fixed_eur[s]) * m.present[s, t]
        for k in range(K) if care_type is None else (care_type,):
            if not land.may_offer[s, k]:
                continue
            if land.fixed_eur is not None and land.fixed_eur[s, k, t] != 0:
                cost += float(land.fixed_eur[s, k, t]) * m.offers[s, k, t]
            if land.variable_eur is not None and land.variable_eur[s, k, t] != 0:
                cost += float(land.variable_eur[s, k, t]) * m.volume[s, k, t]
    return cost


def transition_eur(m: Words, land: Landscape, t: int, care_type: int | None = None) -> Expression:
    """EUR of the changes in period t: openings, closings, locations that are left, steps of stock; of one care type alone the first two."""
    _, S, K, _ = land.shape
    cost: Expression = m.nothing
    for s in range(S):
        if not land.site_in_region[s]:
            continue
        for k in range(K) if care_type is None else (care_type,):
            if not land.may_offer[s, k]:
                continue
            if land.opening_eur is not None and land.opening_eur[s, k] != 0:
                cost += float(land.opening_eur[s, k]) * m.opens[s, k, t]
            if land.closing_eur is not None and land.closing_eur[s, k] != 0:
                cost += float(land.closing_eur[s, k]) * m.closes[s, k, t]
        if care_type is None and land.location_closing_eur is not None and land.location_closing_eur[s] != 0:
            cost += float(land.location_closing_eur[s]) * m.leaves[s, t]
    return cost + m.steps_eur(t) if care_type is None else cost
