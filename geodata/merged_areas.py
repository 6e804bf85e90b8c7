"""Areas taken together: the catchment of a site, the borders of a region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geodata.layers import Columns, Shapes, area_shapes, places
from geodata.package import Package


def merged_layer(package: Package, columns: Columns, members: Sequence[np.ndarray[Any, Any]]) -> Any:
    """A GeoDataFrame (EPSG:4326), one row per row of `columns`: the union of the areas whose ids `members` lists.

    Polygons are dissolved; areas that are only points become a multipoint where no member has a polygon, and are left
    out of the shape otherwise. Raises KeyError for an unknown area.
    """
    shapes = area_shapes(package)
    made: dict[bytes, Any] = {}
    merged = np.full(len(members), None, dtype=object)
    for row, ids in enumerate(members):
        chosen = np.unique(places(package.tables["areas"]["area_id"], np.asarray(ids, dtype=object)))
        key = chosen.tobytes()
        if key not in made:
            made[key] = _together(shapes[chosen])
        merged[row] = made[key]
    return gpd.GeoDataFrame(dict(columns), geometry=merged, crs="EPSG:4326")


def _together(shapes: Shapes) -> Any:
    given = shapes[~shapely.is_missing(shapes)]
    polygons = given[shapely.get_dimensions(given) == 2]
    if len(polygons):
        return _dissolved(polygons)
    return shapely.union_all(given) if len(given) else None


def _dissolved(polygons: Shapes) -> Any:
    """Neighbours that share their borders point by point dissolve fast; others the slow way."""
    if shapely.coverage_is_valid(polygons):
        return shapely.coverage_union_all(polygons)
    return shapely.union_all(polygons)
