"""Capacity: a site treats at most its capacity, times a factor; sites outside the region too.

volume[s,k,t] <= factor x capacity_per_year[s,k], for every offered pair whose capacity is not blank.
"""

from collections.abc import Iterator

import numpy as np

from solver.audits.exact import decimal
from solver.audits.layout import Layout
from solver.audits.rows import Row, at_most, care_type
from solver.audits.scenario import Rule


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per offered pair with a capacity [cases/year]."""
    tables, k = layout.tables, care_type(layout, rule)
    capacity = tables.site_care("capacity_per_year")
    if capacity is None:
        return
    factor = decimal(rule.get("factor", 1))
    for period in rule.periods:
        t = tables.period_at[period]
        volume = layout.volume(k, t)
        for s in np.flatnonzero(layout.offers[t, :, k] & np.isfinite(capacity[:, k])).tolist():
            yield at_most(layout, rule, tables.site_ids[s], period, volume[s], factor * decimal(capacity[s, k]))
