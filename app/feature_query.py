"""Which features of a layer are asked for: a page, a box, a reference system, and values that columns must have."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from app.errors import Finding, InvalidInput
from geodata.crs import CRS84, SYSTEMS, ReferenceSystem, UnknownSystemError, box_to_wgs84, reference_system

DEFAULT_LIMIT = 1000
MOST_FEATURES = 10_000
OWN = ("limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "f")
CORNERS = "Give the lower corner, then the upper one."
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class FeatureQuery:
    """A checked query; `box` is west, south, east, north in WGS84."""

    limit: int
    offset: int
    box: Box | None
    system: ReferenceSystem
    values: Mapping[str, str]


def read_query(parameters: QueryParams, *, columns: frozenset[str]) -> FeatureQuery:
    """The query of a request; raises InvalidInput with every parameter that is unknown or cannot be read."""
    found: list[Finding] = []
    given = {}
    for name, value in parameters.multi_items():
        if name not in OWN and name not in columns:
            fix = f"Use {', '.join(OWN)} or a column of the layer: {', '.join(sorted(columns))}."
            found.append(Finding(f"query.{name[:100]}", "There is no such parameter.", fix))
        elif name in given:
            found.append(Finding(f"query.{name}", "It is given twice.", "Give it once."))
        given[name] = value
    if given.get("f", "json") not in ("json", "geojson"):
        found.append(Finding("query.f", "There is no such format.", "Use json."))
    limit = _whole("limit", given.get("limit", str(DEFAULT_LIMIT)), 1, found)
    offset = _whole("offset", given.get("offset", "0"), 0, found)
    system = _system("crs", given.get("crs"), found)
    box_system = _system("bbox-crs", given.get("bbox-crs"), found)
    box = _box(given["bbox"], box_system, found) if "bbox" in given else None
    if found:
        raise InvalidInput("The query is not valid.", found)
    values = {name: value for name, value in given.items() if name in columns and name not in OWN}
    return FeatureQuery(min(limit, MOST_FEATURES), offset, box, system, values)


def read_crs(parameters: QueryParams) -> ReferenceSystem:
    """The reference system of a request for one feature; raises InvalidInput."""
    return read_query(parameters, columns=frozenset()).system


def _whole(name: str, text: str, least: int, found: list[Finding]) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least:
        return int(text)
    found.append(Finding(f"query.{name}", "It is not a whole number in range.", f"Give a number of at least {least}."))
    return least


def _system(name: str, text: str | None, found: list[Finding]) -> ReferenceSystem:
    try:
        return CRS84 if text is None else reference_system(text)
    except UnknownSystemError:
        found.append(Finding(f"query.{name}", "Layers are not served in it.", f"Use one of {', '.join(SYSTEMS)}."))
        return CRS84


def _box(text: str, system: ReferenceSystem, found: list[Finding]) -> Box | None:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        found.append(Finding("query.bbox", "It is not four or six numbers.", CORNERS))
        return None
    a, b, c, d = numbers
    if b > d or (a > c and system.epsg != CRS84.epsg):
        found.append(Finding("query.bbox", "Its corners are not in order.", CORNERS))
        return None
    box = box_to_wgs84((a, b, c, d), system)
    if not all(math.isfinite(number) for number in box):
        found.append(Finding("query.bbox", "It lies outside its reference system.", "Give a box inside it."))
        return None
    return box
