"""Areas taken together (PC4 to wijk, municipality or any column), and the error that this causes.

Minutes of a larger area g to a site s are M[g, s] = sum over its areas a of w[a] x m[a, s] / sum of w[a], with w the
inhabitants. For any set S of open sites, with T_fine = sum w[a] x min over S of m[a, s] and T_coarse the same with M,

sum w[a] x min over s of (m[a, s] - M[g(a), s])  <=  T_fine - T_coarse  <=  0

The right side because the least of means is at least the mean of leasts; the left because no site of an area is nearer
than its larger area's by more than that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.package import Package, package_of
from geodata.problems import Findings, names

Array = np.ndarray[Any, Any]
Floats = np.ndarray[Any, np.dtype[np.float64]]
NORM_MINUTES = 45.0


def aggregated(package: Package, column: str, found: Findings) -> Package | None:
    """The package with the values of a column of areas as its areas; None, with every reason, if that cannot be.

    Population, demand, groups and observed flows are summed; minutes and km are means weighted by inhabitants, and
    unreachable where most inhabitants cannot reach the site; places are weighted means; shapes are dissolved. An
    attribute stays where all areas agree on it. An area is in each region in which most of its inhabitants are.
    """
    areas = package.tables["areas"]
    if column not in areas or column in ("population", "lat", "lon"):
        fix = f"Its columns are {names([c for c in areas if c not in ('population', 'lat', 'lon')], 40)}."
        found.error("areas", f"There is no column {column!r} to take areas together by.", fix)
        return None
    blank = areas["area_id"][pd.isna(areas[column])]
    if len(blank):
        found.error("areas", f"{len(blank):,} areas have no {column}: {names(blank, 10)}.", "Fill it in.", field=column)
    weight = _weights(areas)
    inside = areas.get("in_region", np.ones(len(weight), dtype=bool))
    codes, larger = pd.factorize(np.array([str(v) for v in areas[column]], dtype=object), sort=True)
    mixed = [str(g) for i, g in enumerate(larger) if len(set(inside[codes == i].tolist())) > 1]
    if mixed:
        text = f"{len(mixed):,} values of {column} lie both inside and outside the region: {names(mixed, 10)}."
        found.error("areas", text, "Draw the region's border along whole areas, or take other areas together.")
    if found.has_errors:
        return None
    tables: dict[str, Mapping[str, Array]] = dict(package.tables)
    tables["areas"] = _areas(areas, column, codes, larger, weight)
    of = dict(zip(areas["area_id"].tolist(), np.asarray(larger)[codes].tolist(), strict=True))
    for name, figure in (
        ("demand", "cases_per_year"),
        ("population_groups", "persons"),
        ("patient_flows", "cases_per_year"),
    ):
        if name in tables:
            tables[name] = _summed(tables[name], figure, of)
    if "post_times" in tables:
        tables["post_times"] = _post_times(tables["post_times"], areas["area_id"], weight, of)
    if "region_members" in tables:
        tables["region_members"] = _members(tables["region_members"], areas["area_id"], weight, of)
    tables["travel_times"] = _travel(tables["travel_times"], codes, np.asarray(larger, dtype=object), weight)
    return package_of(tables, _shapes(package.geometry, of))


def _weights(areas: Mapping[str, Array]) -> Floats:
    """Inhabitants per area, at least a trace so that empty areas still have a place."""
    people = np.nan_to_num(areas.get("population", np.zeros(len(areas["area_id"]))))
    return np.asarray(np.maximum(people, 1e-6))


def _mean(values: Floats, codes: Array, weight: Floats, count: int) -> Floats:
    """Weighted means over groups; values that are not known are left out, none known is NaN."""
    known = np.isfinite(values)
    total = np.bincount(codes[known], weights=(values * weight)[known], minlength=count)
    share = np.bincount(codes[known], weights=weight[known], minlength=count)
    return np.asarray(np.divide(total, share, out=np.full(count, np.nan), where=share > 0))


def _areas(areas: Mapping[str, Array], column: str, codes: Array, larger: Any, weight: Floats) -> dict[str, Array]:
    count = len(larger)
    made: dict[str, Array] = {"area_id": np.asarray(larger, dtype=object), "name": np.asarray(larger, dtype=object)}
    for name, values in areas.items():
        if name in ("area_id", "name", column):
            continue
        if name == "population":
            made[name] = np.bincount(codes, weights=values, minlength=count)
        elif name in ("lat", "lon"):
            made[name] = np.round(_mean(values, codes, weight, count), 6)
        else:
            made[name] = _agreed(values, codes, count)
    return made


def _agreed(values: Array, codes: Array, count: int) -> Array:
    """The value of a group where all have the same, else blank."""
    first = pd.Series(codes).drop_duplicates().index.to_numpy()
    of = np.empty(count, dtype=np.intp)
    of[codes[first]] = first
    same = np.ones(count, dtype=bool)
    here = values[of[codes]]
    np.logical_and.at(same, codes, (values == here) | (pd.isna(values) & pd.isna(here)))
    taken = values[of]
    if values.dtype == bool:
        return taken
    blank: Any = np.nan if values.dtype == np.float64 else None
    return np.where(same, taken, blank)


def _summed(table: Mapping[str, Array], figure: str, of: Mapping[str, str]) -> dict[str, Array]:
    frame = pd.DataFrame(dict(table))
    frame["area_id"] = [of[a] for a in frame["area_id"]]
    keys = [
        c for c in frame if c != figure and (c in ("area_id", "care_type_id", "site_id", "group", "period", "future"))
    ]
    total = frame.groupby(keys, sort=False, dropna=False, as_index=False)[figure].agg(lambda v: v.sum(skipna=False))
    return {c: _column(total[c]) for c in [*keys, figure]}


def _column(values: Any) -> Array:
    array: Array = values.to_numpy()
    if array.dtype == np.float64:
        return array
    return np.array([None if pd.isna(v) else v for v in array.tolist()], dtype=object)


def _post_times(table: Mapping[str, Array], ids: Array, weight: Floats, of: Mapping[str, str]) -> dict[str, Array]:
    frame = pd.DataFrame({c: table[c] for c in ("post_id", "area_id", "minutes")})
    heavy = dict(zip(ids.tolist(), weight.tolist(), strict=True))
    frame["weight"] = [heavy[a] for a in frame["area_id"]]
    frame["total"] = frame["minutes"] * frame["weight"]
    frame["area_id"] = [of[a] for a in frame["area_id"]]
    sums = frame.groupby(["post_id", "area_id"], sort=False, as_index=False)[["total", "weight"]].sum()
    return {
        "post_id": _column(sums["post_id"]), "area_id": _column(sums["area_id"]),
        "minutes": np.round((sums["total"] / sums["weight"]).to_numpy(), 6),
    }  # fmt: skip


def _members(table: Mapping[str, Array], ids: Array, weight: Floats, of: Mapping[str, str]) -> dict[str, Array]:
    """Sites as they are; a larger area is in the region of each kind that holds most of its inhabitants."""
    frame = pd.DataFrame(dict(table))
    homes = frame[frame["member_kind"] == "area"].copy()
    heavy = dict(zip(ids.tolist(), weight.tolist(), strict=True))
    homes["weight"] = [heavy.get(m, 0.0) for m in homes["member_id"]]
    homes["member_id"] = [of.get(m, m) for m in homes["member_id"]]
    keys = ["region_kind", "member_id", "region_id"]
    sums: pd.DataFrame = homes.groupby(keys, sort=False, dropna=False)["weight"].sum().reset_index()
    largest = sums.sort_values(["weight", "region_id"], ascending=[False, True], kind="stable")
    largest = largest.drop_duplicates(["region_kind", "member_id"]).sort_index()
    kept = frame[frame["member_kind"] != "area"]
    total = pd.concat([largest.assign(member_kind="area")[list(table)], kept[list(table)]])
    return {c: _column(total[c]) for c in table}


def _travel(travel: Mapping[str, Array], codes: Array, larger: Array, weight: Floats) -> dict[str, Array]:
    made = dict(travel)
    made["area_id"] = larger
    for name in ("minutes", "km"):
        if name in travel:
            made[name] = np.stack([coarse(layer, codes, len(larger), weight) for layer in travel[name]])
    return made


def coarse(minutes: Floats, codes: Array, count: int, weight: Floats) -> Floats:
    """Weighted means [larger areas, S], inf where most inhabitants cannot reach the site, NaN where a part is missing."""
    made = np.empty((count, minutes.shape[1]))
    total = np.bincount(codes, weights=weight, minlength=count)
    for s in range(minutes.shape[1]):
        column = minutes[:, s]
        made[:, s] = np.round(_mean(np.where(np.isinf(column), np.nan, column), codes, weight, count), 6)
        closed = np.bincount(codes, weights=weight * np.isinf(column), minlength=count)
        made[closed > total / 2, s] = np.inf
        made[np.bincount(codes, weights=np.isnan(column), minlength=count) > 0, s] = np.nan
    return made


def _shapes(geometry: Any, of: Mapping[str, str]) -> Any:
    if geometry is None:
        return None
    larger = np.array([of[a] for a in geometry["area_id"]], dtype=object)
    ids = sorted(set(larger.tolist()))
    shapes = geometry.geometry.to_numpy()
    merged = [shapely.union_all(shapes[larger == g]) for g in ids]
    return gpd.GeoDataFrame({"area_id": ids}, geometry=merged, crs="EPSG:4326")


def error_lines(fine: Package, large: Package, column: str, norm_minutes: float = NORM_MINUTES) -> list[str]:
    """What taking areas together costs, per care type offered today: sentences with figures for the report."""
    areas, travel, care = fine.tables["areas"], fine.tables["travel_times"], fine.tables["site_care"]
    place = {g: i for i, g in enumerate(large.tables["areas"]["area_id"].tolist())}
    codes = np.array([place[str(v)] for v in areas[column]])
    weight = np.nan_to_num(areas.get("population", np.zeros(len(codes))))
    weight = weight * areas.get("in_region", np.ones(len(codes), dtype=bool))
    lines = [f"{len(codes):,} areas became {len(place):,} by {column}; minutes are means weighted by inhabitants."]
    sites = travel["site_id"].tolist()
    for layer, mode in enumerate(travel["mode"].tolist()):
        if travel["future"][layer] is not None:
            continue
        here, there = travel["minutes"][layer], large.tables["travel_times"]["minutes"][layer][codes]
        for care_type in dict.fromkeys(care["care_type_id"].tolist()):
            at = care["care_type_id"] == care_type
            able = [sites.index(s) for s in care["site_id"][at]]
            today = [sites.index(s) for s in care["site_id"][at & care["offered_today"]]]
            if today:
                lines.append(f"{care_type} by {mode}: {_error(here, there, weight, today, able, norm_minutes)}")
    return lines


def _error(here: Floats, there: Floats, weight: Floats, today: list[int], able: list[int], norm_minutes: float) -> str:
    """The error for today's sites exactly, and the bound for any choice among the sites that could offer it."""
    near_here, near_there = (np.where(np.isnan(m), np.inf, m)[:, today].min(axis=1) for m in (here, there))
    both = np.isfinite(near_here) & np.isfinite(near_there) & (weight > 0)
    if not both.any():
        return "no area with inhabitants reaches a site both before and after."
    change, people = (near_there - near_here)[both], weight[both]
    beyond = [float(weight[m > norm_minutes].sum()) for m in (near_here, near_there)]
    bound = travel_bound(here[:, able], there[:, able], weight)
    total = weight.sum()
    return (
        f"to the nearest site of today an inhabitant's minutes change by {np.abs(change) @ people / people.sum():.2f} on "
        f"average and {np.abs(change).max():.1f} at most; inhabitants over {norm_minutes:g} minutes {beyond[0]:,.0f} before, "
        f"{beyond[1]:,.0f} after; the mean travel time is {change @ people / people.sum():+.3f} minutes off, and for any "
        f"choice of sites it is too high by 0 to {bound / total:.2f}."
    )


def travel_bound(here: Floats, there: Floats, weight: Floats) -> float:
    """The most by which person-minutes to the nearest site can be too high after aggregation, whichever sites are open.

    `here` and `there` are minutes[a, s] before and after; pairs that are unreachable on either side are left out.
    """
    both = np.isfinite(here) & np.isfinite(there)
    over = np.subtract(there, here, out=np.full(here.shape, -np.inf), where=both)
    most = np.where(np.isfinite(over).any(axis=1), over.max(axis=1), 0.0)
    return float(np.maximum(most, 0.0) @ weight)
