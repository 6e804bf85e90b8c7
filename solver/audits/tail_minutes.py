"""Tail minutes: the mean minutes of the share of cases that travel longest (conditional value at risk).

cases of all care types and areas inside the region, longest trips first, until `share` of the served cases; their
mean.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from solver.audits import exact
from solver.audits.layout import Layout
from solver.audits.measures import Measure, Value, largest
from solver.audits.missing import missing


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The largest over periods [minutes]; None without served cases."""
    if fields.get("share") is None:
        raise missing("objective tail_minutes", "needs share", "give it, for instance 0.05")
    share = exact.decimal(fields["share"])
    return largest("minutes", (_in_period(layout, t, share) for t in layout.periods))


def _in_period(layout: Layout, t: int, share: Fraction) -> Value:
    parts = [layout.inside(k, t) for k in layout.care_types]
    cases = np.concatenate([stream.cases for stream, _ in parts] or [np.zeros(0)])
    minutes = np.concatenate([own for _, own in parts] or [np.zeros(0)])
    wanted = share * exact.total(cases)
    if not wanted or not np.isfinite(minutes).all():
        return None
    distinct, group = np.unique(minutes, return_inverse=True)
    sums = exact.totals(group.astype(np.int64), cases, len(distinct))
    left, travelled = wanted, Fraction(0)
    for each, count in zip(distinct[::-1].tolist(), sums[::-1], strict=True):
        taken = min(left, count)
        travelled += taken * exact.decimal(each)
        left -= taken
        if not left:
            break
    return travelled / wanted
