"""A table as it was written: cells as text, or as numbers and booleans where the format has them; unjudged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from geodata.problems import Findings, ranges

Cells = Any
"""A pyarrow Array of one column: string, double or bool; null is blank."""


@dataclass(frozen=True)
class RawGeometry:
    """The shapes of a table's rows: shapely objects (None where a row has none), and their EPSG code."""

    shapes: np.ndarray[Any, Any]
    epsg: int


@dataclass(frozen=True)
class RawTable:
    """One table from one file or sheet; `rows` are data row numbers from 1; `types` the column types it declares."""

    name: str
    source: str
    columns: dict[str, Cells]
    rows: np.ndarray[Any, np.dtype[np.int64]]
    geometry: RawGeometry | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    provenance: str | None = None


def row_numbers(count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Data row numbers 1..count."""
    return np.arange(1, count + 1, dtype=np.int64)


def cell_text(value: object) -> str | None:
    """The text of a typed cell: the shortest decimal for a number, true/false, an ISO date; None for a blank."""
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return decimal_text(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return decimal_text(value.total_seconds() / 86400)
        case _:
            raise TypeError(f"A cell holds a {type(value).__name__}.")


def decimal_text(value: float) -> str:
    """The shortest decimal text that reads back as the same number; whole numbers without a point."""
    if value == int(value) if np.isfinite(value) else False:
        return str(int(value)) if abs(value) < 1e16 else repr(value)
    return repr(value)


def from_records(name: str, source: str, header: Sequence[str], cells: Sequence[Sequence[object]]) -> RawTable:
    """A raw table from rows of typed cells, short rows filled with blanks; rows with no cell filled are left out.

    Raises TypeError for a nested cell and UnicodeEncodeError for text that is not Unicode.
    """
    width = len(header)
    kept = [(i, row) for i, row in enumerate(cells, start=1) if any(v is not None and v != "" for v in row)]
    columns = {
        head: pa.array([cell_text(row[j]) if j < len(row) else None for _, row in kept], pa.string())
        for j, head in enumerate(header[:width])
    }
    return RawTable(name, source, columns, np.array([i for i, _ in kept], dtype=np.int64))


def check_header(header: list[str], name: str, source: str, found: Findings) -> bool:
    """Does every column have a name of its own?"""
    twice = sorted(h for h, n in Counter(header).items() if n > 1 and h)
    for column in twice:
        found.error(name, f"{source} has the column {column!r} more than once.", "Keep one of them.", field=column)
    unnamed = [i + 1 for i, h in enumerate(header) if not h]
    if unnamed:
        found.error(name, f"{source} has columns without a name ({ranges(unnamed)}).", "Name them or take them out.")
    return not twice and not unnamed
