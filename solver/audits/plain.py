"""The plain tables: name of a table, name of a column, one array per column; text may be None, numbers may be NaN."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from solver.audits.exact import FloatArray

PlainTables = Mapping[str, Mapping[str, npt.NDArray[Any]]]


def texts(plain: PlainTables, table: str, column: str) -> tuple[str, ...]:
    """A text column, empty where the table or the column is absent."""
    return tuple(plain[table][column].tolist()) if column in plain.get(table, {}) else ()


def numbers(plain: PlainTables, table: str, column: str) -> FloatArray | None:
    """A column of numbers, or None where the table or the column is absent."""
    if column not in plain.get(table, {}):
        return None
    return np.asarray(plain[table][column], dtype=np.float64)
