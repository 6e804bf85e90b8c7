"""Supplies: staff, hours and beds: what care uses of them, and how much each pool has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.assembly.keys import Bools, Floats, Keys
from solver.landscape import Resource

Pools = Mapping[str, tuple[int, ...]]


def resources(
    keys: Keys, may_offer: Bools, inside: Bools, organisation: tuple[str, ...], regions: Pools
) -> dict[str, Resource]:
    """resource id -> what it is, those that the scenario speaks of; stock only where a rule limits it."""
    table = keys.tables.get("resources")
    if table is None:
        return {}
    limited = {rule["resource"] for rule in keys.rules if rule["rule"] == "resource_limit"}
    found: dict[str, Resource] = {}
    for name, unit, kind in zip(table["resource_id"], _column(table, "unit"), _column(table, "pool"), strict=True):
        per_open_site, per_case = _use(keys, str(name))
        pools: Pools = {}
        stock: dict[str, Floats] = {}
        if name in limited:
            needy = (may_offer & ((per_open_site != 0) | (per_case != 0))).any(axis=1)
            pools = _pools(keys, str(name), str(kind or "site"), needy, inside, organisation, regions)
            stock = _stock(keys, str(name), pools)
        found[str(name)] = Resource(str(unit or name), per_open_site, per_case, pools, stock)
    staffed = keys.ruled("organisation_balance", measure="staff") or keys.asked(
        "largest_organisation_loss", measure="staff"
    )
    if staffed and not any(resource.unit.casefold() == "fte" for resource in found.values()):
        keys.complain("resources", "nothing is counted in fte", "give a resource the unit fte, or name the resource")
    return found


def _column(table: Mapping[str, Any], name: str) -> Any:
    return table.get(name, np.full(len(table["resource_id"]), None, object))


def _use(keys: Keys, resource: str) -> tuple[Floats, Floats]:
    """per open site and per case [K]; a blank cell uses nothing."""
    K = len(keys.care_types)
    per_open_site, per_case = np.zeros(K), np.zeros(K)
    table = keys.tables.get("resource_use")
    if table is None:
        return per_open_site, per_case
    care_type = keys.positions(table, "care_type_id", keys.care_types)
    for row in np.flatnonzero((care_type >= 0) & (table["resource_id"] == resource)):
        for column, into in (("per_open_site", per_open_site), ("per_case", per_case)):
            into[care_type[row]] = np.nan_to_num(table[column][row]) if column in table else 0.0
    return per_open_site, per_case


def _pools(
    keys: Keys, resource: str, kind: str, needy: Bools, inside: Bools, organisation: tuple[str, ...], regions: Pools
) -> dict[str, tuple[int, ...]]:
    """The pools with stock and their sites in the region. A site that could use the resource but has no pool is a problem."""
    table = keys.tables.get("resource_stock")
    stocked: set[str] = set()
    if table is not None:
        stocked = {
            str(pool) for name, pool in zip(table["resource_id"], table["pool_id"], strict=True) if name == resource
        }
    here = [int(s) for s in np.flatnonzero(inside)]
    members: dict[str, list[int]] = {}
    if kind == "region":
        members = {region: [s for s in sites if inside[s]] for region, sites in regions.items()} | {"*": here}
    else:
        for s in here:
            members.setdefault(keys.site_names[s] if kind == "site" else organisation[s], []).append(s)
    pools = {pool: tuple(sites) for pool, sites in members.items() if pool in stocked}
    homes = {s for sites in pools.values() for s in sites}
    keys.complain_of_each(
        "resource_stock",
        f"no stock of {resource} in the {kind} of site {{}}",
        (keys.site_names[s] for s in here if needy[s] and s not in homes),
        "add the row of its pool",
    )
    return pools


def _stock(keys: Keys, resource: str, pools: Pools) -> dict[str, Floats]:
    """pool -> [T], of the row that overrides."""
    stock = {pool: np.full(len(keys.periods), np.nan) for pool in pools}
    table = keys.tables.get("resource_stock")
    if table is None:
        return stock
    ours = table["resource_id"] == resource
    for t, layers in keys.in_force(table):
        for layer in layers:
            for row in np.flatnonzero(layer & ours):
                if str(table["pool_id"][row]) in stock:
                    stock[str(table["pool_id"][row])][t] = table["quantity"][row]
    keys.complain_of_each(
        "resource_stock",
        f"no quantity of {resource} for {{}}",
        (
            f"pool {pool}, period {keys.read.periods[t]}"
            for pool, q in stock.items()
            for t in np.flatnonzero(np.isnan(q))
        ),
        "fill the cell, or add the row",
    )
    return stock
