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
    n = model.rows.shape[1]
    free = ~model.integer & ~(np.isfinite(model.lower) & np.isfinite(model.upper))
    entries = model.rows.tocoo()
    size = np.abs(entries.data)
    steady = ~free[entries.col]
    reach = np.zeros(model.rows.shape[0])
    np.maximum.at(reach, entries.row[steady], size[steady])
    column = np.ones(n)
    wanted = np.zeros(n)
    at = free[entries.col]
    np.maximum.at(wanted, entries.col[at], reach[entries.row[at]] / size[at])
    column[free] = np.maximum(1.0, wanted[free] / COMFORTABLE)
    column = _power_of_two(column)
    rows = sp.csr_array(
        (model.rows.data * column[model.rows.indices], model.rows.indices, model.rows.indptr), shape=model.rows.shape
    )
    largest = np.zeros(rows.shape[0])
    np.maximum.at(largest, entries.row, np.abs(rows.tocoo().data))
    row = _power_of_two(np.where(largest > 0, largest / COMFORTABLE, 1.0))
    row = np.where(largest > COMFORTABLE, row, 1.0)
    rows = sp.csr_array((rows.data / np.repeat(row, np.diff(rows.indptr)), rows.indices, rows.indptr), shape=rows.shape)
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


def _power_of_two(numbers: Floats) -> Floats:
    return np.exp2(np.round(np.log2(numbers)))
