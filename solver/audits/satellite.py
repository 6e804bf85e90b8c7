"""Satellite: a site may offer a care type under the wing of a parent, with a norm of its own.

offers[s,k,t] <= offers[p,k,t] for a parent site p, or <= max over s' of offers[s',p,t] for a parent care type p; and
volume[s,k,t] >= at_least wherever a satellite offers. A parent site is no satellite itself.
"""

from collections.abc import Iterator

import numpy as np

from solver.audits.layout import Layout
from solver.audits.missing import missing
from solver.audits.rows import Row, at_least, care_type, claim, number
from solver.audits.scenario import Rule


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """Two rows per satellite and period: its parent is there; its volume [cases/year]."""
    tables, k, parent = layout.tables, care_type(layout, rule), str(rule.get("parent"))
    if parent not in tables.site_at and parent not in tables.care_type_at:
        raise missing(f"rule {rule.id}, parent {parent}", "is neither a care type nor a site", "name one of either")
    mother = None if parent in tables.care_type_at else tables.site_at[parent]
    for period in rule.periods:
        t = tables.period_at[period]
        there = (
            layout.offers[t, :, tables.care_type_at[parent]].any() if mother is None else layout.offers[t, mother, k]
        )
        for s in np.flatnonzero(layout.offers[t, :, k] & tables.site_inside).tolist():
            if s == mother:
                continue
            yield claim(layout, rule, tables.site_ids[s], period, true=bool(there))
            if rule.get("at_least") is not None:
                yield at_least(
                    layout, rule, tables.site_ids[s], period, layout.volume(k, t)[s], number(rule, "at_least")
                )
