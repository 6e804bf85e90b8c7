"""A first recipe for files as they are: what each seems to be and which columns it has, to be read over and completed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from geodata import cells
from geodata.importers.care import NO, YES
from geodata.importers.columns import KNOWN, STAND_INS, Report, Sheet, texts
from geodata.importers.recipe_places import TableFile
from geodata.importers.sites import slug
from geodata.importers.table_files import open_table
from geodata.problems import Findings
from geodata.raw_table import RawTable
from geodata.readers.excel_workbook import sheet_names
from geodata.readers.geopackage_file import read_geopackage

MOST_COLUMNS = 60
DEMANDS = (
    "# Choose one; without a demand the recipe is refused:",
    '# demand = { column = "..." }   # a column of the areas, cases per year',
    "# demand = { per_inhabitant = 0.01 }   # cases per inhabitant and year, alike everywhere",
    '# demand = { table = { file = "...", area_id = "...", cases_per_year = "..." } }',
    '# demand = { rates = { file = "...", age = "...", rate = "...", per = 1000 } }   # needs [population]',
)
SITE_WORDS = {
    "hospital_name",
    "site_name",
    "site_id",
    "facility_type",
    "organisation",
    "organisatie",
    "locatie",
    "ziekenhuis",
}


@dataclass(frozen=True)
class Peek:
    """One table of one file: how a recipe names it, and the sheet itself."""

    listed: TableFile
    sheet: Sheet

    @property
    def columns(self) -> list[str]:
        """The names of its columns."""
        return list(self.sheet.raw.columns)

    def usual(self, what: str) -> str | None:
        """Its column with a usual name for something."""
        plain = {c.casefold(): c for c in self.columns}
        known = next((plain[name] for name in KNOWN[what] if name in plain), None)
        if known is None and what == "population":
            return next((c for p, c in plain.items() if re.match(r"(pop|population|inwoners|bevolking)[_ ]", p)), None)
        return known

    def words(self) -> str:
        """The words of a recipe that name it."""
        told = [f"file = {_quoted(self.listed.file)}"]
        told += [f"layer = {_quoted(self.listed.layer)}"] if self.listed.layer else []
        told += [f"sheet = {_quoted(self.listed.sheet)}"] if self.listed.sheet else []
        told += [f"encoding = {_quoted(self.listed.encoding)}"] if self.listed.encoding != "utf-8" else []
        return "\n".join(told)


def draft_recipe(paths: Iterable[Path], folder: Path, found: Findings) -> str:
    """The text of a recipe in `folder` for these files; whatever cannot be read is in `found`."""
    peeks = [peek for path in paths for peek in _peeks(path, folder, found)]
    sites = next((p for p in peeks if _is_sites(p)), None)
    matrix = next((p for p in peeks if sites is not None and _is_matrix(p, sites)), None)
    rest = [p for p in peeks if p is not sites and p is not matrix]
    areas = max((p for p in rest if _is_areas(p)), key=lambda p: len(p.sheet.raw.rows), default=None)
    shapes = None if areas is None or areas.sheet.raw.geometry is not None else _shapes_of(areas, rest)
    taken = [p for p in (areas, shapes, sites, matrix) if p is not None]
    lines = [
        "# A first recipe; read it over. Every word is explained in docs/recipe.md; lines that begin with # are remarks.",
        "# Then: care-landscape import region recipe.toml --out my-region", "",
        'name = "my-region"', '# reference_date = "2025-01-01"   # the day the data describe',
    ]  # fmt: skip
    lines += _areas_lines(areas, sites)
    if shapes is not None:
        lines += ["", "[shapes]", shapes.words(), f"area_id = {_quoted(str(shapes.usual('area_id')))}"]
    lines += _sites_lines(sites)
    lines += _care_lines(areas, sites)
    lines += _travel_lines(matrix, areas)
    for peek in peeks:
        if peek not in taken:
            lines += [
                "",
                f"# Not used yet: {_called(peek)} (a region table, inhabitants by age, rates?)",
                *_listing(peek),
            ]
    return "\n".join(lines) + "\n"


def _peeks(path: Path, folder: Path, found: Findings) -> list[Peek]:
    """Every table of a file: the layers of a GeoPackage, the sheets of a workbook, or the file itself."""
    try:
        name = path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        name = str(path.resolve())
    inner: list[dict[str, str]] = [{}]
    if path.suffix.lower() == ".gpkg" and path.is_file():
        layers = read_geopackage(path.read_bytes(), path.stem, path.name, Findings())
        inner = [{"layer": layer.name} for layer in layers] if len(layers) > 1 else [{}]
    elif path.suffix.lower() in (".xlsx", ".xlsm") and path.is_file():
        inner = [{"sheet": sheet} for sheet in sheet_names(path.read_bytes())] or [{}]
    peeks = []
    for part in inner:
        listed = TableFile(file=name, **part)
        trial = Findings()
        sheet = open_table(folder, listed, trial, Report())
        if sheet is None and any("utf-8" in p.problem for p in trial.problems):
            listed, trial = listed.model_copy(update={"encoding": "cp1252"}), Findings()
            sheet = open_table(folder, listed, trial, Report())
        if sheet is None:
            found.problems += trial.problems
        else:
            peeks.append(Peek(listed, sheet))
    return peeks


def _is_sites(peek: Peek) -> bool:
    plain = {c.casefold() for c in peek.columns}
    return len(plain & SITE_WORDS) >= 2 and peek.usual("population") is None


def _is_matrix(peek: Peek, sites: Peek) -> bool:
    """Is there a column for most sites?"""
    key = sites.usual("site_id")
    ids = set() if key is None else set(texts(sites.sheet, key))
    return len(ids & set(peek.columns)) > len(ids) / 2


def _is_areas(peek: Peek) -> bool:
    return peek.usual("area_id") is not None and peek.usual("population") is not None


def _shapes_of(areas: Peek, rest: list[Peek]) -> Peek | None:
    """A layer with polygons for these areas."""
    ids = set(texts(areas.sheet, str(areas.usual("area_id"))))
    for peek in rest:
        geometry, key = peek.sheet.raw.geometry, peek.usual("area_id")
        if geometry is None or key is None or not np.isin(shapely.get_type_id(geometry.shapes), (3, 6)).any():
            continue
        if len(ids & set(texts(peek.sheet, key))) > len(ids) / 2:
            return peek
    return None


def _areas_lines(areas: Peek | None, sites: Peek | None) -> list[str]:
    if areas is None:
        return ["", "[areas]   # no file with an area id and inhabitants was recognised", '# file = "..."']
    words = {w: areas.usual(w) for w in ("area_id", "population", "lat", "lon", "x", "y")}
    if words["lat"] and words["lon"]:
        del words["x"], words["y"]
    lines = ["", "[areas]", areas.words()]
    lines += [f"{w} = {_quoted(c)}" for w, c in words.items() if c is not None]
    called = areas.usual("area_name")
    lines += [f"name = {_quoted(called)}"] if called else []
    named = [c for c in areas.columns if not _is_numeric(areas.sheet.raw, c) and c not in (*words.values(), called)]
    lines.append(f"attributes = [{', '.join(_quoted(c) for c in named[:8])}]")
    lines += [
        '# only = { water = "NEE" }   # rows to keep',
        '# inside = { gemeente = ["..."] }   # the region; others bring patients',
    ]
    if sites is not None:
        for c in [c for c in named if c in sites.columns][:3]:
            lines += [
                "",
                "[[regions]]",
                f"kind = {_quoted(c)}",
                f"area_column = {_quoted(c)}",
                f"site_column = {_quoted(c)}",
            ]
    return lines + _listing(areas)


def _sites_lines(sites: Peek | None) -> list[str]:
    if sites is None:
        return ["", "[sites]   # no list of hospitals was recognised", '# file = "..."']
    words = {w: sites.usual(w) for w in ("site_id", "organisation", "kind", "lat", "lon")}
    lines = ["", "[sites]", sites.words()]
    return lines + [f"{w} = {_quoted(c)}" for w, c in words.items() if c is not None] + _listing(sites)


def _care_lines(areas: Peek | None, sites: Peek | None) -> list[str]:
    """A care type per column of the sites that says yes or no."""
    flags = [] if sites is None else [c for c in sites.columns if _is_flag(sites.sheet, c)]
    lines: list[str] = [
        "",
        "# Care types: a column of the sites with true and false (or ja and nee) says who offers it today.",
    ]
    for flag in flags or ["..."]:
        mark = "" if flags else "# "
        lines += [
            "", f"{mark}[[care_types]]", f"{mark}care_type_id = {_quoted(slug(flag).replace('-', '_'))}",
            f"{mark}offered = {_quoted(flag)}", *DEMANDS,
        ]  # fmt: skip
    return lines


def _travel_lines(matrix: Peek | None, areas: Peek | None) -> list[str]:
    if matrix is not None:
        shared = {str(areas.usual("area_id"))} if areas is not None else set()
        key = next((c for c in matrix.columns if c in shared), matrix.columns[0])
        file = matrix.words().replace("\n", ", ")
        made = f"matrix = {{ {file}, area_id = {_quoted(key)} }}"
        remark = '# Add source = "...": the travel model, its version and its day belong to every result.'
        return ["", "[[travel]]", 'mode = "car"', remark, made]
    return [
        "", "[[travel]]", 'mode = "car"', "estimate = {}   # for want of an engine; its error is in docs/travel-estimate.md",
        '# osrm = { address = "http://127.0.0.1:5000", version = "26.10", extract_date = "2026-11-01" }',
    ]  # fmt: skip


def _is_flag(sheet: Sheet, column: str) -> bool:
    values = {(v or "").casefold() for v in texts(sheet, column)}
    return values <= (YES | NO) - {"1", "0", "x"} and bool(values & YES) and not values <= {""}


def _is_numeric(raw: RawTable, column: str) -> bool:
    values = [v for v in cells.trimmed(raw.columns[column]).to_pylist() if v is not None and v not in STAND_INS]
    return bool(values) and all(v.replace(".", "", 1).replace(",", "", 1).lstrip("+-").isdigit() for v in values[:50])


def _called(peek: Peek) -> str:
    inner = peek.listed.layer or peek.listed.sheet
    return f"{peek.listed.file}{f', {inner}' if inner else ''}, {len(peek.sheet.raw.rows):,} rows"


def _listing(peek: Peek) -> list[str]:
    """The columns of a table as remarks, with the first value of each."""
    lines = [f"# Columns of {_called(peek)}:"]
    for column in peek.columns[:MOST_COLUMNS]:
        first = next((v for v in texts(peek.sheet, column)[:100] if v is not None), "blank")
        lines.append(f"#   {column}: {first[:60]}".replace("\n", " "))
    if len(peek.columns) > MOST_COLUMNS:
        lines.append(f"#   and {len(peek.columns) - MOST_COLUMNS} more")
    return lines


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
