"""From files to raw tables: which file is which table, read by the reader of its format."""

from __future__ import annotations

import difflib
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from geodata.package_description import DESCRIPTION, Description, Resource, read_description
from geodata.problems import Findings
from geodata.raw_table import RawTable
from geodata.readers.csv_file import read_csv
from geodata.readers.geojson_file import read_geojson
from geodata.readers.geopackage_file import read_geopackage
from geodata.readers.parquet_file import read_parquet
from geodata.sources import Files
from geodata.tables import TABLES, WIDE, table_name

FORMATS = (".csv", ".tsv", ".parquet", ".geojson", ".gpkg")


def gather(files: Files, found: Findings) -> tuple[Description, list[RawTable]]:
    """The description and every table of a folder or zip, as written."""
    description = Description(files.name, files.name)
    if DESCRIPTION in files.contents and (content := _content(files, DESCRIPTION, found)) is not None:
        description = read_description(content, files.name, found)
    raws: list[RawTable] = []
    for path, resource in _paths(files, description, found).items():
        name = table_name(PurePosixPath(path).stem) or table_name(resource.name if resource else "")
        if name is None:
            _tell_stranger(path, found)
            continue
        content = _content(files, path, found, name)
        if content is None:
            continue
        read = read_file(content, path, name, found)
        if resource:
            read = [replace(t, types=resource.types, provenance=resource.source) for t in read]
        raws += read
    return description, raws


def _content(files: Files, path: str, found: Findings, table: str = DESCRIPTION) -> bytes | None:
    try:
        return files.contents[path]()
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        OSError,
        EOFError,
        NotImplementedError,
        ValueError,
    ) as reason:
        found.error(table, f"{path} cannot be unpacked or opened ({str(reason)[:100]}).", "Make the package again.")
        return None


def _paths(files: Files, description: Description, found: Findings) -> dict[str, Resource | None]:
    """The files to read, each with the resource that lists it."""
    paths: dict[str, Resource | None] = {}
    for resource in description.resources or ():
        if resource.path is None:
            continue
        path = str(PurePosixPath(resource.path.replace("\\", "/")))
        if path not in files.contents:
            text = f"The file {path} of the resource {resource.name!r} is not in the package."
            found.error(DESCRIPTION, text, "Add the file, or take the resource out.", field="resources")
        elif PurePosixPath(path).suffix.lower() not in FORMATS:
            text = f"The format of {path} is not one that is read."
            found.error(DESCRIPTION, text, "Save it as CSV, Parquet, GeoJSON or GeoPackage.", field="resources")
        else:
            paths[path] = resource
    for path in files.contents:
        is_table = "/" not in path and PurePosixPath(path).suffix.lower() in FORMATS
        if path not in paths and is_table:
            paths[path] = None
            if description.resources is not None and table_name(PurePosixPath(path).stem):
                text = f"{path} is not listed in {DESCRIPTION}; it is read all the same."
                found.warn(DESCRIPTION, text, "List it, or take it out of the package.", field="resources")
    return paths


def _tell_stranger(path: str, found: Findings) -> None:
    near = difflib.get_close_matches(PurePosixPath(path).stem.replace("-", "_").casefold(), TABLES, n=1)
    meant = f" Is {near[0]} meant?" if near else ""
    found.warn(
        PurePosixPath(path).stem,
        f"{path} is no table of a data package and is not read.",
        f"Rename it if it is one.{meant}",
    )


def read_file(content: bytes, path: str, name: str, found: Findings) -> list[RawTable]:
    """The tables in one file by its format (a GeoPackage may hold several)."""
    match PurePosixPath(path).suffix.lower():
        case ".csv" | ".tsv":
            table = read_csv(content, name, path, found)
            return [table] if table else []
        case ".parquet":
            typed = read_parquet(content, name, path, found)
            return [typed] if typed else []
        case ".geojson":
            shapes = read_geojson(content, name, path, found)
            return [shapes] if shapes else []
        case ".gpkg":
            named = ((t, table_name(t.name)) for t in read_geopackage(content, name, path, found))
            return [replace(t, name=n) for t, n in named if n]
        case _:
            raise AssertionError(path)


def split_by_name(raws: list[RawTable], found: Findings) -> tuple[dict[str, RawTable], list[RawTable], RawTable | None]:
    """One raw table per name, the travel tables, and the shapes of the areas, which may come in a file of their own."""
    tables: dict[str, RawTable] = {}
    travel: list[RawTable] = []
    shapes: RawTable | None = None
    plain_areas = any(t.name == "areas" and t.geometry is None for t in raws)
    for raw in raws:
        if raw.name == "areas" and raw.geometry is not None:
            if shapes is not None:
                text = f"The shapes of the areas come twice, in {shapes.source} and {raw.source}."
                found.error("areas", text, "Keep one of the two.")
            shapes = raw
            if plain_areas:
                continue
        if raw.name == "travel_times" or raw.name.startswith(WIDE):
            if any(t.name == raw.name for t in travel):
                found.error(
                    raw.name, f"The table comes twice, the second time in {raw.source}.", "Keep one of the two."
                )
            travel.append(raw)
        elif raw.name in tables:
            text = f"The table comes twice, in {tables[raw.name].source} and {raw.source}."
            found.error(raw.name, text, "Keep one of the two.")
        else:
            tables[raw.name] = raw
    return tables, travel, shapes


def tell_absent(tables: Mapping[str, RawTable], travel: list[RawTable], found: Findings) -> None:
    """Every required table must be there; one that could not be read has been told."""
    unreadable = {p.table for p in found.problems if p.severity == "error"}
    for table in TABLES.values():
        there = table.name in tables
        if table.name == "travel_times":
            there = any(len(t.rows) or t.name != table.name for t in travel)
        there = there or any(
            name == table.name or (table.name == "travel_times" and name.startswith(WIDE)) for name in unreadable
        )
        if table.required and not there:
            alike = " or a matrix travel_times_car" if table.name == "travel_times" else ""
            found.error(
                table.name,
                f"The table {table.name}{alike} is missing.",
                f"Add {table.name}.csv{alike and ' or travel_times_car.csv'}.",
            )
