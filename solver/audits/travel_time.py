"""Travel time: what all patients travel, one way.

sum over a inside the region, s, k of flow[a,s,k,t] x minutes[a,s] in the care type's own mode [case-minutes/year].
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from solver.audits.layout import Layout
from solver.audits.measures import Measure, summed


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The sum over periods [case-minutes/year]."""
    return summed("case-minutes/year", (in_period(layout, t) for t in layout.periods))


def in_period(layout: Layout, t: int) -> Fraction:
    """Cases x minutes of one period."""
    return sum((layout.travelled(k, t) for k in layout.care_types), Fraction(0))
