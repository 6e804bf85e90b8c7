"""Layers as an Excel workbook: a sheet per layer, its columns under a heading that stays in sight, ready to filter."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import xlsxwriter

MOST_ROWS = 1_048_576
"""Of a sheet, as Excel has it, the heading among them."""
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - Excel knows no zones
"""When every workbook says it was made, so that the same layers are the same bytes."""
WIDEST = 40
"""Characters that a column shows at the most."""


class TooManyRowsError(ValueError):
    """A layer has more rows than a sheet can hold."""


def excel_layers(frames: Mapping[str, Any]) -> bytes:
    """The frames by name as a workbook, shapes left out. Texts stay texts, also those that begin like a formula.

    Raises TooManyRowsError.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": MADE})
        heading = book.add_format({"bold": True, "bottom": 1})
        for name, frame in frames.items():
            _sheet(book, name, pd.DataFrame(frame.drop(columns=frame.geometry.name)), heading)
    return out.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, table: pd.DataFrame, heading: Any) -> None:
    if len(table) >= MOST_ROWS:
        raise TooManyRowsError(f"Layer {name} has {len(table)} rows, a sheet holds {MOST_ROWS - 1}; take CSV instead.")
    sheet = book.add_worksheet(name[:31])
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(table.columns):
        values = table[title].tolist()
        sheet.write_string(0, column, str(title), heading)
        shown = [len(str(title)), *(len(str(value)) for value in values[:200] if not pd.isna(value))]
        sheet.set_column(column, column, min(WIDEST, max(shown) + 2))
        for row, value in enumerate(values, start=1):
            _write(sheet, row, column, value)
    sheet.autofilter(0, 0, len(table), max(0, len(table.columns) - 1))


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None or pd.isna(value):
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))
