"""Periods apart: a model without the rows that tie its periods to each other, solved period by period, and then in turn.

Leaving rows out only makes a model freer, so that

    value of any plan >= sum over periods t of (bound[t] + sum over patterns p of t of max(0, reduced[p] - bound[t] + least[t]) * picked[p])

with ``least`` the value of the period's relaxation, ``reduced`` what a pattern adds to it at least, and ``bound`` what its plans were proved to cost at
least. A plan to begin with comes from the periods in turn, each with the rows that tie it to those before: the plan that it has by itself where that
keeps them, else the best that does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver import highs, sifting
from solver.model import Model
from solver.piece import Relaxation
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
UNKNOWN, LOOSE = -1, -2


@dataclass(frozen=True)
class Apart:
    """What the periods apart gave: the relaxation that holds for all of them together, and a plan that keeps every row [columns], as far as there are.

    ``met`` [columns] are the patterns of their plans; ``infeasible`` says that some period has no plan.
    """

    relaxation: Relaxation | None = None
    x: Floats | None = None
    met: Bools | None = None
    infeasible: bool = False


def solve_apart(
    model: Model,
    patterns: Bools,
    period: Ints,
    watch: Watch,
    *,
    seconds: float,
    relative_gap: float = 0.0,
    seed: int = 0,
) -> Apart:
    """Minimise each period's share of a model by itself.

    ``period`` [columns] is known of the decisions, -1 elsewhere; ``patterns`` [columns] may be sifted.
    """
    try:
        return _Apart(model, patterns, period, watch, seconds, relative_gap, seed).solved()
    except highs.SolverFailed:
        return Apart()


class _Apart:
    def __init__(
        self, model: Model, patterns: Bools, period: Ints, watch: Watch, seconds: float, relative_gap: float, seed: int
    ) -> None:
        self._model, self._patterns, self._watch = model, patterns, watch
        self._relative_gap, self._seed = relative_gap, seed
        self._rows, self._by_column = sp.csr_array(model.rows), sp.csc_array(model.rows)
        self._of_column, self._of_row = _periods(self._rows, period)
        self._until = watch.seconds + seconds
        self._several = [int(t) for t in np.unique(self._of_column) if t != LOOSE]

    def solved(self) -> Apart:
        loose = np.flatnonzero((self._of_column == LOOSE) & (self._model.cost != 0))
        cost = self._model.cost[loose]
        least = float((cost * np.where(cost > 0, self._model.lower[loose], self._model.upper[loose])).sum())
        if not np.isfinite(least):
            return Apart()
        count = len(self._patterns)
        more, x = np.zeros(count), np.zeros(count)
        for position, t in enumerate(self._several):
            columns = np.flatnonzero(self._of_column == t)
            answer = self._sifted(columns, np.flatnonzero(self._of_row == t), x, 2 * len(self._several) - position)
            if answer.ended == "infeasible":
                return Apart(infeasible=True)
            if answer.x is None or answer.bound is None:
                return Apart()
            least += answer.bound
            x[columns] = answer.x
            if answer.relaxed is not None:
                known, added = answer.relaxed
                more[columns] = np.maximum(added - max(0.0, answer.bound - known), 0.0)
        relaxation = Relaxation(least, np.where(self._patterns, more, 0.0))
        in_turn = self._in_turn(x)
        met = self._patterns & ((x > 0.5) | (False if in_turn is None else in_turn > 0.5))
        return Apart(relaxation, in_turn, met)

    def _in_turn(self, alone: Floats) -> Floats | None:
        """A plan that keeps every row, from the periods one after another; None where one finds no plan beside those before."""
        column_turn, row_turn = self._turns()
        x = np.zeros(len(alone))
        for t in range(int(column_turn.max()) + 1):
            columns, rows = np.flatnonzero(column_turn == t), np.flatnonzero(row_turn == t)
            part, patterns = self._part(columns, rows, x), self._patterns[columns]
            same = replace(part, upper=np.where(patterns & (alone[columns] < 0.5), 0.0, part.upper))
            left = max(0.0, self._until - self._watch.seconds)
            answer = sifting.solve(same, patterns, self._watch, seconds=left, seed=self._seed, doubt_seconds=0.0)
            if answer.x is None:
                answer = self._sifted(columns, rows, x, int(column_turn.max()) + 1 - t)
            if answer.x is None:
                return None
            x[columns] = answer.x
        return x

    def _sifted(self, columns: Ints, rows: Ints, x: Floats, share: int) -> highs.Answer:
        left = max(0.0, self._until - self._watch.seconds) / share
        return sifting.solve(
            self._part(columns, rows, x), self._patterns[columns], self._watch, seconds=left,
            relative_gap=self._relative_gap, seed=self._seed, at_once=0, doubt_seconds=0.0,
        )  # fmt: skip

    def _part(self, columns: Ints, rows: Ints, x: Floats) -> Model:
        """Some columns and rows of the model, the other columns as they are in ``x``."""
        model, own = self._model, sp.csr_array(self._rows[rows])
        others = x.copy()
        others[columns] = 0.0
        known = own @ others
        return Model(
            model.cost[columns], 0.0, model.lower[columns], model.upper[columns], model.integer[columns],
            sp.csr_array(sp.csr_array(self._by_column[:, columns])[rows]),
            model.row_lower[rows] - known, model.row_upper[rows] - known,
        )  # fmt: skip

    def _turns(self) -> tuple[Ints, Ints]:
        """In whose turn every column is decided and every row kept: the last of the periods that a row speaks of."""
        entries = self._rows.tocoo()
        column = self._of_column.copy()
        row = np.full(self._rows.shape[0], UNKNOWN)
        np.maximum.at(row, entries.row, column[entries.col])
        heard = np.zeros(len(column), np.int64)
        np.maximum.at(heard, entries.col, row[entries.row])
        column = np.where(column < 0, heard, column)
        np.maximum.at(row, entries.row, column[entries.col])
        return column, row


def _periods(rows: sp.csr_array, known: Ints) -> tuple[Ints, Ints]:
    """The period of every column and every row, as far as rows without another one lead from the decisions to it.

    LOOSE are columns that rows of several periods speak of, and rows that speak of several periods or of loose columns.
    """
    entries = rows.tocoo()
    row, column = entries.row.astype(np.int64), entries.col.astype(np.int64)
    of_column, of_row = known.copy(), np.full(rows.shape[0], UNKNOWN)
    while True:
        before = of_column, of_row
        of_row = _agreed(np.full(rows.shape[0], UNKNOWN), row, of_column[column])
        of_row[row[of_column[column] == LOOSE]] = LOOSE
        counts = of_row[row] != LOOSE
        of_column = _agreed(of_column, column[counts], of_row[row[counts]])
        if (of_column == before[0]).all() and (of_row == before[1]).all():
            return of_column, of_row


def _agreed(known: Ints, to: Ints, period: Ints) -> Ints:
    """What is known, and of what is not the only period that reaches it; LOOSE where several do."""
    first, last = np.full(len(known), np.iinfo(np.int64).max), np.full(len(known), UNKNOWN)
    says = period >= 0
    np.minimum.at(first, to[says], period[says])
    np.maximum.at(last, to[says], period[says])
    heard = np.where(first < last, LOOSE, last)
    return np.where(known == UNKNOWN, np.where(last == UNKNOWN, UNKNOWN, heard), known)
