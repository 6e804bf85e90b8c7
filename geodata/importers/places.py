"""Where areas, sites and posts lie: latitude and longitude from degrees, from RD metres, or from shapes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import shapely

from geodata.crs import reproject
from geodata.geometry import wgs84_shapes
from geodata.importers.columns import Report, Sheet, as_cells, filled, numbers, texts, usual
from geodata.importers.recipe_places import Join, Places
from geodata.importers.table_files import matches
from geodata.problems import Findings, names
from geodata.raw_table import Cells, RawTable
from geodata.routing.matrix import Floats

RD = 28992
Coordinates = tuple[Floats, Floats]


def coordinates(sheet: Sheet, listed: Places, found: Findings, report: Report) -> Coordinates | None:
    """lat and lon per row (NaN where not given): columns in degrees, else x and y in RD, else the row's shape."""
    raw = sheet.raw
    lat, lon = (usual(sheet, what, named, found, report) for what, named in (("lat", listed.lat), ("lon", listed.lon)))
    if lat and lon:
        return _sound(raw, numbers(sheet, lat, found, report), numbers(sheet, lon, found, report), found)
    x, y = (usual(sheet, what, named, found, report) for what, named in (("x", listed.x), ("y", listed.y)))
    if x and y:
        report.assume(f"{raw.source}: {x} and {y} are metres in RD (EPSG:28992), brought to WGS84.")
        at = np.column_stack([numbers(sheet, x, found, report), numbers(sheet, y, found, report)])
        known = np.isfinite(at[:, 0]) & np.isfinite(at[:, 1])
        points = np.array([shapely.Point(*each) for each in np.where(known[:, np.newaxis], at, 155000.0)], dtype=object)
        moved = reproject(points, RD, 4326)
        lat_lon: list[Floats] = [np.where(known, v, np.nan) for v in (shapely.get_y(moved), shapely.get_x(moved))]
        return _sound(raw, np.round(lat_lon[0], 7), np.round(lat_lon[1], 7), found)
    if raw.geometry is not None:
        shapes = wgs84_shapes(raw, raw.name, found)
        if shapes is None:
            return None
        report.assume(f"{raw.source}: a place is the point on the surface of its shape, as no coordinates are given.")
        points = shapely.point_on_surface(shapes)
        return np.round(shapely.get_y(points), 7), np.round(shapely.get_x(points), 7)
    return None


def _sound(raw: RawTable, lat: Floats, lon: Floats, found: Findings) -> Coordinates:
    """The same, after a look for degrees in the wrong order and metres that stand for degrees."""
    given = np.isfinite(lat) & np.isfinite(lon)
    if given.any() and 2 < np.median(lat[given]) < 8 and 50 < np.median(lon[given]) < 54:
        fix = "Exchange lat and lon in the recipe: in the Netherlands lat is about 52 and lon about 5."
        found.error(raw.name, "lat and lon look exchanged.", fix, field="lat")
    wild = np.flatnonzero(given & ((np.abs(lat) > 90) | (np.abs(lon) > 180)))
    fix = "Where x and y are metres in RD, name them x and y in the recipe, not lat and lon."
    found.rows("error", raw.name, "lat", raw.rows[wild], lambda i: "The place is not in degrees.", fix)
    return lat, lon


def attributes(sheet: Sheet, listed: Places, found: Findings) -> dict[str, Cells]:
    """The further columns that a recipe asks for, by the names they get."""
    wanted = listed.attributes if isinstance(listed.attributes, dict) else {a: a for a in listed.attributes}
    made = {name: filled(sheet, named, found) for name, named in wanted.items()}
    return {name: as_cells(values) for name, values in made.items() if values is not None}


def inside(sheet: Sheet, listed: Places, found: Findings) -> list[bool] | None:
    """Which rows lie in the region: those whose columns all hold a wanted value; None where the recipe says nothing."""
    if not listed.inside:
        return None
    total = np.ones(len(sheet.raw.rows), dtype=bool)
    for named, wanted in listed.inside.items():
        values = filled(sheet, named, found)
        if values is not None:
            total &= matches(values, wanted)
    if not total.any():
        found.error(sheet.raw.name, "No row lies inside the region.", "Look at inside in the recipe.")
    return [bool(v) for v in total]


def joined(sheet: Sheet, key: str, join: Join, other: Sheet, found: Findings, report: Report) -> Sheet:
    """The sheet with the columns of another, found by a key; rows without a match stay, and are told."""
    here = texts(sheet, key)
    there = filled(other, join.key, found)
    if there is None:
        return sheet
    place = {k: i for i, k in reversed(list(enumerate(there))) if k is not None}
    _tell_twice(other, join.key, there, found)
    at = [place.get(k) if k is not None else None for k in here]
    if all(i is None for i in at):
        plain = {plain_code(k): i for k, i in place.items()}
        at = [plain.get(plain_code(k)) if k is not None else None for k in here]
        if any(i is not None for i in at):
            text = "codes are matched without their letters and leading zeros (GM0014 is 14)"
            report.assume(f"{sheet.raw.source} and {other.raw.source}: {text}.")
    lost = [str(k) for k, i in zip(here, at, strict=True) if i is None]
    if len(lost) == len(here):
        text = f"No {join.key} of {other.raw.source} is among the {key} of {sheet.raw.source}."
        fix = f"Here: {names(lost, 3)}; there: {names(list(place), 3)}. Name other columns as on and key."
        found.error(other.raw.name, text, fix, field=join.key)
        return sheet
    if lost:
        found.warn(sheet.raw.name, f"{len(lost):,} rows have no match in {other.raw.source}: {names(lost, 10)}.",
                   "Their new columns stay blank.", field=key)  # fmt: skip
    wanted = join.columns or [c for c in other.raw.columns if c != join.key]
    columns = dict(sheet.raw.columns)
    for name in wanted:
        if name not in other.raw.columns:
            fix = f"Its columns are {names(list(other.raw.columns), 40)}."
            found.error(other.raw.name, f"{other.raw.source} has no column {name!r}.", fix)
        elif name in sheet.raw.columns and name not in join.columns:
            continue
        else:
            columns[name] = other.raw.columns[name].take(pa.array(at, pa.int64()))
    return replace(sheet, raw=replace(sheet.raw, columns=columns), missing=sheet.missing | other.missing)


def plain_code(code: str) -> str:
    """A code without the letters before its number and without leading zeros: GM0014, 0014 and 14 are alike."""
    digits = code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ ").lstrip("0")
    return digits or code


def _tell_twice(other: Sheet, key: str, keys: Iterable[str | None], found: Findings) -> None:
    first: dict[str, int] = {}
    again: list[tuple[int, str]] = []
    for row, k in zip(other.raw.rows.tolist(), keys, strict=True):
        if k is not None and k in first:
            again.append((row, k))
        elif k is not None:
            first[k] = row
    found.rows(
        "error", other.raw.name, key, [row for row, _ in again],
        lambda i: f"{again[i][1]} was given before, in row {first[again[i][1]]}.",
        'Choose the rows in the recipe: only = { ... } or without = { ... }.',
    )  # fmt: skip
