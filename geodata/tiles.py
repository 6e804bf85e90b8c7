"""Vector tiles of a layer: its shapes laid on a grid of tiles, simplified to what can be seen, clipped and encoded."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import mapbox_vector_tile
import morecantile
import numpy as np
import shapely
from pyproj import CRS

from geodata.crs import reproject
from geodata.layers import plain_values

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
ACROSS = 4096
"""Units across a tile."""
MARGIN = 64
"""Units beyond a tile's edge that are drawn too, so that lines do not end at it."""
SEEN = 2
"""Units that differ less than this are not told apart: on a screen some quarter of a pixel."""
DEEPEST = 16
Shapes = np.ndarray[Any, Any]
Rows = np.ndarray[Any, np.dtype[np.intp]]
RD_QUAD = (-285401.92, 22598.08, 595401.92, 903401.92)
"""The square of the Dutch tiling: its corners in EPSG:28992."""


@cache
def matrix_sets() -> dict[str, morecantile.TileMatrixSet]:
    """The grids that tiles are served in: the web's, and that of the Dutch national system."""
    national = morecantile.TileMatrixSet.custom(
        list(RD_QUAD),
        CRS.from_epsg(28992),
        id="NetherlandsRDNewQuad",
        title="RD tiling for the Netherlands",
        minzoom=0,
        maxzoom=DEEPEST,
    )
    return {"WebMercatorQuad": morecantile.tms.get("WebMercatorQuad"), "NetherlandsRDNewQuad": national}


EPSG = {"WebMercatorQuad": 3857, "NetherlandsRDNewQuad": 28992}


@dataclass
class Tiling:
    """A layer laid on a grid.

    `shapes` are the distinct ones in the grid's system, `which` int[rows] the shape of each row (areas have a row per
    care type and period); they are simplified per zoom level as that is asked for.
    """

    frame: Any
    grid: str
    shapes: Shapes
    which: Rows
    _simple: dict[int, tuple[Shapes, shapely.STRtree]] = field(default_factory=dict)
    _making: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, frame: Any, grid: str) -> Tiling:
        """The frame (WGS84) on the grid of that name."""
        given = frame.geometry.to_numpy()
        places: dict[int, int] = {}
        which = np.array([places.setdefault(id(shape), len(places)) for shape in given], dtype=np.intp)
        distinct = np.full(len(places), None, dtype=object)
        distinct[which] = given
        return cls(frame, grid, reproject(distinct, 4326, EPSG[grid]), which)

    def tile(self, z: int, row: int, column: int, *, layer: str, chosen: np.ndarray[Any, Any] | None = None) -> bytes:
        """The tile as bytes, empty when nothing is on it; of the chosen rows (bool[rows]) only, if given."""
        bounds = matrix_sets()[self.grid].xy_bounds(morecantile.Tile(column, row, z))
        unit = (bounds.right - bounds.left) / ACROSS
        reach = MARGIN * unit
        box = (bounds.left - reach, bounds.bottom - reach, bounds.right + reach, bounds.top + reach)
        shapes, tree = self._at(z, unit)
        on_it = np.zeros(len(shapes), dtype=np.bool_)
        on_it[tree.query(shapely.box(*box), predicate="intersects")] = True
        if not on_it.any():
            return b""
        placed = np.full(len(shapes), None, dtype=object)
        moved = shapely.transform(
            shapely.clip_by_rect(shapes[on_it], *box),
            lambda points: (points - (bounds.left, bounds.top)) / (unit, -unit),
        )
        placed[on_it] = _on_units(moved)
        seen = on_it & ~shapely.is_empty(placed)
        rows = np.flatnonzero(seen[self.which] if chosen is None else seen[self.which] & chosen)
        return _encoded(self.frame, rows, placed[self.which[rows]], layer) if len(rows) else b""

    def _at(self, z: int, unit: float) -> tuple[Shapes, shapely.STRtree]:
        """The shapes as detailed as the zoom level shows, and a tree to find them."""
        with self._making:
            if z not in self._simple:
                simple = _simplified(self.shapes, SEEN * unit)
                self._simple[z] = simple, shapely.STRtree(simple)
            return self._simple[z]


def _simplified(shapes: Shapes, tolerance: float) -> Shapes:
    """Shapes without what is too small to be seen; neighbouring areas keep the border they share."""
    simple: Shapes = shapely.simplify(shapes, tolerance)
    areas = shapely.get_dimensions(shapes) == 2
    if areas.any():
        simple[areas] = shapely.coverage_simplify(shapes[areas], tolerance)
    return simple


def _on_units(shapes: Shapes) -> Shapes:
    """Shapes with whole coordinates, still valid, rings turned as tiles want them; an area smaller than a unit becomes a unit square, so that none is lost."""
    whole: Shapes = shapely.orient_polygons(shapely.set_precision(shapes, 1.0))
    lost = shapely.is_empty(whole) & ~shapely.is_empty(shapes)
    if lost.any():
        corners = np.round(shapely.get_coordinates(shapely.centroid(shapes[lost])))
        whole[lost] = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + 1, corners[:, 1] + 1)
    return whole


def _encoded(frame: Any, rows: Rows, shapes: Shapes, layer: str) -> bytes:
    chosen = frame.iloc[rows]
    names = [str(name) for name in chosen.columns if name != chosen.geometry.name]
    columns = [plain_values(chosen[name]) for name in names]
    features = [
        {
            "geometry": shape,
            "id": int(row),
            "properties": {name: value for name, value in zip(names, values, strict=True) if value is not None},
        }
        for row, shape, *values in zip(rows, shapes, *columns, strict=True)
    ]
    tile: bytes = mapbox_vector_tile.encode(
        [{"name": layer, "features": features}],
        default_options={"y_coord_down": True, "extents": ACROSS, "check_winding_order": False},
    )
    return tile
