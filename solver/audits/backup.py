"""Backup: a share of the inhabitants has two offering sites within reach.

persons[a] over areas a with the second nearest offering site within max_minutes / persons >= at_least_share.
"""

from collections.abc import Iterator
from fractions import Fraction

from solver.audits import exact
from solver.audits.layout import Layout
from solver.audits.rows import Row, at_least, care_type, number
from solver.audits.scenario import Rule
from solver.audits.travel import Way


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per period, a share of the inhabitants inside the region."""
    tables, k = layout.tables, care_type(layout, rule)
    way = Way.of(rule.fields, layout.ground.asked.mode(tables.care_type_ids[k]))
    persons = tables.inhabitants(rule.get("group"))
    everybody = exact.total(persons)
    for period in rule.periods:
        second = layout.reach(k, tables.period_at[period], way).second
        twice = exact.total(persons[second <= float(number(rule, "max_minutes"))])
        share = twice / everybody if everybody else Fraction(1)
        yield at_least(layout, rule, "*", period, share, number(rule, "at_least_share"))
