"""Reference systems: the five that layers are served in, and the way each writes its axes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError


@dataclass(frozen=True)
class ReferenceSystem:
    """A system a layer can be asked in; `lat_first` where its authority writes latitude before longitude."""

    uri: str
    epsg: int
    lat_first: bool
    decimals: int


CRS84 = ReferenceSystem("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326, False, 7)
SYSTEMS: dict[str, ReferenceSystem] = {
    s.uri: s
    for s in (
        CRS84,
        ReferenceSystem("http://www.opengis.net/def/crs/EPSG/0/28992", 28992, False, 3),
        ReferenceSystem("http://www.opengis.net/def/crs/EPSG/0/4258", 4258, True, 7),
        ReferenceSystem("http://www.opengis.net/def/crs/EPSG/0/4326", 4326, True, 7),
        ReferenceSystem("http://www.opengis.net/def/crs/EPSG/0/3857", 3857, False, 3),
    )
}


class UnknownSystemError(ValueError):
    """The reference system asked for is none that layers are served in."""


def reference_system(name: str) -> ReferenceSystem:
    """The system by its URI, `EPSG:28992`, `28992` or `CRS84`; raises UnknownSystemError."""
    text = name.strip().strip("[]")
    short = text.upper().removeprefix("EPSG:").removeprefix("OGC:")
    for uri, system in SYSTEMS.items():
        if text == uri or short == uri.rsplit("/", 1)[-1]:
            return system
    raise UnknownSystemError(f"{name!r} is not a reference system of this service; use one of {', '.join(SYSTEMS)}.")


@lru_cache(maxsize=32)
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(CRS.from_epsg(source), CRS.from_epsg(target), always_xy=True)


def is_known_epsg(code: int) -> bool:
    """Does the EPSG register, as shipped, know the code as a reference system on the ground?"""
    try:
        crs = CRS.from_epsg(code)
    except CRSError:
        return False
    return crs.is_geographic or crs.is_projected


def reproject(shapes: np.ndarray[Any, Any], source: int, target: int) -> np.ndarray[Any, Any]:
    """Shapes from one EPSG code to another, x before y on both sides (longitude, latitude where degrees)."""
    if source == target:
        return shapes
    transformer = _transformer(source, target)

    def moved(points: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    result: np.ndarray[Any, Any] = shapely.transform(shapely.force_2d(shapes), moved)
    return result


def in_system(shapes: np.ndarray[Any, Any], system: ReferenceSystem) -> np.ndarray[Any, Any]:
    """WGS84 longitude-latitude shapes in a reference system, axes in the order its authority writes them."""
    moved = reproject(shapes, 4326, system.epsg)
    if not system.lat_first:
        return moved
    flipped: np.ndarray[Any, Any] = shapely.transform(moved, lambda points: points[:, ::-1])
    return flipped


def to_wgs84(shapes: np.ndarray[Any, Any], system: ReferenceSystem) -> np.ndarray[Any, Any]:
    """Shapes written in a reference system's own axis order, in WGS84 longitude-latitude."""
    if system.lat_first:
        shapes = shapely.transform(shapes, lambda points: points[:, ::-1])
    return reproject(shapes, system.epsg, 4326)


def box_to_wgs84(box: tuple[float, float, float, float], system: ReferenceSystem) -> tuple[float, float, float, float]:
    """A bounding box in a system's own axis order, as west, south, east, north in WGS84."""
    a, b, c, d = box
    west, south, east, north = (b, a, d, c) if system.lat_first else (a, b, c, d)
    if system.epsg == 4326:
        return west, south, east, north
    bounds: tuple[float, float, float, float] = _transformer(system.epsg, 4326).transform_bounds(
        west, south, east, north
    )
    return bounds
