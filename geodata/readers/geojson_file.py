"""GeoJSON by json and shapely alone: features with their properties as a table, shapes in longitude and latitude."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from geodata.problems import Findings
from geodata.raw_table import RawGeometry, RawTable, from_records
from geodata.strict_json import strict_json


def read_geojson(content: bytes, name: str, source: str, found: Findings) -> RawTable | None:
    """The table in a GeoJSON file; None, with the reason in `found`, if it is no FeatureCollection."""
    try:
        document = strict_json(content)
    except (ValueError, RecursionError) as reason:
        found.error(name, f"{source} is not valid JSON ({reason}).", "Export it as GeoJSON again.")
        return None
    return feature_table(document, name, source, found)


def feature_table(document: Any, name: str, source: str, found: Findings) -> RawTable | None:
    """The table of a parsed FeatureCollection, a feature's properties its cells; None, with the reason in `found`."""
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        found.error(name, f"{source} is no GeoJSON FeatureCollection.", "Export it as GeoJSON again.")
        return None
    epsg = _epsg(document.get("crs"))
    if epsg is None:
        found.error(
            name, f"{source} names a reference system that is not read.", "GeoJSON is longitude, latitude in WGS84."
        )
        return None
    good = [f if isinstance(f, dict) else {} for f in features]
    properties = [p if isinstance(p := f.get("properties"), dict) else {} for f in good]
    header = list(dict.fromkeys(str(key) for p in properties for key in p))
    cells = [[_flat(p.get(h)) for h in header] for p in properties]
    try:
        table = from_records(name, source, header, cells)
    except (TypeError, UnicodeEncodeError) as reason:
        found.error(
            name, f"{source} has a property that is no plain value ({reason}).", "Use text, numbers, true and false."
        )
        return None
    shapes = _shapes([f.get("geometry") for f in good])
    given = np.array([f.get("geometry") is not None for f in good], dtype=bool)
    lost = np.flatnonzero(given & shapely.is_missing(shapes))
    found.rows(
        "error",
        name,
        "geometry",
        lost + 1,
        lambda i: f"The shape in {source} cannot be read.",
        "Export the layer again.",
    )
    return RawTable(name, source, table.columns, table.rows, RawGeometry(shapes[table.rows - 1], epsg))


def _flat(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _shapes(geometries: list[Any]) -> np.ndarray[Any, Any]:
    texts = np.array([None if g is None else json.dumps(g) for g in geometries], dtype=object)
    shapes: np.ndarray[Any, Any] = np.atleast_1d(shapely.from_geojson(texts, on_invalid="ignore"))
    return shapes


def _epsg(crs: Any) -> int | None:
    """The EPSG code of the member `crs` that older files carry; 4326 without it, None if it is no plain name."""
    if crs is None:
        return 4326
    properties = crs.get("properties") if isinstance(crs, Mapping) else None
    written = properties.get("name") if isinstance(properties, Mapping) else None
    if not isinstance(written, str):
        return None
    if re.fullmatch(r"urn:ogc:def:crs:OGC:[0-9.]*:CRS84", written):
        return 4326
    code = re.fullmatch(r"(?:urn:ogc:def:crs:EPSG:[0-9.]*:|EPSG:)(\d{4,6})", written)
    return int(code[1]) if code else None
