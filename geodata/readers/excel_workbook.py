"""Excel: one sheet per table, numbers as their shortest decimals; the zip is weighed before it is opened."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from geodata.package_description import Description, described
from geodata.problems import Findings
from geodata.raw_table import RawTable, check_header, from_records
from geodata.sources import is_modest, opened_zip
from geodata.tables import TABLES, table_name

MOST_CELLS = 20_000_000
_ABOUT = {"package", "datapackage", "about"}


def is_workbook(content: bytes) -> bool:
    """Is this zip an Excel workbook?"""
    archive = opened_zip(content)
    return archive is not None and "xl/workbook.xml" in archive.namelist()


def read_workbook(content: bytes, name: str, found: Findings) -> tuple[Description, list[RawTable]]:
    """The description (from a sheet `package` with a word and its value per row) and a table per sheet.

    A sheet with a header alone is as good as absent, as in a template of which only some sheets are filled in; the tables
    that every package needs are judged as they are.
    """
    plain = Description(name, name)
    archive = opened_zip(content)
    if archive is None or not is_modest(archive, found):
        return plain, []
    try:
        sheets = _sheets(content)
    except (CalamineError, OSError, ValueError) as reason:
        found.error("package", f"The workbook cannot be opened ({str(reason)[:200]}).", "Save it as .xlsx again.")
        return plain, []
    description = plain
    raws: list[RawTable] = []
    cells = 0
    for sheet_name, sheet in sheets.items():
        cells += sheet.height * sheet.width
        if cells > MOST_CELLS:
            found.error("package", f"The workbook has over {MOST_CELLS:,} cells.", "Send a zip of CSV or Parquet.")
            return description, raws
        if sheet_name.strip().casefold() in _ABOUT:
            description = described(_about(sheet.to_python()), name, found)
        elif table := table_name(sheet_name):
            read = _table(sheet.to_python(skip_empty_area=False), table, f"The sheet {sheet_name}", found)
            raws += [t for t in read if len(t.rows) or (table in TABLES and TABLES[table].required)]
        elif sheet.height:
            text = f"The sheet {sheet_name!r} is no table of a data package and is not read."
            found.warn(sheet_name, text, "Rename it if it is one.")
    return description, raws


def _sheets(content: bytes) -> dict[str, CalamineSheet]:
    """The sheets by name; raises ValueError too where the Rust reader gives up on a damaged file."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return {name: workbook.get_sheet_by_name(name) for name in workbook.sheet_names}
    except BaseException as reason:
        if type(reason).__name__ != "PanicException":
            raise
        raise ValueError("it is damaged") from reason


def sheet_names(content: bytes) -> list[str]:
    """The names of the sheets that hold anything; none where the workbook cannot be opened."""
    archive = opened_zip(content)
    if archive is None or not is_modest(archive, Findings()):
        return []
    try:
        return [name for name, sheet in _sheets(content).items() if sheet.height]
    except (CalamineError, OSError, ValueError):
        return []


def read_sheet(content: bytes, sheet: str | None, source: str, header_row: int, found: Findings) -> RawTable | None:
    """One sheet of any workbook (the only or first one by default), its header in `header_row`; None with the reason."""
    archive = opened_zip(content)
    if archive is None or not is_modest(archive, found):
        found.error(source, "The workbook cannot be opened.", "Save it as .xlsx again.")
        return None
    try:
        sheets = _sheets(content)
    except (CalamineError, OSError, ValueError) as reason:
        found.error(source, f"The workbook cannot be opened ({str(reason)[:200]}).", "Save it as .xlsx again.")
        return None
    if sheet is not None and sheet not in sheets:
        fix = f"Its sheets are {', '.join(sheets)}."
        found.error(source, f"It has no sheet {sheet!r}.", fix)
        return None
    chosen = sheets[sheet if sheet is not None else next(iter(sheets))]
    tables = _table(chosen.to_python(skip_empty_area=False)[header_row - 1 :], source, source, found)
    return replace(tables[0], rows=tables[0].rows + header_row - 1) if tables else None


def _about(rows: list[list[Any]]) -> Mapping[str, Any]:
    about: dict[str, Any] = {}
    for row in rows:
        filled = [_text(v) for v in row if v is not None and v != ""]
        if len(filled) > 1:
            key = str(filled[0]).strip().casefold()
            about[key] = [str(v) for v in filled[1:]] if key in ("absent_means_zero", "modelled") else str(filled[1])
    return about


def _table(rows: list[list[Any]], name: str, source: str, found: Findings) -> list[RawTable]:
    if not rows:
        found.error(name, f"{source} is empty.", "Give it a header and rows.")
        return []
    header = [str(_text(h)).strip() if h is not None else "" for h in rows[0]]
    body = [[_text(v) for v in row] for row in rows[1:]]
    while header and not header[-1] and all(len(r) < len(header) or r[len(header) - 1] in (None, "") for r in body):
        header.pop()
    if not check_header(header, name, source, found):
        return []
    try:
        return [from_records(name, source, header, body)]
    except (TypeError, UnicodeEncodeError) as reason:
        found.error(name, f"{source} has a cell that cannot be read ({reason}).", "Use text, numbers and dates.")
        return []


def _text(value: Any) -> Any:
    """A cell with whole numbers as integers: Excel keeps 1011 as 1011.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value
