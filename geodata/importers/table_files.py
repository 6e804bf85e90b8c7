"""A table file of the user's own, opened by its format, with its rows chosen; what was read is reported with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio

from geodata import cells
from geodata.importers.columns import STAND_INS, Report, Sheet, column, texts
from geodata.importers.recipe_places import TableFile, Words
from geodata.problems import Findings, names
from geodata.raw_table import RawGeometry, RawTable, decimal_text, from_records
from geodata.readers.csv_file import read_csv
from geodata.readers.excel_workbook import read_sheet
from geodata.readers.geojson_file import read_geojson
from geodata.readers.geopackage_file import read_geopackage
from geodata.readers.parquet_file import read_parquet

BY_GDAL = (".shp", ".fgb", ".gml", ".kml", ".gdb")
"""Formats that only GDAL reads: the user's own local files, never an upload."""


def open_table(folder: Path, listed: TableFile, found: Findings, report: Report) -> Sheet | None:
    """The table with its rows chosen; None, with the reason, if it cannot be read."""
    path = folder / listed.file
    raw = _read(path, listed, found)
    if raw is None:
        return None
    missing = STAND_INS | {decimal_text(v) if isinstance(v, float) else str(v) for v in listed.missing}
    sheet = Sheet(raw, listed.decimal, missing)
    count = len(raw.rows)
    for choice, keep in ((listed.only, True), (listed.without, False)):
        sheet = _chosen(sheet, choice, keep, found)
    kept = len(sheet.raw.rows)
    rows = f"{kept:,} of {count:,} rows" if kept != count else f"{count:,} rows"
    where = f" (layer {listed.layer})" if listed.layer else f" (sheet {listed.sheet})" if listed.sheet else ""
    told = [t for t in (listed.source, listed.licence) if t]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else "a folder"
    line = f"{listed.file}{where}: {rows}, sha256 {digest}{'; ' if told else ''}{', '.join(told)}"
    if line not in report.read:
        report.read.append(line)
    if not kept:
        fix = "Look at only and without in the recipe." if count else "Give it rows under its header."
        found.error(raw.name, f"{raw.source} has no rows{' left' if count else ''}.", fix)
        return None
    return sheet


def _read(path: Path, listed: TableFile, found: Findings) -> RawTable | None:
    name = path.name
    if not path.exists():
        near = names(sorted(p.name for p in path.parent.glob("*") if p.is_file()), 12) if path.parent.is_dir() else ""
        text = f"The file {listed.file} is not there."
        found.error(name, text, f"Paths start from the recipe's folder; it holds {near or 'no files'}.")
        return None
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            return _read_text(path, listed, found)
        case ".xlsx" | ".xlsm":
            return read_sheet(path.read_bytes(), listed.sheet, name, listed.header_row, found)
        case ".gpkg":
            return _layer(path, listed, found)
        case ".geojson" | ".json":
            return read_geojson(path.read_bytes(), name, name, found)
        case ".parquet":
            return read_parquet(path.read_bytes(), name, name, found)
        case suffix if suffix in BY_GDAL:
            return _by_gdal(path, listed, found)
        case _:
            found.error(name, "This format is not read.", "Save it as CSV, Excel, GeoPackage, GeoJSON or Parquet.")
            return None


def _read_text(path: Path, listed: TableFile, found: Findings) -> RawTable | None:
    try:
        with path.open(encoding=listed.encoding, newline="") as opened:
            text = opened.read()
    except LookupError:
        found.error(path.name, f"The encoding {listed.encoding} is not known.", "Write utf-8 or cp1252.")
        return None
    except UnicodeDecodeError:
        fix = 'Say encoding = "cp1252" in the recipe, which older Dutch files are written in.'
        found.error(path.name, f"It is not {listed.encoding} text.", fix)
        return None
    lines = text.splitlines(keepends=True)
    body = "".join(lines[listed.header_row - 1 :])
    table = read_csv(body.encode(), path.name, path.name, found)
    return table and replace(table, rows=table.rows + listed.header_row - 1)


def _layer(path: Path, listed: TableFile, found: Findings) -> RawTable | None:
    layers = read_geopackage(path.read_bytes(), path.stem, path.name, found)
    if listed.layer is None and len(layers) == 1:
        return replace(layers[0], name=path.name)
    for layer in layers:
        if layer.name == listed.layer:
            return replace(layer, name=path.name)
    if layers:
        has = names([layer.name for layer in layers])
        text = f"It has no layer {listed.layer!r}." if listed.layer else "It has several layers."
        found.error(path.name, text, f'Say layer = "..." in the recipe; it has {has}.')
    return None


def _by_gdal(path: Path, listed: TableFile, found: Findings) -> RawTable | None:
    try:
        frame: gpd.GeoDataFrame = pyogrio.read_dataframe(path, layer=listed.layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as reason:
        found.error(path.name, f"It cannot be read ({reason}).", "Save it as GeoPackage or CSV.")
        return None
    header = [c for c in frame.columns if c != "geometry"]
    rows = [[v.item() if isinstance(v, np.generic) else v for v in row] for row in frame[header].to_numpy(object)]
    rows = [[None if isinstance(v, float) and np.isnan(v) else v for v in row] for row in rows]
    table = from_records(path.name, path.name, header, rows)
    if "geometry" not in frame.columns or frame.crs is None:
        return table
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)[table.rows - 1]
    return replace(table, geometry=RawGeometry(shapes, frame.crs.to_epsg() or 4326))


def _chosen(sheet: Sheet, choice: Mapping[str, Words], keep: bool, found: Findings) -> Sheet:
    """The rows whose columns hold one of the wanted values (or, not to be kept, none of them)."""
    for named, wanted in choice.items():
        name = column(sheet, named, found)
        if name is None:
            continue
        hit = matches(texts(sheet, name), wanted)
        if not hit.any():
            have = names(sorted({v for v in texts(sheet, name) if v is not None}), 12)
            found.error(sheet.raw.name, f"No row has {named} = {wanted!r}.", f"It has {have}.", field=name)
            continue
        at = np.flatnonzero(hit == keep)
        geometry = sheet.raw.geometry
        columns = {c: v.take(at) for c, v in sheet.raw.columns.items()}
        shapes = None if geometry is None else RawGeometry(geometry.shapes[at], geometry.epsg)
        sheet = replace(sheet, raw=replace(sheet.raw, columns=columns, rows=sheet.raw.rows[at], geometry=shapes))
    return sheet


def matches(values: list[str | None], wanted: Words) -> cells.Booleans:
    """Which cells hold one of the wanted values, capitals aside."""
    one_of = {_text(w) for w in (wanted if isinstance(wanted, list) else [wanted])}
    return np.array([v is not None and v.casefold() in one_of for v in values], dtype=bool)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return (decimal_text(value) if isinstance(value, float) else str(value)).casefold()
