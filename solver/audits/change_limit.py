"""Change limit: at most so many openings or closings in a period, some final, late or with the receiver ready first.

count of changes[s,k,t] (in all, per site, or per region) <= at_most, each period apart; `irreversible`: a pair
that changed never changes again; `lead_periods` n: no counted change in the first n periods; `receiver_first`: in a
period in which a care type closes somewhere it opens nowhere, so that who receives was offering in the period
before.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from solver.audits.changes import changed
from solver.audits.exact import BoolArray
from solver.audits.layout import Layout
from solver.audits.missing import missing
from solver.audits.rows import Row, at_most, number
from solver.audits.scenario import Rule


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per period, limit, and site or region where the rule is per site or region [changes]."""
    tables, counts = layout.tables, str(rule.get("counts", "both"))
    mine = np.ones(len(tables.care_type_ids), dtype=np.bool_)
    if rule.care_type is not None:
        mine = np.arange(len(tables.care_type_ids)) == tables.care_type_at[rule.care_type]
    for period in rule.periods:
        t = tables.period_at[period]
        now = changed(layout, t, counts) & mine
        for subject, members in _subjects(layout, rule).items():
            if rule.get("at_most") is not None:
                yield at_most(layout, rule, subject, period, _count(now[members]), number(rule, "at_most"))
            if rule.get("irreversible"):
                again = changed(layout, t, "both") & mine & _changed_before(layout, t)
                yield at_most(layout, rule, subject, period, _count(again[members]), Fraction(0))
            if t < rule.get("lead_periods", 0):
                yield at_most(layout, rule, subject, period, _count(now[members]), Fraction(0))
            if rule.get("receiver_first"):
                closing = (changed(layout, t, "closings") & mine)[members].any(axis=0)
                opening = (changed(layout, t, "openings") & mine)[members]
                yield at_most(layout, rule, subject, period, _count(opening & closing), Fraction(0))


def _subjects(layout: Layout, rule: Rule) -> dict[str, list[int]]:
    tables, per = layout.tables, rule.get("per")
    if per == "site":
        return {name: [s] for s, name in enumerate(tables.site_ids) if tables.site_inside[s]}
    if per == "region":
        return tables.region_sites()
    if per is not None:
        raise missing(f"rule {rule.id}", f"cannot be per {per}", "name site or region, or leave it out")
    return {"*": list(range(len(tables.site_ids)))}


def _changed_before(layout: Layout, t: int) -> BoolArray:
    earlier = np.zeros_like(layout.ours)
    for period in range(t):
        earlier |= changed(layout, period, "both")
    return earlier


def _count(marked: BoolArray) -> Fraction:
    return Fraction(int(marked.sum()))
