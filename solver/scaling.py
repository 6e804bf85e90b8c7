"""Scaling: the same model in numbers that a solver with absolute tolerances can trust.

Travel runs into billions of case-minutes while decisions are 0 or 1; HiGHS misses rows by an absolute 1e-7. Quantities are therefore measured in
units of their own (powers of two, so that no digit is lost), rows by their largest coefficient, the objective by its largest cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.model import Model

Floats = NDArray[np.float64]
COMFORTABLE = 1024.0
"""Largest coefficient after scaling."""


@dataclass(frozen=True)
class Scaled:
    """A scaled model and the way back: x = column * scaled x, value = cost * scaled value."""

    model: Model
    column: Floats
    cost: float
    row: Floats
    """What each row was divided by."""


def scaled(model: Model) -> Scaled:
    """Scale quantities, rows and the objective; integer columns and shares between 0 and 1 stay as they are."""
    free = ~model.integer & ~(np.isfinite(model.lower) & np.isfinite(model.upper))
    indices, indptr = model.rows.indices, model.rows.indptr
    size = np.abs(model.rows.data)
    moving = np.flatnonzero(free[indices])
    row_of, column_of, moved = np.searchsorted(indptr, moving, side="right") - 1, indices[moving], size[moving]
    size[moving] = 0.0
    wanted = np.zeros(len(free))
    np.maximum.at(wanted, column_of, _largest_by_row(size, indptr)[row_of] / moved)
    column = np.ones(len(free))
    column[free] = np.maximum(1.0, wanted[free] / COMFORTABLE)
    column = _power_of_two(column)
    size[moving] = moved * column[column_of]
    largest = _largest_by_row(size, indptr)
    row = np.where(largest > COMFORTABLE, _power_of_two(np.maximum(largest, COMFORTABLE) / COMFORTABLE), 1.0)
    data = model.rows.data / np.repeat(row, np.diff(indptr))
    data[moving] *= column[column_of]
    rows = sp.csr_array((data, indices, indptr), shape=model.rows.shape)
    costs = model.cost * column
    top = float(np.abs(costs).max(initial=0.0))
    cost = float(_power_of_two(np.array([top / COMFORTABLE]))[0]) if top > 0 else 1.0
    return Scaled(
        replace(
            model,
            cost=costs / cost,
            offset=model.offset / cost,
            lower=model.lower / column,
            upper=model.upper / column,
            rows=rows,
            row_lower=model.row_lower / row,
            row_upper=model.row_upper / row,
        ),
        column,
        cost,
        row,
    )


def _largest_by_row(values: Floats, indptr: NDArray[np.int32]) -> Floats:
    """[rows] the largest of each row's entries, which are not negative; 0 where a row has none."""
    some = np.diff(indptr) > 0
    largest = np.zeros(len(some))
    if some.any():
        largest[some] = np.maximum.reduceat(values, indptr[:-1][some])
    return largest


def _power_of_two(numbers: Floats) -> Floats:
    return np.exp2(np.round(np.log2(numbers)))
