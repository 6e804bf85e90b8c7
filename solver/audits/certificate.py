"""A lower bound on travel time that anyone can recompute, from multipliers per area and sites chosen freely.

For any multipliers v[a,k,t] every plan that serves all demand travels at least
sum of v[a,k,t] + sum over k,t of the least sum over s in S of rho[s],
rho[s] = sum over a of min(0, demand[a] x minutes[a,s] - v[a]),
where S runs over the sets of sites that locks and site counts of the care type allow. Multipliers are taken to the
digit to which whole-number arithmetic is exact; each choice of digits gives a bound that holds.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from solver.audits.audit import Auditor
from solver.audits.exact import FloatArray, scaled
from solver.audits.layout import Ground
from solver.audits.plain import PlainTables
from solver.audits.rows import number

Multipliers = Mapping[str, Mapping[str, Mapping[str, float]]]


def lagrangian_bound(
    plain: PlainTables, scenario: Mapping[str, Any], multipliers: Multipliers, future: str = "base"
) -> Fraction | None:
    """The bound that multipliers {period: {care_type: {area_id: number}}} prove; None if no plan is allowed."""
    ground = Auditor(plain, scenario, future).ground
    total = Fraction(0)
    for t, period in enumerate(ground.tables.period_ids):
        for k in ground.care_types:
            given = multipliers.get(period, {}).get(ground.tables.care_type_ids[k], {})
            values = np.array([given.get(area, 0.0) for area in ground.tables.area_ids], dtype=np.float64)
            part = bound_of(ground, k, t, values)
            if part is None:
                return None
            total += part
    return total


def bound_of(ground: Ground, k: int, t: int, values: FloatArray) -> Fraction | None:
    """The bound of one care type and period for multipliers float64[A] in order of area ids [case-minutes/year]."""
    tables = ground.tables
    counted = tables.area_inside & (tables.demand[k, t] > 0)
    free, bound, most = _choices(ground, k, t)
    if most < 0:
        return None
    if not counted.any():
        return Fraction(0)
    minutes = ground.minutes(k, ground.way(k))[:, counted]
    within = np.isfinite(minutes)
    demand, travel = scaled(tables.demand[k, t][counted]), scaled(np.where(within, minutes, 0.0))
    if demand is None or travel is None:
        raise ValueError("demand or minutes have more digits than whole-number arithmetic holds")
    cost = demand[0][None, :] * travel[0]
    digits = demand[1] + travel[1]
    largest = max(float(cost.max(initial=1)) / 10.0**digits, float(np.abs(values[counted]).max(initial=1.0)))
    finer = int(np.floor(np.log10(2.0**61 / (len(cost[0]) * largest * 10.0**digits))))
    if finer < 0 or float(demand[0].max()) * float(travel[0].max(initial=0)) > 2.0**61:
        raise ValueError("demand or minutes have more digits than whole-number arithmetic holds")
    one = 10 ** (digits + finer)
    multiplier = np.rint(values[counted] * float(one)).astype(np.int64)
    gain = np.where(within, np.minimum(0, cost * 10**finer - multiplier[None, :]), 0).sum(axis=1)
    chosen = sorted(int(gain[s]) for s in free)[: int(most)]
    least = sum(chosen) + sum(int(gain[s]) for s in bound)
    return Fraction(int(multiplier.sum()) + least, one)


def _choices(ground: Ground, k: int, t: int) -> tuple[list[int], list[int], float]:
    """Sites to choose from, sites open for certain, and how many of the former at most (negative: no plan)."""
    tables, name, period = ground.tables, ground.tables.care_type_ids[k], ground.tables.period_ids[t]
    able = tables.may_offer[:, k]
    may_open, may_close = able.copy(), np.ones_like(able)
    outside = ~tables.site_inside
    may_open[outside], may_close[outside] = tables.offered_today[outside, k], ~tables.offered_today[outside, k]
    most, least = float("inf"), 0.0
    for rule in ground.asked.rules:
        if rule.hardness != "hard" or period not in rule.periods or rule.care_type != name:
            continue
        if rule.kind == "lock" and tables.site_inside[tables.site_at[str(rule.get("site"))]]:
            s = tables.site_at[str(rule.get("site"))]
            wanted = {"open": True, "closed": False, "as_today": bool(tables.offered_today[s, k])}[
                str(rule.get("state"))
            ]
            if wanted:
                may_close[s] = False
            else:
                may_open[s] = False
        if rule.kind == "site_count" and rule.get("region") is None:
            for field in ("exactly", "at_most"):
                if rule.get(field) is not None:
                    most = min(most, float(number(rule, field)))
            for field in ("exactly", "at_least"):
                if rule.get(field) is not None:
                    least = max(least, float(number(rule, field)))
    certain = np.flatnonzero(may_open & ~may_close).tolist()
    free = np.flatnonzero(may_open & may_close).tolist()
    counted = sum(1 for s in certain if tables.site_inside[s])
    impossible = bool((~may_open & ~may_close).any()) or counted + len(free) < least - 1e-6
    return free, certain, -1.0 if impossible else np.floor(min(most - counted, len(free)) + 1e-6)
