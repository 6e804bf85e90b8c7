"""The columns of a table file by name: found by their usual names where a recipe names none, read as text or numbers."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from geodata import cells
from geodata.problems import Findings, names, ranges
from geodata.raw_table import Cells, RawTable, decimal_text
from geodata.routing.matrix import Floats

STAND_INS = frozenset(str(-99990 - i) for i in range(10)) | {"."}
"""What CBS writes where a figure is secret, unknown or cannot be: -99997, -99995, ... and a point."""

KNOWN: dict[str, tuple[str, ...]] = {
    "area_id": (
        "area_id", "pc4", "postcode4", "pc4_code", "pc4code", "postcode", "buurtcode", "wijkcode", "gemeentecode",
        "gemeente_code", "gm_code", "statcode", "codering_3", "regios",
    ),
    "area_name": ("name", "buurtnaam", "wijknaam", "gemeentenaam", "statnaam", "naam", "plaats", "gemeente"),
    "population": (
        "population", "aantal_inwoners", "aantalinwoners", "pop_total", "inwoners", "inwoner", "aantalinwoners_5",
        "totalebevolking_1", "bevolking_1", "bevolking",
    ),
    "site_id": ("site_id", "locatie_id", "vestigingsnummer", "id"),
    "site_name": ("name", "site_name", "locatie", "naam", "hospital_name"),
    "organisation": ("organisation", "organisatie", "hospital_name", "instelling", "concern"),
    "kind": ("kind", "facility_type", "soort", "type"),
    "post_id": ("post_id", "standplaats_id", "id"),
    "availability": ("availability", "beschikbaarheid"),
    "lat": ("lat", "latitude", "breedtegraad"),
    "lon": ("lon", "lng", "long", "longitude", "lengtegraad"),
    "x": ("x", "rd_x", "x_rd", "xcoord", "x_coordinaat"),
    "y": ("y", "rd_y", "y_rd", "ycoord", "y_coordinaat"),
}  # fmt: skip
"""Usual names of columns (lower case), the most telling first: CBS, GISCO and this project's own."""


@dataclass
class Report:
    """What an import read and what it assumed, line by line, for people to check."""

    read: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    measured: list[str] = field(default_factory=list)

    def assume(self, text: str) -> None:
        """Note an assumption once."""
        if text not in self.assumed:
            self.assumed.append(text)


@dataclass(frozen=True)
class Sheet:
    """A table file as read, with how its numbers are written."""

    raw: RawTable
    decimal: str | None
    missing: frozenset[str]


def column(sheet: Sheet, named: str, found: Findings) -> str | None:
    """The column of that name, capitals aside; None, with the reason, if there is none."""
    columns = sheet.raw.columns
    if named in columns:
        return named
    alike = [c for c in columns if c.casefold() == named.casefold()]
    if len(alike) == 1:
        return alike[0]
    near = difflib.get_close_matches(named, columns, n=1)
    meant = f"Is {near[0]} meant? " if near else ""
    text = f"{sheet.raw.source} has no column {named!r}."
    found.error(sheet.raw.name, text, f"{meant}Its columns are {names(list(columns), 40)}.", field=named)
    return None


def usual(sheet: Sheet, what: str, named: str | None, found: Findings, report: Report) -> str | None:
    """The column that a recipe names, else the one with a usual name, which is reported; None if there is none."""
    if named is not None:
        return column(sheet, named, found)
    plain = {c.casefold(): c for c in sheet.raw.columns}
    for name in KNOWN[what]:
        if name in plain:
            if plain[name] != what:
                report.assume(f"{sheet.raw.source}: {what.replace('_', ' ')} is the column {plain[name]}.")
            return plain[name]
    return None


