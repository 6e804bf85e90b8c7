"""Worst minutes: the longest trip of anybody who needs care.

largest over a inside the region with demand, and k, of minutes[a,s] over positive flows (steered, nearest), or to
the nearest offering site (choice, observed); None when somebody is unserved.
"""

from collections.abc import Mapping
from typing import Any

from solver.audits.exact import FloatArray, decimal
from solver.audits.layout import Layout
from solver.audits.measures import Measure, Value, largest


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The largest over periods [minutes]."""
    return largest("minutes", (_in_period(layout, t) for t in layout.periods))


def _in_period(layout: Layout, t: int) -> Value:
    if any(layout.unserved(k, t) for k in layout.care_types):
        return None
    worst = max((float(_minutes(layout, k, t).max(initial=0.0)) for k in layout.care_types), default=0.0)
    return None if worst == float("inf") or worst != worst else decimal(worst)


def _minutes(layout: Layout, k: int, t: int) -> FloatArray:
    behaviour = layout.ground.asked.behaviours[layout.tables.care_type_ids[k]]["behaviour"]
    if behaviour in ("steered", "nearest"):
        return layout.inside(k, t)[1]
    needing = layout.tables.area_inside & (layout.tables.demand[k, t] > 0)
    minutes: FloatArray = layout.reach(k, t, layout.ground.way(k)).minutes[needing]
    return minutes
