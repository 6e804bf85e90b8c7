"""Site count: so many sites offer a care type, or anything at all, in the whole region or in one of its regions.

number of s inside the region (and in `region`) with offers[s,k,t] = exactly, >= at_least, <= at_most; without k:
offers of any kind.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from solver.audits.layout import Layout
from solver.audits.missing import missing
from solver.audits.rows import Row, at_least, at_most, exactly, number
from solver.audits.scenario import Rule


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per period and limit [sites]; the subject is the region, or '*' for all sites."""
    tables, region = layout.tables, rule.get("region")
    counted = tables.site_inside.copy()
    if region is not None:
        members = tables.region_sites()
        if region not in members:
            raise missing(
                f"rule {rule.id}, region {region}", "has no sites in region_members", "add them, or name another region"
            )
        counted &= np.isin(np.arange(len(tables.site_ids)), members[region])
    subject = "*" if region is None else str(region)
    for period in rule.periods:
        offers = layout.offers[tables.period_at[period]]
        offering = offers.any(axis=1) if rule.care_type is None else offers[:, tables.care_type_at[rule.care_type]]
        count = Fraction(int((offering & counted).sum()))
        for name, row in (("exactly", exactly), ("at_least", at_least), ("at_most", at_most)):
            if rule.get(name) is not None:
                yield row(layout, rule, subject, period, count, number(rule, name))
