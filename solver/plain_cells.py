"""Cells of the plain tables, as the scenario needs them: ids, plain values, and lists of names that are not too long to read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from solver.case import PlainTables


def ids_in(tables: PlainTables, table: str, column: str) -> tuple[str, ...]:
    """The ids of a column, each once, in the order of the table; none where it is absent."""
    values = tables.get(table, {}).get(column)
    return tuple(dict.fromkeys(str(value) for value in values)) if values is not None else ()


def plain(cell: Any) -> Any:
    """A cell as a plain value: None where blank, whole numbers as int."""
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, np.generic):
        cell = cell.item()
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def some_of(names: Iterable[str], most: int = 8) -> str:
    """Names in a sentence, the first so many of them."""
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
