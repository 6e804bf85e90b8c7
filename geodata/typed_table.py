"""A table with its values: each column converted and held against its field's constraints, refused cells marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geodata import cells
from geodata.fields import Field, Table
from geodata.problems import Findings
from geodata.raw_table import RawTable, decimal_text

Column = np.ndarray[Any, Any]


@dataclass(frozen=True)
class TypedTable:
    """Plain columns of one table; `refused[column]` marks cells with an error of their own, so that it is told once."""

    name: str
    source: str
    columns: dict[str, Column]
    refused: dict[str, cells.Booleans]
    rows: np.ndarray[Any, np.dtype[np.int64]]

    def blanks(self, column: str) -> cells.Booleans:
        """Which cells of a column hold nothing (or, in a column that is absent, all of them)."""
        if column not in self.columns:
            return np.ones(len(self.rows), dtype=bool)
        return blank(self.columns[column])


Tables = Mapping[str, TypedTable]


def blank(column: Column) -> cells.Booleans:
    """Which cells hold nothing: NaN in numbers, None in text."""
    return np.asarray(pd.isna(column), dtype=bool)


def typed_table(raw: RawTable, table: Table, found: Findings) -> TypedTable:
    """The table's plain columns; every cell that breaks its field's constraints is in `found`."""
    columns: dict[str, Column] = {}
    refused: dict[str, cells.Booleans] = {}
    for field in table.fields:
        if field.name in raw.columns:
            columns[field.name], refused[field.name] = _field_column(raw, field, found)
        elif field.default is not None:
            columns[field.name] = _defaults(field, len(raw.rows))
            refused[field.name] = np.zeros(len(raw.rows), dtype=bool)
        _tell_absent(raw, field, found)
    for name, written in raw.columns.items():
        if name not in table.by_name:
            columns[name] = cells.attribute(name, written, raw.types.get(name))
    if "future" in columns:
        columns["future"][columns["future"] == "base"] = None
    return TypedTable(raw.name, raw.source, columns, refused, raw.rows)


def _field_column(raw: RawTable, field: Field, found: Findings) -> tuple[Column, cells.Booleans]:
    values, bad = _converted(raw, field)
    found.rows("error", raw.name, field.name, raw.rows[bad.at], bad.say, bad.fix)
    refused = np.zeros(len(raw.rows), dtype=bool)
    refused[bad.at] = True
    empty = blank(values) & ~refused
    if field.required and empty.any():
        remedy = (
            "Fill it in; write 0 if it is none, for missing is not zero." if field.kind == "number" else "Fill it in."
        )
        found.rows("error", raw.name, field.name, raw.rows[empty], lambda i: f"{field.name} is blank.", remedy)
        refused |= empty
    if field.kind == "number":
        refused |= _outside(raw, field, values, found)
    if field.kind == "choice":
        refused |= _unlisted(raw, field, values, found)
    if field.kind == "boolean" and (field.default is not None or field.required):
        values = np.where(blank(values), bool(field.default), values).astype(bool)
    if field.kind == "id" and field.default is not None:
        values = np.where(blank(values), field.default, values)
    return values, refused


def _converted(raw: RawTable, field: Field) -> tuple[Column, cells.Bad]:
    written = raw.columns[field.name]
    match field.kind:
        case "number":
            return cells.numbers(written)
        case "boolean":
            return cells.booleans(written, None if field.required else _flag(field.default))
        case "id":
            return cells.ids(written)
        case "date":
            return cells.dates(written, first_day=field.name in {"start", "valid_from"})
        case "text" | "choice":
            return cells.texts(written), cells.Bad(np.zeros(0, dtype=np.intp), str, str)


def _flag(default: str | bool | None) -> bool | None:
    return default if isinstance(default, bool) else None


def _defaults(field: Field, count: int) -> Column:
    if field.kind == "boolean":
        return np.full(count, field.default, dtype=bool)
    return np.full(count, field.default, dtype=object)


def _outside(raw: RawTable, field: Field, values: Column, found: Findings) -> cells.Booleans:
    outside = np.zeros(len(values), dtype=bool)
    limits = (
        (field.at_least, np.less, "less than", "Write {} or more."),
        (field.at_most, np.greater, "more than", "Write {} or less."),
        (field.above, np.less_equal, "not more than", "Write more than {}."),
    )
    for limit, over, word, fix in limits:
        if limit is not None:
            wrong = over(values, limit)
            text = decimal_text(float(limit))
            say = _said(field, values, np.flatnonzero(wrong), f"is {word} {text}")
            found.rows("error", raw.name, field.name, raw.rows[wrong], say, _remedy(field, limit, fix.format(text)))
            outside |= wrong
    if field.expect_at_least is not None:
        low = values < field.expect_at_least
        say = _said(field, values, np.flatnonzero(low), "is negative")
        found.rows("warning", raw.name, field.name, raw.rows[low], say, "Check the sign; it is used as written.")
    return outside


def _said(field: Field, values: Column, at: np.ndarray[Any, Any], fault: str) -> Callable[[int], str]:
    unit = f" {field.unit}" if field.unit else ""
    return lambda i: f"{decimal_text(float(values[at[i]]))}{unit} {fault}."


def _remedy(field: Field, limit: float, plain: str) -> str:
    if field.name in {"lat", "lon"}:
        return "Write degrees in WGS84; metres in RD (EPSG:28992) must be converted first."
    if limit == 0 and field.at_least == 0:
        blank = "" if field.required else ", or leave it blank if it is not known"
        return f"It cannot be negative: write 0 or more{blank}."
    return plain


def _unlisted(raw: RawTable, field: Field, values: Column, found: Findings) -> cells.Booleans:
    wrong = ~blank(values) & ~np.isin(values, np.array([None, *field.choices], dtype=object))
    at = np.flatnonzero(wrong)
    found.rows(
        "error", raw.name, field.name, raw.rows[at], lambda i: f"{values[at[i]]!r} is not one of its values.",
        f"Write one of {', '.join(field.choices)}.",
    )  # fmt: skip
    return wrong


def _tell_absent(raw: RawTable, field: Field, found: Findings) -> None:
    if field.name in raw.columns:
        return
    alike = [c for c in raw.columns if _plain(c) == _plain(field.name)]
    remedy = f"Rename the column {alike[0]!r} to {field.name}." if alike else f"Add the column {field.name}."
    if field.required:
        found.error(raw.name, f"The column {field.name} is missing in {raw.source}.", remedy, field=field.name)
    elif alike:
        text = f"The column {alike[0]!r} of {raw.source} is kept as an attribute and not read as {field.name}."
        found.warn(raw.name, text, f"If it is meant so: {remedy[0].lower()}{remedy[1:]}", field=alike[0])


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")
