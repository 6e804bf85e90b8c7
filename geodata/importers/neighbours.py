"""Areas outside the region whose patients come in: those near enough are kept, and what they bring is reported."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from geodata.importers.columns import Sheet
from geodata.importers.draft import Draft
from geodata.importers.regions import areas_of_sites
from geodata.importers.travel import points
from geodata.raw_table import RawGeometry, RawTable
from geodata.routing.matrix import straight_km

Kept = np.ndarray[tuple[int], np.dtype[np.bool_]]


def place_sites(draft: Draft) -> None:
    """Where the recipe says which areas lie inside the region and nothing of sites: a site lies inside as its area does."""
    if "in_region" not in draft.tables["areas"].columns or "in_region" in draft.tables["sites"].columns:
        return
    of = areas_of_sites(draft)
    inside = np.where(of >= 0, _inside(draft, "areas")[of], True)
    sites = draft.tables["sites"]
    columns = {**sites.columns, "in_region": pa.array([bool(v) for v in inside], pa.bool_())}
    draft.tables["sites"] = replace(sites, columns=columns)
    draft.report.assume(
        f"A site lies inside the region where the area it lies in does: {int(inside.sum()):,} of {len(inside):,} sites (say "
        "inside under [sites] to choose otherwise)."
    )


def without_far_neighbours(draft: Draft, sheet: Sheet, within_km: float) -> Sheet:
    """The areas' sheet and tables without the areas outside the region that are farther from every site inside it.

    An area without coordinates is kept, for nothing can be said of it.
    """
    inside = _inside(draft, "areas")
    homes, places = points(draft, "areas", "area_id"), points(draft, "sites", "site_id")
    far = straight_km(homes, places)[:, _inside(draft, "sites")]
    nearest = np.where(np.isnan(far), np.inf, far).min(axis=1, initial=np.inf)
    kept: Kept = inside | (nearest <= within_km) | np.isnan(homes.lat) | np.isnan(homes.lon)
    people = draft.floats("areas", "population")
    draft.report.assume(
        f"Of {int((~inside).sum()):,} areas outside the region {int((inside < kept).sum()):,} lie within {within_km:g} km of a "
        f"site inside it; the other {int((~kept).sum()):,} ({np.nansum(people[~kept]):,.0f} inhabitants) are left out."
    )
    gone = {a for a, keep in zip(homes.ids, kept.tolist(), strict=True) if not keep}
    draft.tables["areas"] = _rows(draft.tables["areas"], kept)
    for name in ("population_groups",):
        if name in draft:
            members = draft.tables[name].columns["area_id"].to_pylist()
            draft.tables[name] = _rows(draft.tables[name], np.array([m not in gone for m in members]))
    if draft.shapes is not None:
        members = draft.shapes.columns["area_id"].to_pylist()
        draft.shapes = _rows(draft.shapes, np.array([m not in gone for m in members]))
    return replace(sheet, raw=_rows(sheet.raw, kept))


def _inside(draft: Draft, name: str) -> Kept:
    table = draft.tables[name]
    if "in_region" not in table.columns:
        return np.ones(len(table.rows), dtype=bool)
    return np.array([str(v).strip().lower() != "false" for v in table.columns["in_region"].to_pylist()])


def _rows(raw: RawTable, kept: Kept) -> RawTable:
    at = np.flatnonzero(kept)
    geometry = raw.geometry
    return replace(
        raw,
        columns={c: v.take(at) for c, v in raw.columns.items()},
        rows=raw.rows[at],
        geometry=None if geometry is None else RawGeometry(geometry.shapes[at], geometry.epsg),
    )


def report_neighbours(draft: Draft) -> None:
    """How many inhabitants and cases a year the areas outside the region bring, beside those inside."""
    if "areas" not in draft or "in_region" not in draft.tables["areas"].columns:
        return
    inside = _inside(draft, "areas")
    people = draft.floats("areas", "population")
    draft.report.measured.append(
        f"Inside the region {int(inside.sum()):,} areas with {np.nansum(people[inside]):,.0f} inhabitants; outside "
        f"{int((~inside).sum()):,} with {np.nansum(people[~inside]):,.0f}, who count in no norm."
    )
    if "demand" not in draft:
        return
    of = dict(zip(draft.ids("areas", "area_id"), inside.tolist(), strict=True))
    demand = draft.tables["demand"].columns
    cases = draft.floats("demand", "cases_per_year")
    coming = np.array([not of.get(a, True) for a in demand["area_id"].to_pylist()], dtype=bool)
    care = np.array(demand["care_type_id"].to_pylist(), dtype=object)
    for care_type in dict.fromkeys(care.tolist()):
        share = cases[coming & (care == care_type)].sum() / max(cases[care == care_type].sum(), 1e-300)
        draft.report.measured.append(f"Of the demand for {care_type}, {share:.1%} comes from outside the region.")
