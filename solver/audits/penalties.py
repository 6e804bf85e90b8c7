"""Penalties: what the breaches of soft rules cost.

Each breach in its limit's unit times the rule's penalty per unit.
"""

from collections.abc import Iterable
from fractions import Fraction

from solver.audits.layout import Layout
from solver.audits.measures import Measure
from solver.audits.rows import Row


def audit(layout: Layout, rows: Iterable[Row]) -> Measure:
    """The sum over soft rules, subjects and periods [penalty]."""
    by_period = dict.fromkeys((*layout.tables.period_ids, "total"), Fraction(0))
    for row in rows:
        if row.hardness == "soft":
            by_period[row.period] += row.penalty * row.breach
    return Measure(
        "penalty", sum(by_period.values(), Fraction(0)), tuple(by_period[t] for t in layout.tables.period_ids)
    )
