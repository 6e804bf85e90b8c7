"""A small data package written as CSV texts, to be read, spoilt and written in other ways."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from geodata.package import Package, Reading, read_package

SOUND: Mapping[str, str] = {
    "areas": "area_id,name,population,lat,lon,code\n0123,Oost,1000,52.1,5.1,07\n2,West,500,52.2,5.0,08\n",
    "sites": "site_id,name,organisation_id,lat,lon\nA,Aast,o1,52.1,5.1\nB,Beek,o1,52.3,5.0\n",
    "organisations": "organisation_id,name\no1,Samen\n",
    "care_types": "care_type_id,name,urgency\nhip,Hip,planned\n",
    "demand": "area_id,care_type_id,cases_per_year\n0123,hip,40.5\n2,hip,30\n",
    "site_care": "site_id,care_type_id,offered_today,capacity_per_year\nA,hip,TRUE,\nB,hip,false,100\n",
    "travel_times_car": "area_id,A,B\n0123,1.1,20\n2,15,unreachable\n",
}
"""Two areas, two sites, one care type; site B cannot be reached from area 2."""


def write(folder: Path, **changed: str | None) -> Path:
    """The sound package in a folder, with some tables' texts changed, added, or (None) left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**SOUND, **changed}.items():
        if text is not None:
            file = name.replace("__", ".") if "__" in name else f"{name}.csv"
            (folder / file).write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, **changed: str | None) -> Reading:
    """What reading the package with these changes says."""
    return read_package(write(folder, **changed))


def sound(source: Path) -> Package:
    """The package, which must read without errors."""
    reading = read_package(source)
    assert reading.package is not None, "\n".join(p.text() for p in reading.problems)
    return reading.package


def errors(reading: Reading) -> list[tuple[str, int | None, str]]:
    """Table, row and field of each error."""
    return [(p.table, p.row, p.field) for p in reading.problems if p.severity == "error"]


def warnings(reading: Reading) -> str:
    """All warnings as one text."""
    return "\n".join(p.text() for p in reading.problems if p.severity == "warning")


def zipped(folder: Path, target: Path, top: str = "") -> Path:
    """The files of a folder in a zip, optionally below one folder inside it."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{top}{path.name}")
    return target
