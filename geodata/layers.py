"""Map layers: ids and numbers joined with shapes, and turned into GeoJSON features in any served reference system."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.crs import ReferenceSystem, in_system
from geodata.package import Package
from geodata.references import index_of

Columns = Mapping[str, np.ndarray[Any, Any]]
Shapes = np.ndarray[Any, Any]
_PLACES = ("lat", "lon")


def areas_layer(package: Package, columns: Columns) -> Any:
    """A GeoDataFrame (EPSG:4326) with one row per row of `columns`, which has area_id: its shape, name and attributes.

    An area without a shape is the point of its lat and lon, or has no geometry. Raises KeyError for an unknown area.
    """
    return _layer(package, "areas", columns, first=("area_id", "name"), shapes=area_shapes(package))


def sites_layer(package: Package, columns: Columns) -> Any:
    """A GeoDataFrame (EPSG:4326) of points, one per row of `columns`, which has site_id; without lat and lon none."""
    first = ("site_id", "name", "organisation_id")
    return _layer(package, "sites", columns, first=first, shapes=_points(package.tables["sites"]))


def flows_layer(package: Package, columns: Columns) -> Any:
    """A GeoDataFrame (EPSG:4326) of lines from area to site, one per row of `columns` (area_id, site_id, ...)."""
    start = _anchors(area_shapes(package), package.tables["areas"])
    end = _points(package.tables["sites"])
    a = places(package.tables["areas"]["area_id"], columns["area_id"])
    s = places(package.tables["sites"]["site_id"], columns["site_id"])
    return gpd.GeoDataFrame(dict(columns), geometry=_lines(start[a], end[s]), crs="EPSG:4326")


def moves_layer(package: Package, columns: Columns) -> Any:
    """A GeoDataFrame (EPSG:4326) of lines from site to site, one per row of `columns` (from_site_id, to_site_id, ...)."""
    sites = _points(package.tables["sites"])
    ids = package.tables["sites"]["site_id"]
    start, end = (sites[places(ids, columns[name])] for name in ("from_site_id", "to_site_id"))
    return gpd.GeoDataFrame(dict(columns), geometry=_lines(start, end), crs="EPSG:4326")


def _lines(start: Shapes, end: Shapes) -> Shapes:
    """Straight lines between points; none where a point is missing or both are the same place."""
    ends = np.stack([shapely.get_coordinates(_or_empty(points)) for points in (start, end)], axis=1)
    lines = np.full(len(start), None, dtype=object)
    known = ~np.isnan(ends).any(axis=(1, 2)) & (ends[:, 0] != ends[:, 1]).any(axis=1)
    lines[known] = shapely.linestrings(ends[known])
    return lines


def _or_empty(points: Shapes) -> Shapes:
    """Missing points as a point at NaN, so that every one has coordinates."""
    filled = points.copy()
    filled[shapely.is_missing(points)] = shapely.Point(np.nan, np.nan)
    return filled


def area_shapes(package: Package) -> Shapes:
    """The shape of each area in the order of the table: polygon, else point of its lat and lon, else None."""
    areas = package.tables["areas"]
    shapes = _points(areas)
    if package.geometry is not None:
        shapes[places(areas["area_id"], package.geometry["area_id"].to_numpy())] = package.geometry.geometry.to_numpy()
    return shapes


def _anchors(shapes: Shapes, areas: Columns) -> Shapes:
    """A point per area: its lat and lon, else a point inside its shape."""
    points = _points(areas)
    bare = shapely.is_missing(points) & ~shapely.is_missing(shapes)
    points[bare] = shapely.point_on_surface(shapes[bare])
    return points


def _points(table: Columns) -> Shapes:
    points = np.full(len(next(iter(table.values()))), None, dtype=object)
    if all(p in table for p in _PLACES):
        known = np.isfinite(table["lat"]) & np.isfinite(table["lon"])
        points[known] = shapely.points(table["lon"][known], table["lat"][known])
    return points


def places(ids: np.ndarray[Any, Any], wanted: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Where each wanted id stands in the column; raises KeyError for the first that is not there."""
    place = index_of(ids).of(wanted)
    if (place < 0).any():
        raise KeyError(str(wanted[int(np.argmin(place))]))
    return place


def _layer(package: Package, table: str, columns: Columns, first: Sequence[str], shapes: Shapes) -> Any:
    """The rows of `columns` with the table's own columns around them: identity first, attributes last."""
    own = package.tables[table]
    place = places(own[first[0]], columns[first[0]])
    data = {name: own[name][place] for name in first if name in own}
    data |= {name: column for name, column in columns.items() if name not in data}
    data |= {name: column[place] for name, column in own.items() if name not in data and name not in _PLACES}
    return gpd.GeoDataFrame(data, geometry=shapes[place], crs="EPSG:4326")


def rows_in_box(frame: Any, box: tuple[float, float, float, float]) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Which rows meet a box of west, south, east, north in WGS84, in order; west beyond east crosses the date line."""
    west, south, east, north = box
    boxes = [shapely.box(west, south, east, north)]
    if west > east:
        boxes = [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
    tree = shapely.STRtree(frame.geometry.to_numpy())
    return np.unique(tree.query(boxes, predicate="intersects")[1])


def features(frame: Any, system: ReferenceSystem) -> list[dict[str, Any]]:
    """GeoJSON features of a frame, id from its index; coordinates in the system's own axis order, blanks as null."""
    geometries = [None if text is None else json.loads(text) for text in geometry_texts(frame, system)]
    names = [name for name in frame.columns if name != frame.geometry.name]
    columns = [plain_values(frame[name]) for name in names]
    rows = zip(*columns, strict=True) if columns else iter([()] * len(frame))
    return [
        {"type": "Feature", "id": number, "geometry": geometry, "properties": dict(zip(names, row, strict=True))}
        for number, geometry, row in zip(frame.index.tolist(), geometries, rows, strict=True)
    ]


def geometry_texts(frame: Any, system: ReferenceSystem) -> list[str | None]:
    """Each row's geometry as GeoJSON text in the system's own axis order, rounded to its decimals; None without one."""
    shapes = in_system(frame.geometry.to_numpy(), system)
    rounded = shapely.transform(shapes, lambda points: np.round(points, system.decimals))
    texts: list[str | None] = shapely.to_geojson(rounded).tolist()
    return texts


def plain_values(column: Any) -> list[Any]:
    """A column as Python values, None for NaN and blanks, infinite numbers as None too."""
    values = column.to_numpy(dtype=object) if not isinstance(column, np.ndarray) else column.astype(object)
    missing = np.asarray(pd.isna(values), dtype=bool)
    if pd.api.types.is_float_dtype(column.dtype):
        missing |= np.isinf(column.to_numpy(dtype=np.float64))
    values = values.copy()
    values[missing] = None
    listed: list[Any] = values.tolist()
    return listed
