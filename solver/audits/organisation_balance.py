"""Organisation balance: every organisation keeps at least a share of its revenue, staff or cases of today.

measure[o,t] >= at_least_share x measure[o,t] of the baseline; sites inside the region, care types of the scenario.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from solver.audits import exact
from solver.audits.layout import Layout
from solver.audits.missing import missing
from solver.audits.resources import staff, use_of, used
from solver.audits.rows import Row, at_least, number
from solver.audits.scenario import Rule


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per organisation and period [EUR/year, staff or cases/year]."""
    measure, share = str(rule.get("measure", "revenue")), number(rule, "at_least_share")
    one = None if rule.care_type is None else layout.tables.care_type_at[rule.care_type]
    for period in rule.periods:
        t = layout.tables.period_at[period]
        today = of_organisations(layout.baseline(), t, measure, rule.get("resource"), one)
        for organisation, value in of_organisations(layout, t, measure, rule.get("resource"), one).items():
            yield at_least(layout, rule, organisation, period, value, share * today[organisation])


def of_organisations(
    layout: Layout, t: int, measure: str, resource: str | None = None, care_type: int | None = None
) -> dict[str, Fraction]:
    """Revenue [EUR/year], staff [of the resource.

    Or of all counted in fte] or cases [cases/year] of each organisation in one period.
    """
    tables = layout.tables
    care_types = layout.care_types if care_type is None else (care_type,)
    per_site = [Fraction(0)] * len(tables.site_ids)
    offered = layout.offers[t] & layout.ours & np.isin(np.arange(len(tables.care_type_ids)), care_types)
    if measure == "staff":
        for r in staff(layout) if resource is None else [resource]:
            use = {k: need for k, need in use_of(layout, r).items() if k in care_types}
            for s in np.flatnonzero(tables.site_inside).tolist():
                per_site[s] += used(layout, use, s, t)
    elif measure in ("cases", "revenue"):
        price = tables.cost("revenue_eur_per_case", offered) if measure == "revenue" else np.ones(offered.shape)
        s_at, k_at = np.nonzero(offered)
        for s, k, each in zip(s_at.tolist(), k_at.tolist(), exact.decimals(price[s_at, k_at]), strict=True):
            per_site[s] += each * layout.volume(k, t)[s]
    else:
        raise missing("organisation measure", f"there is no measure {measure}", "name revenue, staff or cases")
    found: dict[str, Fraction] = {}
    for s in np.flatnonzero(tables.site_inside).tolist():
        found[tables.organisation_of[s]] = found.get(tables.organisation_of[s], Fraction(0)) + per_site[s]
    return found
