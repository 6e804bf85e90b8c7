"""Which features of a layer are asked for: a page, a box, a filter, an order, a reference system, values of columns."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.datastructures import QueryParams

from app.errors import Finding, InvalidInput
from geodata.cql2.json_form import from_json
from geodata.cql2.text import from_text
from geodata.cql2.tree import FilterError
from geodata.crs import CRS84, SYSTEMS, ReferenceSystem, UnknownSystemError, box_to_wgs84, reference_system

DEFAULT_LIMIT = 1000
MOST_FEATURES = 10_000
OWN = (
    "limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "sortby", "f",
    "skipGeometry",
)  # fmt: skip
CHOOSING = ("filter", "filter-lang", "filter-crs", "f")
"""Of those, the ones that choose features without paging or ordering them."""
LANGUAGES = {"cql2-text": from_text, "cql2-json": from_json}
CORNERS = "Give the lower corner, then the upper one."
MOMENT = re.compile(r"\d{4}-\d\d-\d\d([Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))?")
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class FeatureQuery:
    """A checked query.

    `box` is west, south, east, north in WGS84; `tree` a filter whose shapes are written in `filter_system`; `order`
    names columns, each with whether it descends.
    """

    limit: int
    offset: int
    box: Box | None
    system: ReferenceSystem
    values: Mapping[str, str]
    tree: Any = None
    filter_system: ReferenceSystem = CRS84
    order: tuple[tuple[str, bool], ...] = ()
    with_geometry: bool = True


def read_query(
    parameters: QueryParams, *, columns: frozenset[str], usual: int = DEFAULT_LIMIT, own: tuple[str, ...] = OWN
) -> FeatureQuery:
    """The query of a request, `usual` features unless it says otherwise; beside columns it may have the `own` parameters.

    Raises InvalidInput with every parameter that is unknown or cannot be read.
    """
    found: list[Finding] = []
    given = _given(parameters, columns, own, found)
    limit = _whole("limit", given.get("limit", str(usual)), 1, found)
    offset = _whole("offset", given.get("offset", "0"), 0, found)
    system = _system("crs", given.get("crs"), found)
    box_system = _system("bbox-crs", given.get("bbox-crs"), found)
    filter_system = _system("filter-crs", given.get("filter-crs"), found)
    box = _box(given["bbox"], box_system, found) if "bbox" in given else None
    tree = _filter(given["filter"], given.get("filter-lang", "cql2-text"), found) if "filter" in given else None
    order = _order(given.get("sortby"), columns, found)
    _check_moment(given.get("datetime"), found)
    skip = given.get("skipGeometry", "false")
    if skip not in ("true", "false"):
        found.append(Finding("query.skipGeometry", "It is neither true nor false.", "Use true or false."))
    if found:
        raise InvalidInput("The query is not valid.", found)
    values = {name: value for name, value in given.items() if name in columns and name not in own}
    return FeatureQuery(
        min(limit, MOST_FEATURES), offset, box, system, values, tree, filter_system, order, skip != "true"
    )


def read_crs(parameters: QueryParams) -> ReferenceSystem:
    """The reference system of a request for one feature; raises InvalidInput for any other parameter."""
    found = [
        Finding(f"query.{name[:100]}", "There is no such parameter.", "Use crs or f.")
        for name in parameters
        if name not in ("crs", "f")
    ]
    system = _system("crs", parameters.get("crs"), found)
    if found:
        raise InvalidInput("The query is not valid.", found)
    return system


def read_system(text: str | None) -> ReferenceSystem:
    """The reference system of the parameter crs, CRS84 without it; raises InvalidInput."""
    found: list[Finding] = []
    system = _system("crs", text, found)
    if found:
        raise InvalidInput("The query is not valid.", found)
    return system


def _given(
    parameters: QueryParams, columns: frozenset[str], own: tuple[str, ...], found: list[Finding]
) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in parameters.multi_items():
        if name not in own and name not in columns:
            fix = f"Use {', '.join(own)} or a column of the layer: {', '.join(sorted(columns))}."
            found.append(Finding(f"query.{name[:100]}", "There is no such parameter.", fix))
        elif name in given:
            found.append(Finding(f"query.{name}", "It is given twice.", "Give it once."))
        given[name] = value
    return given


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


def _filter(text: str, language: str, found: list[Finding]) -> Any:
    read = LANGUAGES.get(language)
    if read is None:
        found.append(
            Finding("query.filter-lang", "There is no such filter language.", f"Use {' or '.join(LANGUAGES)}.")
        )
        return None
    try:
        return read(text)
    except FilterError as broken:
        found.append(bad_filter(broken))
        return None


def bad_filter(broken: FilterError) -> Finding:
    """What is wrong with a filter, for the one who wrote it."""
    return Finding("query.filter", str(broken), "Write it as CQL2, such as care_type_id = 'x' AND minutes_plan > 45.")


def _order(text: str | None, columns: frozenset[str], found: list[Finding]) -> tuple[tuple[str, bool], ...]:
    if text is None:
        return ()
    wanted = [(part.strip().lstrip("+-"), part.strip().startswith("-")) for part in text.split(",")]
    unknown = [name for name, _ in wanted if name not in columns]
    if unknown or len(wanted) > len(columns):
        fix = f"Name columns, a minus before those that descend: {', '.join(sorted(columns))}."
        found.append(Finding("query.sortby", f"There is no column {', '.join(unknown)[:100]}.", fix))
        return ()
    return tuple(wanted)


def _check_moment(text: str | None, found: list[Finding]) -> None:
    """No layer has a time of its own, so that every moment and interval chooses all features; it must be one, though."""
    if text is None:
        return
    ends = text.split("/")
    open_ends = ("", "..")
    sound = len(ends) <= 2 and all(_is_moment(end) or (len(ends) == 2 and end in open_ends) for end in ends)
    if not sound or all(end in open_ends for end in ends):
        fix = "Give a moment or an interval, such as 2030-01-01T00:00:00Z/.. ."
        found.append(Finding("query.datetime", "It is neither a moment nor an interval (RFC 3339).", fix))


def _is_moment(text: str) -> bool:
    if not MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


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
