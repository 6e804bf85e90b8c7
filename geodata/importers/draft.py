"""A data package in the making: its tables so far, what went wrong, and what was read and assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from geodata.importers.columns import Report, Sheet, as_cells
from geodata.importers.recipe_places import TableFile
from geodata.importers.table_files import open_table
from geodata.problems import Findings
from geodata.raw_table import Cells, RawTable, row_numbers
from geodata.routing.matrix import Floats

Values = Sequence[str | None] | Floats | Sequence[bool] | Cells


@dataclass
class Draft:
    """The tables by name (travel times apart), all findings, and the report; `folder` is where the recipe lies.

    `minutes` holds minutes[A, S] by mode for the report: inf unreachable, NaN not known.
    """

    folder: Path
    found: Findings = field(default_factory=Findings)
    report: Report = field(default_factory=Report)
    tables: dict[str, RawTable] = field(default_factory=dict)
    travel: list[RawTable] = field(default_factory=list)
    shapes: RawTable | None = None
    opened: dict[str, Sheet | None] = field(default_factory=dict)
    minutes: dict[str, Floats] = field(default_factory=dict)

    def open(self, listed: TableFile) -> Sheet | None:
        """A table file, read once however often the recipe names it; None, with the reason told once, if it cannot."""
        key = listed.model_dump_json(include=set(TableFile.model_fields))
        if key not in self.opened:
            self.opened[key] = open_table(self.folder, listed, self.found, self.report)
        return self.opened[key]

    def put(
        self, name: str, columns: Mapping[str, Values | None], source: str, rows: np.ndarray[Any, Any] | None = None
    ) -> None:
        """Set a table from its columns (those that are None are left out); rows of the file it came from, if any."""
        cells = {c: _cells(v) for c, v in columns.items() if v is not None}
        count = len(next(iter(cells.values())))
        self.tables[name] = RawTable(name, source, cells, row_numbers(count) if rows is None else rows)

    def add(self, name: str, columns: Mapping[str, Values], source: str) -> None:
        """Rows under those that a table has already; blank where one of the two lacks a column."""
        before = self.tables.get(name)
        if before is None:
            self.put(name, columns, source)
            return
        new = {c: _cells(v) for c, v in columns.items()}
        length = len(next(iter(new.values())))
        total: dict[str, Values] = {}
        for column in [*before.columns, *(c for c in new if c not in before.columns)]:
            old = before.columns.get(column)
            above = [None] * len(before.rows) if old is None else old.to_pylist()
            below = [None] * length if column not in new else new[column].to_pylist()
            kind = (old if old is not None else new[column]).type
            total[column] = pa.array(above + below, kind)
        self.put(name, total, source)

    def ids(self, name: str, column: str) -> list[str]:
        """The ids of a table in its order, a blank one as ""; none where the table or the column is absent."""
        table = self.tables.get(name)
        if table is None or column not in table.columns:
            return []
        return ["" if v is None else str(v) for v in table.columns[column].to_pylist()]

    def floats(self, name: str, column: str) -> Floats:
        """A number column of a table, NaN where blank or absent."""
        table = self.tables[name]
        if column not in table.columns:
            return np.full(len(table.rows), np.nan)
        return np.array([np.nan if v is None else float(v) for v in table.columns[column].to_pylist()])

    def __contains__(self, name: str) -> bool:
        return name in self.tables


def _cells(values: Values) -> Cells:
    if isinstance(values, pa.Array):
        return values
    return as_cells(values if isinstance(values, np.ndarray) else list(values))
