"""Unserved: cases that can reach no site that offers their care type, of all areas."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from solver.audits.layout import Layout
from solver.audits.measures import Measure, summed


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The sum over periods [cases/year]."""
    return summed("cases/year", (in_period(layout, t) for t in layout.periods))


def in_period(layout: Layout, t: int) -> Fraction:
    """The unserved cases of one period."""
    return sum((layout.unserved(k, t) for k in layout.care_types), Fraction(0))
