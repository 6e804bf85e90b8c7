"""Changes: how many care types open or close at a site, against the period before, the first against today.

count of (s,k) inside the region with offers[s,k,t] != offers[s,k,t-1].
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from solver.audits.exact import BoolArray
from solver.audits.layout import Layout
from solver.audits.measures import Measure, summed


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The sum over periods [changes]."""
    return summed("changes", (Fraction(int(changed(layout, t, "both").sum())) for t in layout.periods))


def changed(layout: Layout, t: int, counts: str) -> BoolArray:
    """bool[S,K]: pairs inside the region that open, close, or do either in a period."""
    now, before = layout.offers[t], layout.before[t]
    kinds = {"openings": now & ~before, "closings": before & ~now, "both": now ^ before}
    return np.asarray(kinds[counts] & layout.ours, dtype=np.bool_)
