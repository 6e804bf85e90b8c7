"""The box on the map that holds a data package: its areas' shapes, or the points of its areas and sites."""

import numpy as np

from geodata.package import Package

Box = list[float]
"""West, south, east, north in WGS84 degrees."""


def box_of(package: Package) -> Box | None:
    """The box, or None when nothing in the data has a place."""
    points = [_points(package, table) for table in ("areas", "sites")]
    if package.geometry is not None and len(package.geometry):
        bounds = np.asarray(package.geometry.total_bounds, dtype=np.float64)
        points.append(bounds.reshape(2, 2))
    placed = np.concatenate(points)
    placed = placed[np.isfinite(placed).all(axis=1)]
    if not len(placed):
        return None
    return [float(value) for value in (*placed.min(axis=0), *placed.max(axis=0))]


def _points(package: Package, table: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    columns = package.tables[table]
    if "lon" not in columns or "lat" not in columns:
        return np.empty((0, 2))
    return np.column_stack([np.asarray(columns["lon"], dtype=np.float64), np.asarray(columns["lat"], dtype=np.float64)])
