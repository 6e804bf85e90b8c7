"""Adverse outcomes: expected complications or deaths, fewer where a site treats more.

sum over s,k of volume[s,k,t] x rate[k](volume[s,k,t]), the rate of the highest from_volume that the volume reaches
(up to 1e-6, as limits) [cases/year].
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from solver.audits import exact
from solver.audits.layout import Layout
from solver.audits.measures import Measure, summed
from solver.audits.missing import missing
from solver.audits.plain import numbers, texts
from solver.audits.rows import SLACK

Steps = list[tuple[Fraction, Fraction]]


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The sum over periods [cases/year]."""
    rates = _rates(layout)
    return summed("cases/year", (_in_period(layout, t, rates) for t in layout.periods))


def _rates(layout: Layout) -> dict[int, Steps]:
    plain, tables = layout.tables.plain, layout.tables
    starts, rates = (numbers(plain, "outcome_rates", column) for column in ("from_volume", "rate"))
    if starts is None or rates is None:
        raise missing("outcome_rates", "is not there but needed", "add the table")
    found: dict[int, Steps] = {}
    for k, start, rate in zip(
        texts(plain, "outcome_rates", "care_type_id"), exact.decimals(starts), exact.decimals(rates), strict=True
    ):
        if tables.care_type_at.get(k) in layout.care_types:
            found.setdefault(tables.care_type_at[k], []).append((start, rate))
    return {k: sorted(steps) for k, steps in found.items()}


def _in_period(layout: Layout, t: int, rates: dict[int, Steps]) -> Fraction:
    return sum(
        (volume * _rate(layout, k, s, volume, steps)
         for k, steps in rates.items() for s, volume in enumerate(layout.volume(k, t)) if volume),
        Fraction(0),
    )  # fmt: skip


def _rate(layout: Layout, k: int, s: int, volume: Fraction, steps: Steps) -> Fraction:
    reached = [rate for start, rate in steps if volume >= start - SLACK * max(Fraction(1), start)]
    if not reached:
        where = f"outcome_rates, care type {layout.tables.care_type_ids[k]}"
        raise missing(
            where,
            f"no rate for {float(volume)} cases a year (site {layout.tables.site_ids[s]})",
            "add a row with from_volume 0",
        )
    return reached[-1]
