"""The shapes of areas and sites: checked, brought to WGS84, one per area."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from geodata import cells
from geodata.crs import is_known_epsg, reproject
from geodata.problems import Findings, names
from geodata.raw_table import RawTable
from geodata.references import Index

MOST_VERTICES = 20_000_000


def area_shapes(raw: RawTable, areas: Index, found: Findings) -> Any:
    """A GeoDataFrame (area_id, geometry in EPSG:4326) in the order of the areas; None if nothing can be used."""
    if raw.geometry is None:
        return None
    table = f"{raw.name} geometry"
    if "area_id" not in raw.columns:
        found.error(table, f"{raw.source} has no column area_id.", "Name the column with the area ids area_id.")
        return None
    shapes = wgs84_shapes(raw, table, found)
    if shapes is None:
        return None
    ids, bad = cells.ids(raw.columns["area_id"])
    found.rows("error", table, "area_id", raw.rows[bad.at], bad.say, bad.fix)
    place = areas.of(ids)
    strangers = sorted({str(ids[i]) for i in np.flatnonzero(place < 0)})
    if strangers:
        text = (
            f"{raw.source} has {len(strangers):,} shapes for areas that are not in the table areas: {names(strangers)}."
        )
        found.warn(table, text, "They are not used; add the areas or take the shapes out.", field="area_id")
    given = np.flatnonzero((place >= 0) & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    return _one_per_area(shapes[given], place[given], areas, table, found)


def _one_per_area(
    shapes: np.ndarray[Any, Any], place: np.ndarray[Any, Any], areas: Index, table: str, found: Findings
) -> Any:
    order = np.argsort(place, kind="stable")
    shapes, place = shapes[order], place[order]
    one, first, count = np.unique(place, return_index=True, return_counts=True)
    merged = shapes[first]
    parts = np.flatnonzero(count > 1)
    for i in parts:
        merged[i] = shapely.union_all(shapes[first[i] : first[i] + count[i]])
    if len(parts):
        text = f"{len(parts):,} areas have more than one shape: {names([str(areas.ids[one[i]]) for i in parts])}."
        found.warn(table, text, "Their shapes are taken together.")
    absent = areas.ids[areas.firsts & ~np.isin(np.arange(len(areas.ids)), one)]
    if len(absent):
        text = f"{len(absent):,} areas have no shape: {names(absent)}."
        found.warn(table, text, "They are drawn as points, if they have lat and lon.")
    if not len(one):
        return None
    return gpd.GeoDataFrame({"area_id": areas.ids[one]}, geometry=merged, crs="EPSG:4326")


def wgs84_shapes(raw: RawTable, table: str, found: Findings) -> np.ndarray[Any, Any] | None:
    """The shapes in WGS84 longitude-latitude, mended where their rings cross; None, with the reason, if unusable."""
    assert raw.geometry is not None
    shapes, epsg = raw.geometry.shapes, raw.geometry.epsg
    if int(shapely.get_num_coordinates(shapes).sum()) > MOST_VERTICES:
        found.error(table, f"{raw.source} has over {MOST_VERTICES:,} vertices.", "Simplify the shapes.")
        return None
    if not is_known_epsg(epsg):
        found.error(table, f"EPSG:{epsg} of {raw.source} is not known.", "Save it in EPSG:28992 or EPSG:4326.")
        return None
    bounds = shapely.bounds(shapes)
    filled = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    wild = filled & ~(np.isfinite(bounds).all(axis=1) & (np.abs(np.nan_to_num(bounds)) < 1e9).all(axis=1))
    found.rows(
        "error", table, "geometry", raw.rows[wild], lambda i: "The shape has a coordinate that is no place on earth.",
        "Correct the shape.",
    )  # fmt: skip
    if wild.any():
        return None
    moved = reproject(shapes, epsg, 4326)
    bounds = shapely.bounds(moved)
    outside = filled & ~((np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1) & (np.abs(bounds[:, [1, 3]]) <= 90).all(axis=1))
    found.rows(
        "error", table, "geometry", raw.rows[outside],
        lambda i: f"The shape lies outside the world when read as EPSG:{epsg}.",
        "Say the right reference system; GeoJSON is always longitude, latitude in WGS84.",
    )  # fmt: skip
    if outside.any():
        return None
    crossed = np.flatnonzero(filled & ~shapely.is_valid(moved))
    if len(crossed):
        text = f"{len(crossed):,} shapes of {raw.source} have rings that cross."
        found.warn(table, text, "They were mended for drawing; no number depends on them.", field="geometry")
        moved = moved.copy()
        moved[crossed] = shapely.make_valid(moved[crossed])
    return moved


def with_points(raw: RawTable, found: Findings) -> RawTable:
    """The table with lat and lon columns from its point geometry, where it has that and no such columns."""
    if raw.geometry is None or "lat" in raw.columns or "lon" in raw.columns:
        return raw
    shapes = wgs84_shapes(raw, raw.name, found)
    if shapes is None or not (shapely.get_type_id(shapes) == 0).any():
        return raw
    lat, lon = (pa.array(values, from_pandas=True) for values in (shapely.get_y(shapes), shapely.get_x(shapes)))
    return replace(raw, columns={**raw.columns, "lat": lat, "lon": lon})
