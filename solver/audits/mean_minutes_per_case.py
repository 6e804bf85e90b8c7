"""Mean minutes per case: the travel time shared over the served cases of areas inside the region."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from solver.audits import travel_time
from solver.audits.layout import Layout
from solver.audits.measures import Measure, mean


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The case-weighted mean over periods [minutes]; None without served cases."""
    served = (sum((layout.served(k, t) for k in layout.care_types), Fraction(0)) for t in layout.periods)
    return mean("minutes", zip((travel_time.in_period(layout, t) for t in layout.periods), served, strict=True))
