"""Transition cost: what it costs once to open, to close, and to leave a location altogether.

sum of opening_cost[s,k] x opens[s,k,t] + closing_cost[s,k] x closes[s,k,t] + closing_cost[s] x (last offer gone) +
steps of stock and capacity bought [EUR], against the period before, the first against today; sites inside the region.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from solver.audits import capacity, exact, resource_limit
from solver.audits.layout import Layout
from solver.audits.measures import Measure, summed


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The sum over periods [EUR]."""
    return summed("EUR", (in_period(layout, t) for t in layout.periods))


def in_period(layout: Layout, t: int, care_type: int | None = None) -> Fraction:
    """The cost of one period's changes, of all care types with their locations, or of one care type alone."""
    tables, now, before, ours = layout.tables, layout.offers[t], layout.before[t], layout.ours
    if care_type is not None:
        ours = ours & (np.arange(len(tables.care_type_ids)) == care_type)
    pairs = exact.total(tables.cost("opening_cost_eur", ours & now & ~before))
    pairs += exact.total(tables.cost("closing_cost_eur", ours & before & ~now))
    if care_type is not None:
        return pairs
    left = before.any(axis=1) & ~now.any(axis=1) & tables.site_inside
    steps = resource_limit.steps_cost(layout, t) + capacity.steps_cost(layout, t)
    return pairs + exact.total(tables.cost("closing_cost_eur", left)) + steps
