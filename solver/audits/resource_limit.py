"""Resource limit: what the sites of a pool use of a resource is at most the pool's stock.

sum over s in pool p, k of per_open_site[k] x offers[s,k,t] + per_case[k] x volume[s,k,t] <= stock[p,t].
`attrition_on_closing`: the stock loses that share of what today's offers that are gone in t use under today's
layout. `mobility`: of each pool's stock up to that share may work in other pools, so that only the shortages of all
pools together count against what all can lend. `step`: what is short is bought in whole steps, kept for later
periods, at `step_cost_eur` each (part of the transition cost). A rule that is only reported buys nothing.
"""

import math
from collections.abc import Iterator
from fractions import Fraction

from solver.audits.exact import decimal
from solver.audits.layout import Layout
from solver.audits.resources import Use, pools, stock, use_of, used, used_for
from solver.audits.rows import SLACK, Row, at_most
from solver.audits.scenario import Rule


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per pool and period [the resource's unit].

    With mobility one row per period, the shortages of all pools beside what can be lent.
    """
    balance = _balance(layout, rule)
    for period in rule.periods:
        t = layout.tables.period_at[period]
        here = {pool: numbers for (pool, at), numbers in balance.items() if at == t}
        bought = _steps(layout, rule, balance)[t]
        step = decimal(rule.get("step", 0))
        if _mobility(rule):
            short, lent = _short_and_lent(rule, here)
            yield at_most(layout, rule, "*", period, short, lent + step * bought.get("*", 0))
            continue
        for pool, (value, limit) in here.items():
            yield at_most(layout, rule, pool, period, value, limit + step * bought.get(pool, 0))


def steps_cost(layout: Layout, t: int) -> Fraction:
    """What the steps bought in a period cost [EUR], over all resource limits."""
    spent = Fraction(0)
    for rule in layout.ground.asked.rules:
        if rule.kind == "resource_limit" and rule.get("step") is not None:
            bought = _steps(layout, rule, _balance(layout, rule))
            before = bought[t - 1] if t else {}
            spent += decimal(rule.get("step_cost_eur", 0)) * sum(
                count - before.get(pool, 0) for pool, count in bought[t].items()
            )
    return spent


def _balance(layout: Layout, rule: Rule) -> dict[tuple[str, int], tuple[Fraction, Fraction]]:
    """Use and own stock of each pool in each period."""
    resource = str(rule.get("resource"))
    use = use_of(layout, resource)
    if rule.care_type is not None:
        use = {k: need for k, need in use.items() if layout.tables.care_type_ids[k] == rule.care_type}
    members = pools(layout, resource, use)
    have = stock(layout, resource, members)
    leaving = decimal(rule.get("attrition_on_closing", 0))
    return {
        (pool, t): (
            sum((used(layout, use, s, t) for s in sites), Fraction(0)),
            have[pool, t] - (leaving * _released(layout, use, sites, t) if leaving else 0),
        )
        for pool, sites in members.items()
        for t in layout.periods
    }


def _released(layout: Layout, use: Use, sites: list[int], t: int) -> Fraction:
    today = layout.baseline()
    gone = [(s, k) for s in sites for k in use if layout.tables.offered_today[s, k] and not layout.offers[t, s, k]]
    return sum((used_for(today, use, s, k, t) for s, k in gone), Fraction(0))


def _mobility(rule: Rule) -> Fraction:
    return decimal(rule.get("mobility", 0))


def _short_and_lent(rule: Rule, here: dict[str, tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    short = sum((max(Fraction(0), value - limit) for value, limit in here.values()), Fraction(0))
    lent = (max(Fraction(0), min(_mobility(rule) * limit, limit - value)) for value, limit in here.values())
    return short, sum(lent, Fraction(0))


def _steps(
    layout: Layout, rule: Rule, balance: dict[tuple[str, int], tuple[Fraction, Fraction]]
) -> list[dict[str, int]]:
    """Per period the steps held by each pool, '*' where pools lend to each other."""
    step, held, all_periods = decimal(rule.get("step", 0)), dict[str, int](), []
    buys = step and rule.hardness != "report"
    for t in layout.periods:
        if buys and layout.tables.period_ids[t] in rule.periods:
            here = {pool: numbers for (pool, at), numbers in balance.items() if at == t}
            for pool, (value, limit) in ({"*": _short_and_lent(rule, here)} if _mobility(rule) else here).items():
                short = value - limit - SLACK * max(Fraction(1), abs(limit))
                held[pool] = max(held.get(pool, 0), math.ceil(short / step), 0)
        all_periods.append(dict(held))
    return all_periods
