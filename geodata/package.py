"""A data package: read, checked completely, and kept as plain tables with the shapes of its areas."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geodata.completeness import check_demand, check_travel
from geodata.conditions import check_conditions
from geodata.gathering import gather, split_by_name, tell_absent
from geodata.geometry import area_shapes, with_points
from geodata.package_blob import digest, pack, unpack
from geodata.package_description import Description
from geodata.plausible_minutes import check_reach, check_travel_times
from geodata.plausible_tables import check_care, check_others, check_people
from geodata.problems import Findings, Problem
from geodata.raw_table import RawTable
from geodata.readers.excel_workbook import is_workbook, read_workbook
from geodata.readers.json_document import read_document
from geodata.references import Index, check_keys, check_references, index_of
from geodata.sources import folder_files, zip_files
from geodata.tables import TABLES
from geodata.travel import plain_travel, read_travel
from geodata.typed_table import TypedTable, typed_table

PlainTables = Mapping[str, Mapping[str, np.ndarray[Any, Any]]]
"""Table name -> column -> 1-D array, rows in file order; `travel_times` and `package` have shapes of their own.

Text columns hold str or None, numbers are float64 with NaN for missing, booleans are bool. `travel_times` is mode[L],
future[L] (None: base), area_id[A], site_id[S], minutes[L, A, S] (NaN missing, inf unreachable), km[L, A, S] if known,
source[L] if known. `package` is name[1], title[1], reference_date[1], absent_means_zero[n] (table names),
and, where there are any, modelled[n] (tables whose counts were worked out, not observed).
"""


@dataclass(frozen=True)
class Package:
    """A checked data package: plain tables, and the areas' shapes (area_id, geometry; EPSG:4326) or None."""

    tables: PlainTables
    geometry: Any
    sha256: str


@dataclass(frozen=True)
class Reading:
    """What came of reading: the package (None if any problem is an error) and every problem."""

    package: Package | None
    problems: tuple[Problem, ...]


def read_package(source: Path) -> Reading:
    """Read a folder, zip, Excel workbook or JSON document; never raises for bad data."""
    found = Findings()
    description, raws = opened_source(Path(source), found)
    package = None
    if raws or not found.has_errors:
        package = checked(description, raws, found)
    order = {"error": 0, "warning": 1}
    problems = tuple(sorted(found.problems, key=lambda p: order[p.severity]))
    return Reading(None if found.has_errors else package, problems)


def opened_source(source: Path, found: Findings) -> tuple[Description, list[RawTable]]:
    """The description and the raw tables of a folder, zip, workbook or JSON document, unjudged."""
    nothing = Description(source.stem, source.stem)
    if source.is_dir():
        return gather(folder_files(source), found)
    try:
        content = source.read_bytes()
    except OSError as reason:
        found.error(
            "package",
            f"{source.name} cannot be read ({reason.strerror}).",
            "Name a folder, zip, workbook or JSON file.",
        )
        return nothing, []
    if content.startswith(b"PK") and is_workbook(content):
        return read_workbook(content, source.stem, found)
    if content.startswith(b"PK"):
        files = zip_files(content, source.stem, found)
        return gather(files, found) if files else (nothing, [])
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return read_document(content, source.stem, found)
    found.error("package", f"{source.name} is no data package.", "Send a zip of tables, an .xlsx workbook or JSON.")
    return nothing, []


def checked(description: Description, raws: list[RawTable], found: Findings) -> Package | None:
    """The package of raw tables; None, with every problem in `found`, where one of them is an error."""
    raw_tables, raw_travel, raw_shapes = split_by_name(raws, found)
    tell_absent(raw_tables, raw_travel, found)
    typed = {name: typed_table(with_points(raw, found), TABLES[name], found) for name, raw in raw_tables.items()}
    for table in typed.values():
        check_keys(table, found)
    check_references(typed, found)
    check_conditions(typed, found)
    ids = {name: _ids(typed, name) for name in ("areas", "sites", "care_types")}
    layers = []
    geometry = None
    areas, sites, care_types = ids["areas"], ids["sites"], ids["care_types"]
    if areas and sites:
        layers = read_travel(raw_travel, areas, sites, found)
        check_travel(layers, typed, areas, sites, found)
        check_travel_times(layers, typed, areas, sites, found)
    if areas and care_types and "demand" in typed and "demand" not in description.absent_means_zero:
        check_demand(typed, areas, care_types, found)
    if areas and raw_shapes is not None:
        geometry = area_shapes(raw_shapes, areas, found)
    if found.has_errors or not areas or not sites or not care_types:
        return None
    check_care(typed, areas, sites, care_types, found)
    check_reach(layers, typed, areas, sites, found)
    check_people(typed, areas, found)
    check_others(typed, areas, found)
    tables: dict[str, Mapping[str, np.ndarray[Any, Any]]] = {"package": _package_row(description)}
    tables |= {name: table.columns for name, table in typed.items()}
    tables["travel_times"] = plain_travel(layers, areas, sites)
    return package_of(tables, geometry)


def _ids(tables: Mapping[str, TypedTable], name: str) -> Index | None:
    key = TABLES[name].key[0]
    return index_of(tables[name].columns[key]) if name in tables and key in tables[name].columns else None


def _package_row(description: Description) -> dict[str, np.ndarray[Any, Any]]:
    modelled = np.array(description.modelled, dtype=object)
    return {
        "name": np.array([description.name], dtype=object),
        "title": np.array([description.title], dtype=object),
        "reference_date": np.array([description.reference_date], dtype=object),
        "absent_means_zero": np.array(description.absent_means_zero, dtype=object),
        **({"modelled": modelled} if len(modelled) else {}),
    }


def package_of(tables: PlainTables, geometry: Any) -> Package:
    """A package of plain tables that are known to be sound, with its content hash."""
    return Package(tables, geometry, hashlib.sha256(digest(tables, geometry)).hexdigest())


def to_blob(package: Package) -> bytes:
    """The package as one block of bytes for the store; equal packages give equal bytes."""
    return pack(package.tables, package.geometry)


def from_blob(blob: bytes) -> Package:
    """The package that `to_blob` wrote, exactly; raises ValueError if the bytes are none."""
    return package_of(*unpack(blob))
