"""Regions of any kind (zorgkantoor, ROAZ, GGD, municipality) from a column or from a table of their own."""

from __future__ import annotations

import numpy as np
import shapely

from geodata.geometry import wgs84_shapes
from geodata.importers.columns import Sheet, column, filled, texts
from geodata.importers.draft import Draft
from geodata.importers.places import plain_code
from geodata.importers.recipe_places import Regions, RegionTable
from geodata.problems import Findings, names
from geodata.routing.matrix import Points, straight_km


def import_regions(draft: Draft, listed: Regions, areas: Sheet, sites: Sheet | None) -> None:
    """Rows of region_members: areas, then sites."""
    ids = draft.ids("areas", "area_id")
    if listed.table is not None:
        regions = _from_table(draft, listed.table, areas, ids)
    else:
        regions = filled(areas, str(listed.area_column), draft.found)
    if regions is None:
        return
    _put(draft, listed.kind, "area", ids, regions)
    if sites is None:
        return
    homes = draft.ids("sites", "site_id")
    if listed.site_column is not None:
        of_sites = filled(sites, listed.site_column, draft.found)
        if of_sites is not None:
            _put(draft, listed.kind, "site", homes, of_sites)
    elif listed.sites_by_place:
        _put(draft, listed.kind, "site", homes, _by_place(draft, regions))


def _put(draft: Draft, kind: str, member: str, ids: list[str], regions: list[str | None]) -> None:
    known = [(i, r) for i, r in zip(ids, regions, strict=True) if r is not None]
    lost = [i for i, r in zip(ids, regions, strict=True) if r is None]
    if lost:
        text = f"{len(lost):,} {member}s are in no {kind}: {names(lost, 10)}."
        draft.found.warn("region_members", text, "Rules about regions of this kind leave them out.")
    columns = {
        "region_id": [r for _, r in known], "region_kind": [kind] * len(known),
        "member_kind": [member] * len(known), "member_id": [i for i, _ in known],
    }  # fmt: skip
    draft.add("region_members", columns, "the recipe")


def _from_table(draft: Draft, listed: RegionTable, areas: Sheet, ids: list[str]) -> list[str | None] | None:
    """The region of each area by a key: its id, or the column `area_key` of the areas (a municipality's code, say)."""
    sheet = draft.open(listed)
    if sheet is None:
        return None
    keys, regions = column(sheet, listed.key, draft.found), column(sheet, listed.region, draft.found)
    wanted: list[str | None] | None = list(ids)
    if listed.area_key is not None:
        wanted = filled(areas, listed.area_key, draft.found)
    if keys is None or regions is None or wanted is None:
        return None
    table = _lookup(sheet, texts(sheet, keys), texts(sheet, regions), listed, draft.found)
    found = [table.get(k) if k is not None else None for k in wanted]
    if not any(found):
        plain = {plain_code(k): r for k, r in table.items()}
        found = [plain.get(plain_code(k)) if k is not None else None for k in wanted]
        text = "codes are matched without their letters and leading zeros (GM0014 is 14)"
        draft.report.assume(f"{sheet.raw.source}: {text}.")
    if not any(found):
        text = f"No {listed.key} of {sheet.raw.source} is known among the areas."
        fix = (
            f"Here: {names([str(k) for k in wanted], 3)}; there: {names(list(table), 3)}. Name another key or area_key."
        )
        draft.found.error(sheet.raw.name, text, fix, field=listed.key)
    return found


def _lookup(
    sheet: Sheet, keys: list[str | None], regions: list[str | None], listed: RegionTable, found: Findings
) -> dict[str, str]:
    table: dict[str, str] = {}
    torn: list[tuple[int, str, str]] = []
    for row, key, region in zip(sheet.raw.rows.tolist(), keys, regions, strict=True):
        if key is not None and region is not None and table.setdefault(key, region) != region:
            torn.append((row, key, region))
    found.rows(
        "error", sheet.raw.name, listed.region, [row for row, _, _ in torn],
        lambda i: f"{torn[i][1]} lies in {table[torn[i][1]]} and in {torn[i][2]}.",
        "An area lies in one region of a kind; choose the rows with only or without.",
    )  # fmt: skip
    return table


def _by_place(draft: Draft, regions: list[str | None]) -> list[str | None]:
    return [regions[i] if i >= 0 else None for i in areas_of_sites(draft).tolist()]


def areas_of_sites(draft: Draft) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The area (its place in the table) each site lies in; outside every shape, or without shapes, that of the nearest
    area's point; -1 for a site without coordinates."""
    ids = draft.ids("areas", "area_id")
    places = [draft.floats("sites", c) for c in ("lat", "lon")]
    homes = [draft.floats("areas", c) for c in ("lat", "lon")]
    at = np.full(len(places[0]), -1, dtype=np.intp)
    if draft.shapes is not None and draft.shapes.geometry is not None:
        shapes = wgs84_shapes(draft.shapes, "areas geometry", draft.found)
        if shapes is not None:
            tree = shapely.STRtree(shapes)
            site, shape = tree.query(shapely.points(places[1], places[0]), predicate="within")
            of_shape = draft.shapes.columns["area_id"].to_pylist()
            number = {area: i for i, area in enumerate(ids)}
            at[site] = [number.get(of_shape[s], -1) for s in shape]
    loose = np.flatnonzero((at < 0) & np.isfinite(places[0]))
    if len(loose) and np.isfinite(homes[0]).any():
        far = straight_km(
            Points(tuple(map(str, loose)), places[0][loose], places[1][loose]), Points(tuple(ids), homes[0], homes[1])
        )
        at[loose] = np.nanargmin(far, axis=1)
        draft.report.assume(f"{len(loose):,} sites lie in no shape of an area; the nearest area's point is taken.")
    return at
