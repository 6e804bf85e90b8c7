"""Budget: operating or transition cost stays within so many euros, each period apart or all together.

cost[t] <= at_most_eur for each t, or with `period: total` sum over t of cost[t] <= at_most_eur.
"""

from collections.abc import Iterator
from fractions import Fraction

from solver.audits import operating_cost, transition_cost
from solver.audits.layout import Layout
from solver.audits.rows import Row, at_most, number
from solver.audits.scenario import Rule


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per period, or one with period `total` [EUR]."""
    cost = transition_cost.in_period if rule.get("scope", "operating") == "transition" else operating_cost.in_period
    tables = layout.tables
    one = None if rule.care_type is None else tables.care_type_at[rule.care_type]
    spent = {period: cost(layout, tables.period_at[period], one) for period in rule.periods}
    if rule.get("period") == "total":
        spent = {"total": sum(spent.values(), Fraction(0))} if spent else {}
    for period, value in spent.items():
        yield at_most(layout, rule, "*", period, value, number(rule, "at_most_eur"))
