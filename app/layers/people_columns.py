"""Columns of people and staff on a plan's layers: inhabitants by group per area, staff per site."""

import re
from typing import Any

import numpy as np

from geodata.package import Package
from solver.audits.layout import Layout
from solver.audits.plain import texts
from solver.audits.resources import staff, use_of, used_for

Columns = dict[str, np.ndarray[Any, Any]]


def inhabitants_by_group(package: Package) -> Columns:
    """`inhabitants_<group>` float64[A] in the order of the table areas [persons]; NaN where the group has no row."""
    given = package.tables.get("population_groups")
    if given is None:
        return {}
    row = {area: place for place, area in enumerate(package.tables["areas"]["area_id"].tolist())}
    empty = 0.0 if "population_groups" in texts(package.tables, "package", "absent_means_zero") else np.nan
    groups = [str(group) for group in given["group"]]
    columns = {_column("inhabitants", group): np.full(len(row), empty) for group in sorted(set(groups))}
    for area, group, persons in zip(given["area_id"].tolist(), groups, given["persons"].tolist(), strict=True):
        if area in row:
            columns[_column("inhabitants", group)][row[area]] = persons
    return columns


def persons_of(package: Package, group: str) -> np.ndarray[Any, Any]:
    """float64[A] the inhabitants of a group in the order of the table areas; the group must be one of the data's."""
    persons: np.ndarray[Any, Any] = inhabitants_by_group(package)[_column("inhabitants", group)]
    return persons


def staff_of(layout: Layout, k: int, t: int) -> Columns:
    """`staff_<resource>` float64[S] [FTE] that each site uses for the care type; NaN outside the region."""
    inside = np.flatnonzero(layout.tables.site_inside)
    columns: Columns = {}
    for resource in staff(layout):
        use = use_of(layout, resource)
        if k in use:
            needed = np.full(len(layout.tables.site_ids), np.nan)
            needed[inside] = [float(used_for(layout, use, s, k, t)) for s in inside.tolist()]
            columns[_column("staff", resource)] = needed
    return columns


def _column(kind: str, name: str) -> str:
    """A column name that every file format and filter language takes."""
    return f"{kind}_{re.sub(r'[^0-9a-z]+', '_', name.lower()).strip('_')}"
