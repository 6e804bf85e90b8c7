"""Largest organisation loss: the share that the hardest hit organisation loses of its revenue, staff or cases of today.

largest over o of (today[o] - plan[o]) / today[o], at least 0, over organisations that have any today [share].
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from solver.audits.layout import Layout
from solver.audits.measures import Measure, largest
from solver.audits.organisation_balance import of_organisations


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The largest over periods [share]."""
    measure, resource = str(fields.get("measure") or "revenue"), fields.get("resource")
    return largest("share", (_in_period(layout, t, measure, resource) for t in layout.periods))


def _in_period(layout: Layout, t: int, measure: str, resource: str | None) -> Fraction:
    today = of_organisations(layout.baseline(), t, measure, resource)
    plan = of_organisations(layout, t, measure, resource)
    return max([Fraction(0), *((had - plan[o]) / had for o, had in today.items() if had > 0)])