def needed(sheet: Sheet, what: str, named: str | None, found: Findings, report: Report) -> str | None:
    """Like `usual`, but without any such column it is an error."""
    name = usual(sheet, what, named, found, report)
    if name is None and named is None:
        word = what.removeprefix("area_").removeprefix("site_") if what.endswith("_name") else what
        text = f"{sheet.raw.source} has no column that looks like {word}."
        found.error(sheet.raw.name, text, f'Name it in the recipe: {word} = "...". '
                    f"Its columns are {names(list(sheet.raw.columns), 40)}.", field=word)  # fmt: skip
    return name


def texts(sheet: Sheet, name: str) -> list[str | None]:
    """A column as trimmed text, None where blank or a stand-in for missing."""
    values = cells.trimmed(sheet.raw.columns[name]).to_pylist()
    return [None if v is None or v in sheet.missing else v for v in values]


def filled(sheet: Sheet, named: str, found: Findings) -> list[str | None] | None:
    """Text of a column, or of a pattern such as "{pc4} {plaats}" whose parts are all filled; None without the column."""
    parts = re.findall(r"\{([^{}]+)\}", named)
    if not parts:
        name = column(sheet, named, found)
        return None if name is None else texts(sheet, name)
    found_parts = [column(sheet, part, found) for part in parts]
    if any(p is None for p in found_parts):
        return None
    columns = [texts(sheet, p) for p in found_parts if p is not None]
    pattern = re.sub(r"\{[^{}]+\}", "{}", named)
    return [pattern.format(*(v or "" for v in row)).strip() or None for row in zip(*columns, strict=True)]


def numbers(sheet: Sheet, name: str, found: Findings, report: Report) -> Floats:
    """A column as numbers, NaN where blank, a stand-in (reported) or no number (an error)."""
    raw = sheet.raw
    written = cells.trimmed(raw.columns[name])
    values: list[str | None] = written.to_pylist()
    standing = [i for i, v in enumerate(values) if v is not None and _plain(v) in sheet.missing]
    if standing:
        stand_ins = sorted({str(values[i]) for i in standing})
        report.assume(
            f"{raw.source}, {name}: {len(standing):,} cells with {names(stand_ins)} are missing values, not numbers "
            f"(rows {ranges(raw.rows[standing])})."
        )
        for i in standing:
            values[i] = None
    if _is_dutch(values, sheet, name, found, report):
        values = [v if v is None else v.replace(".", "").replace(",", ".") for v in values]
    parsed, bad = cells.numbers(pa.array(values, pa.string()))
    found.rows("error", raw.name, name, raw.rows[bad.at], bad.say, bad.fix)
    return parsed


def _plain(value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    return decimal_text(number) if np.isfinite(number) else value


_DUTCH = re.compile(r"[+-]?(\d{1,3}(\.\d{3})*|\d+)(,\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+")


def _is_dutch(values: list[str | None], sheet: Sheet, name: str, found: Findings, report: Report) -> bool:
    """Are a column's numbers written with a decimal comma? Said by the recipe, or sure from the cells themselves."""
    if sheet.decimal is not None:
        return sheet.decimal == ","
    with_comma = [v for v in values if v is not None and "," in v]
    if not with_comma or not all(v is None or _DUTCH.fullmatch(v) for v in values):
        return False
    if all(_THOUSANDS.fullmatch(v) for v in with_comma):
        text = f"{with_comma[0]!r} may be a decimal comma or a thousands comma."
        fix = 'Say which in the recipe: decimal = "," or decimal = ".".'
        found.error(sheet.raw.name, text, fix, field=name)
        return False
    report.assume(f"{sheet.raw.source}, {name}: numbers have a decimal comma (such as {with_comma[0]}).")
    return True


def as_cells(values: list[str | None] | Floats | list[bool]) -> Cells:
    """Values as a column of a raw table: text, numbers with NaN as blank, or booleans."""
    if isinstance(values, np.ndarray):
        return pa.array(values, pa.float64(), from_pandas=True)
    if values and isinstance(values[0], bool):
        return pa.array(values, pa.bool_())
    return pa.array(values, pa.string())
