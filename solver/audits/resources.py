"""Resources: how much of each a care type uses where it is offered, and how much there is in each pool.

use[s,k,t] = per_open_site[k] x offers[s,k,t] + per_case[k] x volume[s,k,t], sites inside the region.
"""

from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from solver.audits.exact import decimal
from solver.audits.layout import Layout
from solver.audits.missing import Gap, MissingData, missing
from solver.audits.plain import numbers, texts
from solver.audits.tables import in_force

Use = dict[int, tuple[Fraction, Fraction]]


def use_of(layout: Layout, resource: str) -> Use:
    """Per care type of the scenario that uses the resource: (per open site, per case); blank = 0."""
    plain, tables = layout.tables.plain, layout.tables
    if resource not in texts(plain, "resources", "resource_id"):
        raise missing(f"resources, {resource}", "is not known", "add its row, or name another resource")
    found: Use = {}
    kinds, resources = texts(plain, "resource_use", "care_type_id"), texts(plain, "resource_use", "resource_id")
    per_open, per_case = (numbers(plain, "resource_use", c) for c in ("per_open_site", "per_case"))
    for row, (k, r) in enumerate(zip(kinds, resources, strict=True)):
        if r == resource and tables.care_type_at.get(k) in layout.care_types:
            ready, each = (
                Fraction(0) if column is None or np.isnan(column[row]) else decimal(column[row])
                for column in (per_open, per_case)
            )
            found[tables.care_type_at[k]] = ready, each
    return found


def used(layout: Layout, use: Use, s: int, t: int) -> Fraction:
    """What a site uses in a period, over the care types it offers."""
    return sum((used_for(layout, use, s, k, t) for k in use), Fraction(0))


def used_for(layout: Layout, use: Use, s: int, k: int, t: int) -> Fraction:
    """What a site uses for one care type in a period."""
    if not layout.offers[t, s, k]:
        return Fraction(0)
    ready, each = use[k]
    return ready + each * layout.volume(k, t)[s]


def unit_of(layout: Layout, resource: str) -> str:
    """The unit the resource is counted in."""
    return str(_cell(layout, resource, "unit") or resource)


def staff(layout: Layout) -> list[str]:
    """The resources counted in full-time staff."""
    ids = texts(layout.tables.plain, "resources", "resource_id")
    units = texts(layout.tables.plain, "resources", "unit") or (None,) * len(ids)
    return [r for r, unit in zip(ids, units, strict=True) if (unit or "").casefold() == "fte"]


def pools(layout: Layout, resource: str, use: Use) -> dict[str, list[int]]:
    """The pools of a resource that have stock, with their sites inside the region.

    An error for a site that could use it but has none.
    """
    tables, kind = layout.tables, _cell(layout, resource, "pool") or "site"
    rows = zip(*(texts(tables.plain, "resource_stock", c) for c in ("resource_id", "pool_id")), strict=True)
    stocked = {pool for r, pool in rows if r == resource}
    inside = [s for s, own in enumerate(tables.site_inside.tolist()) if own]
    members: dict[str, list[int]] = {}
    if kind == "region":
        regions = {**tables.region_sites(), "*": inside}
        members = {p: [s for s in sites if tables.site_inside[s]] for p, sites in regions.items() if p in stocked}
    else:
        for s in inside:
            members.setdefault(tables.site_ids[s] if kind == "site" else tables.organisation_of[s], []).append(s)
    homes = {s for p, sites in members.items() if p in stocked for s in sites}
    gaps = [
        Gap(f"resource_stock, {resource}, {kind} of site {tables.site_ids[s]}", "has no stock", "add its row")
        for s in inside
        if s not in homes and any(tables.may_offer[s, k] and any(need) for k, need in use.items())
    ]
    if gaps:
        raise MissingData(gaps)
    return {p: sites for p, sites in members.items() if p in stocked}


def stock(layout: Layout, resource: str, wanted: Iterable[str]) -> dict[tuple[str, int], Fraction]:
    """The quantity in each pool and period, of the row that overrides."""
    tables = layout.tables
    table = tables.plain["resource_stock"]
    ours = [row for row, r in enumerate(texts(tables.plain, "resource_stock", "resource_id")) if r == resource]
    found: dict[tuple[str, int], Fraction] = {}
    named = set(wanted)
    for t, layers in enumerate(in_force(table, tables.period_ids, tables.future)):
        for rows in layers:
            for row in ours:
                if rows[row] and table["pool_id"][row] in named:
                    quantity = float(table["quantity"][row])
                    if np.isnan(quantity):
                        raise missing(
                            f"resource_stock, {resource}, pool {table['pool_id'][row]}",
                            "is blank but needed",
                            "fill it in",
                        )
                    found[table["pool_id"][row], t] = decimal(quantity)
    gaps = [
        Gap(f"resource_stock, {resource}, pool {pool}, period {tables.period_ids[t]}", "has no quantity", "add its row")
        for pool in sorted(named) for t in layout.periods if (pool, t) not in found
    ]  # fmt: skip
    if gaps:
        raise MissingData(gaps)
    return found


def _cell(layout: Layout, resource: str, column: str) -> str | None:
    ids, cells = texts(layout.tables.plain, "resources", "resource_id"), texts(layout.tables.plain, "resources", column)
    return cells[ids.index(resource)] if cells else None
