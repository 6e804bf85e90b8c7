"""Capacity: a site treats at most its capacity, times a factor, and the room bought in steps; sites outside the region buy nothing.

volume[s,k,t] <= factor x capacity_per_year[s,k] + step x bought[s,k,t], for every offered pair whose capacity is not blank.
A pair buys the fewest whole steps that hold its volume, in the periods of the rule, and keeps them.
"""

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from solver.audits.exact import decimal
from solver.audits.layout import Layout
from solver.audits.rows import SLACK, Row, at_most, care_type
from solver.audits.scenario import Rule


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per offered pair with a capacity [cases/year]."""
    tables, k = layout.tables, care_type(layout, rule)
    step = decimal(rule.get("step") or 0)
    for period in rule.periods:
        t = tables.period_at[period]
        volume, room = layout.volume(k, t), _room(layout, rule, k)
        bought = _bought(layout, rule, k)[t] if step else {}
        for s in np.flatnonzero(layout.offers[t, :, k]).tolist():
            if s in room:
                yield at_most(layout, rule, tables.site_ids[s], period, volume[s], room[s] + step * bought.get(s, 0))


def steps_cost(layout: Layout, t: int) -> Fraction:
    """What the steps bought in a period cost [EUR], over all capacity rules."""
    spent = Fraction(0)
    for rule in layout.ground.asked.rules:
        if rule.kind == "capacity" and rule.get("step") is not None:
            bought = _bought(layout, rule, care_type(layout, rule))
            before = bought[t - 1] if t else {}
            each = decimal(rule.get("step_cost_eur", 0))
            spent += each * sum(count - before.get(s, 0) for s, count in bought[t].items())
    return spent


def _room(layout: Layout, rule: Rule, k: int) -> dict[int, Fraction]:
    """Site -> its capacity times the factor, where the capacity is known [cases/year]."""
    capacity = layout.tables.site_care("capacity_per_year")
    if capacity is None:
        return {}
    factor = decimal(rule.get("factor", 1))
    return {s: factor * decimal(capacity[s, k]) for s in np.flatnonzero(np.isfinite(capacity[:, k])).tolist()}


def _bought(layout: Layout, rule: Rule, k: int) -> list[dict[int, int]]:
    """Per period the steps that each site holds."""
    tables, step, held, all_periods = layout.tables, decimal(rule.get("step")), dict[int, int](), []
    room = _room(layout, rule, k)
    for t in layout.periods:
        if rule.hardness != "report" and tables.period_ids[t] in rule.periods:
            volume = layout.volume(k, t)
            for s in (s for s in np.flatnonzero(layout.offers[t, :, k] & tables.site_inside).tolist() if s in room):
                short = volume[s] - room[s] - SLACK * max(Fraction(1), abs(room[s]))
                held[s] = max(held.get(s, 0), math.ceil(short / step), 0)
        all_periods.append(dict(held))
    return all_periods
