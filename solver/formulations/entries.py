"""Entries of rows, gathered term by term, with constants moved to the other side."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from solver.model import Builder

Floats = NDArray[np.float64]
NO_COLUMN = -1


class Rows:
    """A block of ``count`` rows in the making: lower <= sum of terms <= upper, where a term's column may be a known constant instead."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._row: list[NDArray[np.int32]] = []
        self._column: list[NDArray[np.int32]] = []
        self._value: list[Floats] = []
        self._known = np.zeros(count)

    def add(self, row: ArrayLike, column: ArrayLike, value: ArrayLike, constant: ArrayLike = 0.0) -> Rows:
        """Add ``value * x[column]`` to each row; where column is NO_COLUMN, ``value * constant``."""
        row = np.atleast_1d(np.asarray(row, np.int32))
        column = np.broadcast_to(np.asarray(column, np.int32), row.shape)
        value = np.broadcast_to(np.asarray(value, float), row.shape)
        constant = np.broadcast_to(np.asarray(constant, float), row.shape)
        real = column != NO_COLUMN
        self._row.append(row[real])
        self._column.append(column[real])
        self._value.append(value[real])
        self._known += np.bincount(row[~real], value[~real] * constant[~real], minlength=self._count)
        return self

    def write(self, builder: Builder, lower: ArrayLike, upper: ArrayLike) -> None:
        """Append the rows to the model."""
        builder.add_rows(
            np.concatenate(self._row),
            np.concatenate(self._column),
            np.concatenate(self._value),
            np.asarray(lower, float) - self._known,
            np.asarray(upper, float) - self._known,
            count=self._count,
        )
