"""A piece without the columns that are decided: what is left of it to solve."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.model import Cuts, Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Reduced:
    """A model over the columns ``kept`` of another one; the others have the value they have in ``known``."""

    model: Model
    kept: Ints
    known: Floats
    place: Ints
    """[columns of the other] position among the kept, -1 where decided."""

    @classmethod
    def of(cls, model: Model, lower: Floats, upper: Floats) -> Reduced:
        """Leave out every column whose bounds meet."""
        decided = lower >= upper
        kept = np.flatnonzero(~decided)
        known = np.where(decided, lower, 0.0)
        share = model.rows @ known
        small = replace(
            model,
            cost=model.cost[kept],
            offset=model.offset + float(model.cost @ known),
            lower=lower[kept],
            upper=upper[kept],
            integer=model.integer[kept],
            rows=sp.csr_array(sp.csc_array(model.rows)[:, kept]),
            row_lower=model.row_lower - share,
            row_upper=model.row_upper - share,
        )
        place = np.full(len(lower), -1)
        place[kept] = np.arange(len(kept))
        return cls(small, kept, known, place)

    def cuts(self, cuts: Cuts) -> Cuts:
        """Rows over all columns as rows over the kept ones."""
        share = cuts.rows @ self.known
        rows = sp.csr_array(sp.csc_array(cuts.rows)[:, self.kept])
        return Cuts(rows, cuts.lower - share, cuts.upper - share, cuts.of)

    def whole(self, x: Floats) -> Floats:
        """A solution over all columns."""
        whole = self.known.copy()
        whole[self.kept] = x
        return whole


def with_cost_where_it_arises(model: Model) -> Model:
    """The same least value with the cost of a column that one row alone defines from below, ``column - rest >= constant``, put on what defines it.

    The column stays, without cost or rows: a linear program is quicker without one long row that every step has to look at.
    """
    by_column = sp.csc_array(model.rows)
    entries = np.diff(by_column.indptr)
    cost, keep, offset = model.cost.copy(), np.ones(model.rows.shape[0], bool), model.offset
    for column in np.flatnonzero((model.cost > 0) & (entries == 1) & ~model.integer & (model.upper == np.inf)):
        row = int(by_column.indices[by_column.indptr[column]])
        by = float(by_column.data[by_column.indptr[column]])
        if by <= 0 or not keep[row] or not np.isfinite(model.row_lower[row]) or np.isfinite(model.row_upper[row]):
            continue
        span = slice(model.rows.indptr[row], model.rows.indptr[row + 1])
        least = model.row_lower[row] / by
        rest = model.rows.indices[span] != column
        columns, values = model.rows.indices[span][rest], model.rows.data[span][rest] / by
        lowest = least - float(np.where(values > 0, values * model.upper[columns], values * model.lower[columns]).sum())
        if not lowest >= model.lower[column]:
            continue
        each = cost[column]
        cost[columns] -= each * values
        cost[column] = 0.0
        offset += each * least
        keep[row] = False
    rows = sp.csr_array(model.rows[np.flatnonzero(keep)])
    return replace(
        model, cost=cost, offset=offset, rows=rows, row_lower=model.row_lower[keep], row_upper=model.row_upper[keep]
    )


def without_ceiling(model: Model, decisions: Ints) -> tuple[Model, float]:
    """The model without the row that holds its one costly column below something, and the objective's value there; infinity where there is no such row.

    An objective that is held and minimised once more, to see whether there is another optimum, is searched best with its limit as the cutoff.
    """
    costly = np.flatnonzero(model.cost)
    if len(costly) != 1 or model.cost[costly[0]] <= 0 or costly[0] in decisions:
        return model, np.inf
    column, each = int(costly[0]), float(model.cost[costly[0]])
    single = np.diff(model.rows.indptr) == 1
    keep, ceiling = np.ones(model.rows.shape[0], bool), np.inf
    for row in np.flatnonzero(single & np.isfinite(model.row_upper) & np.isinf(model.row_lower)):
        at = model.rows.indptr[row]
        if model.rows.indices[at] == column and model.rows.data[at] > 0:
            keep[row] = False
            ceiling = min(ceiling, each * float(model.row_upper[row] / model.rows.data[at]))
    rows = sp.csr_array(model.rows[np.flatnonzero(keep)])
    left = replace(model, rows=rows, row_lower=model.row_lower[keep], row_upper=model.row_upper[keep])
    return left, ceiling + model.offset
