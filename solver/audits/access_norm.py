"""Access norm: inhabitants within so many minutes of the nearest site that offers it, whatever the behaviour.

everyone: persons[a] over areas a inside the region with minutes[a] > max_minutes = 0; share: persons within /
persons >= at_least_share; no_worse: persons beyond <= persons beyond today, in the same future. Minutes are
compared as exact decimals.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from solver.audits import exact
from solver.audits.layout import Layout
from solver.audits.missing import missing
from solver.audits.nearest import reach
from solver.audits.rows import Row, at_least, at_most, care_type, number
from solver.audits.scenario import Rule
from solver.audits.travel import Way


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per period: inhabitants, or a share of them."""
    tables, k = layout.tables, care_type(layout, rule)
    longest, kind = float(number(rule, "max_minutes")), rule.get("kind", "everyone")
    for period in rule.periods:
        t = tables.period_at[period]
        far = beyond(layout, k, t, rule.fields, longest)
        if kind == "everyone":
            yield at_most(layout, rule, "*", period, far, Fraction(0))
        elif kind == "no_worse":
            yield at_most(layout, rule, "*", period, far, beyond_today(layout, k, rule.fields, longest))
        elif kind == "share":
            everybody = exact.total(tables.inhabitants(rule.get("group")))
            within = (everybody - far) / everybody if everybody else Fraction(1)
            yield at_least(layout, rule, "*", period, within, number(rule, "at_least_share"))
        else:
            raise missing(f"rule {rule.id}", f"there is no kind {kind}", "name everyone, share or no_worse")


def beyond(layout: Layout, k: int, t: int, fields: Any, longest: float) -> Fraction:
    """Inhabitants inside the region whose nearest offering site is farther than the longest minutes.

    Or out of reach.
    """
    way = _way(layout, k, fields)
    persons = layout.tables.inhabitants(fields.get("group"))
    return exact.total(persons[~(layout.reach(k, t, way).minutes <= longest)])


def beyond_today(layout: Layout, k: int, fields: Any, longest: float) -> Fraction:
    """The same for the sites that offer it today."""
    minutes = layout.ground.minutes(k, _way(layout, k, fields))
    near = reach(minutes, layout.tables.offered_today[:, k])
    return exact.total(np.asarray(layout.tables.inhabitants(fields.get("group")))[~(near.minutes <= longest)])


def _way(layout: Layout, k: int, fields: Any) -> Way:
    return Way.of(fields, layout.ground.asked.mode(layout.tables.care_type_ids[k]))
