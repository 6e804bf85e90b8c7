"""Interdependency: one care type needs another on the spot, in the same organisation, or near; or may not have it.

offers[s,k,t] <= offers[s,r,t] (same_site); <= max of offers[s',r,t] over s' of the same organisation, or over s'
with minutes s to s' within `minutes`, the site itself at 0; excludes: offers[s,k,t] + offers[s,r,t] <= 1.
"""

from collections.abc import Iterator

import numpy as np

from solver.audits.exact import BoolArray
from solver.audits.layout import Layout
from solver.audits.missing import missing
from solver.audits.plain import numbers, texts
from solver.audits.rows import Row, care_type, claim, number
from solver.audits.scenario import Rule
from solver.audits.tables import places


def audit(layout: Layout, rule: Rule) -> Iterator[Row]:
    """A row per site inside the region that offers the care type, and period."""
    tables, k = layout.tables, care_type(layout, rule)
    named = rule.get("requires")
    anyone = [named] if isinstance(named, str) else list(named or ())
    for other in anyone or [named]:
        if other not in tables.care_type_at:
            raise missing(f"rule {rule.id}, requires {other}", "is not known", "name a care type of the data")
    required = [tables.care_type_at[other] for other in anyone]
    helps = _helps(layout, rule)
    for period in rule.periods:
        t = tables.period_at[period]
        provided = helps @ layout.offers[t][:, required].any(axis=1)
        met = ~provided if rule.get("relation") == "excludes" else provided
        for s in np.flatnonzero(layout.offers[t, :, k] & tables.site_inside).tolist():
            yield claim(layout, rule, tables.site_ids[s], period, true=bool(met[s]))


def _helps(layout: Layout, rule: Rule) -> BoolArray:
    """bool[S,S]: whether what site s' offers counts for site s."""
    tables, relation = layout.tables, rule.get("relation", "same_site")
    own = np.eye(len(tables.site_ids), dtype=np.bool_)
    if relation in ("same_site", "excludes"):
        return own
    if relation == "same_organisation":
        organisation = np.array(tables.organisation_of, dtype=object)
        return np.asarray(organisation[:, None] == organisation[None, :], dtype=np.bool_)
    if relation != "within_minutes":
        raise missing(
            f"rule {rule.id}",
            f"there is no relation {relation}",
            "name same_site, same_organisation, within_minutes or excludes",
        )
    minutes = numbers(tables.plain, "site_times", "minutes")
    if minutes is None:
        raise missing(f"rule {rule.id}", "needs the minutes between sites", "add table site_times")
    modes = texts(tables.plain, "site_times", "mode") or (None,) * len(minutes)
    near = np.array([(m or "car") == rule.get("mode", "car") for m in modes], dtype=np.bool_)
    near &= minutes <= float(number(rule, "minutes"))
    table = tables.plain["site_times"]
    here = places(table["site_id"][near].tolist(), tables.site_at, "site_times", "site_id")
    there = places(table["to_site_id"][near].tolist(), tables.site_at, "site_times", "to_site_id")
    own[here, there] = True
    return own
