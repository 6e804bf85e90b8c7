"""A small map drawn as plain SVG shapes, so that a page needs neither scripts nor tiles to show where its features are."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

WIDTH = 640.0
TALLEST = 640.0
MARGIN = 8.0
MOST_SHAPES = 5000


@dataclass(frozen=True)
class Drawing:
    """What is drawn, in units of the picture: paths of areas and of lines, and points."""

    width: float
    height: float
    shapes: tuple[str, ...]
    lines: tuple[str, ...]
    points: tuple[tuple[float, float], ...]

    @property
    def count(self) -> int:
        """How many features are on it."""
        return len(self.shapes) + len(self.lines) + len(self.points)


def small_map(geometries: Any) -> Drawing | None:
    """The drawing of shapes in WGS84, at most 5,000 of them; None when nothing has a place."""
    given = geometries[~(shapely.is_missing(geometries) | shapely.is_empty(geometries))][:MOST_SHAPES]
    if not len(given):
        return None
    west, south, east, north = shapely.total_bounds(given)
    narrow = np.cos(np.radians((south + north) / 2))
    wide, tall = max((east - west) * narrow, 1e-4), max(north - south, 1e-4)
    scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / tall)
    height = tall * scale + 2 * MARGIN

    def placed(lonlat: Any) -> Any:
        x = MARGIN + (lonlat[:, 0] - west) * narrow * scale
        return np.round(np.column_stack([x, height - MARGIN - (lonlat[:, 1] - south) * scale]), 1)

    drawn = shapely.transform(shapely.force_2d(given), placed)
    dimensions = shapely.get_dimensions(drawn)
    simple = shapely.simplify(drawn, 0.5)
    return Drawing(
        round(wide * scale + 2 * MARGIN, 1),
        round(height, 1),
        tuple(path for path in map(_path, simple[dimensions == 2]) if path),
        tuple(path for path in map(_path, simple[dimensions == 1]) if path),
        tuple((float(x), float(y)) for x, y in shapely.get_coordinates(drawn[dimensions == 0])),
    )


def _path(shape: Any) -> str:
    """The outlines of a shape as one SVG path."""
    rings = shapely.get_rings(shape) if shapely.get_dimensions(shape) == 2 else shapely.get_parts(shape)
    written = []
    for ring in rings:
        points = shapely.get_coordinates(ring)
        if len(points) > 1:
            written.append("M" + "L".join(f"{x:g},{y:g}" for x, y in points))
    return "".join(written)
