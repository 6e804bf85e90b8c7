"""Sites: how many pairs of a site and a care type are offered inside the region."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from solver.audits.layout import Layout
from solver.audits.measures import Measure, summed


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The sum over periods [sites]."""
    return summed("sites", (Fraction(int((layout.offers[t] & layout.ours).sum())) for t in layout.periods))
