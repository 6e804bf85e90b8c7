"""Operating cost: what a year costs: each location that offers anything once, each offered care type, and each case.

sum over s of fixed[s] x (offers anything) + sum over s,k of fixed[s,k] x offers[s,k,t] + variable[s,k] x
volume[s,k,t] [EUR/year], sites inside the region, care types of the scenario; a location is open for care types
outside the scenario as today.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from solver.audits import exact
from solver.audits.layout import Layout
from solver.audits.measures import Measure, summed


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The sum over periods [EUR/year]."""
    return summed("EUR/year", (in_period(layout, t) for t in layout.periods))


def in_period(layout: Layout, t: int, care_type: int | None = None) -> Fraction:
    """The cost of one period, of all care types with their locations, or of one care type alone."""
    tables, offered = layout.tables, layout.offers[t] & layout.ours
    if care_type is not None:
        offered = offered & (np.arange(len(tables.care_type_ids)) == care_type)
    fixed = exact.total(tables.cost("fixed_cost_eur_per_year", offered))
    per_case = tables.cost("variable_cost_eur_per_case", offered)
    s, k = np.nonzero(per_case)
    cases = sum(
        (
            price * layout.volume(kk, t)[ss]
            for ss, kk, price in zip(s.tolist(), k.tolist(), exact.decimals(per_case[s, k]), strict=True)
        ),
        Fraction(0),
    )
    if care_type is not None:
        return fixed + cases
    open_locations = layout.offers[t].any(axis=1) & tables.site_inside
    return fixed + cases + exact.total(tables.cost("fixed_cost_eur_per_year", open_locations))
