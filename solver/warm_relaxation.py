"""The linear relaxation of a model, kept warm in HiGHS: what is asked of it next is solved on from where it stood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.highs import SolverFailed, hand_over, ran, with_options
from solver.model import Cuts, Model
from solver.scaling import scaled
from solver.watch import Watch

Floats = NDArray[np.float64]
Basis = highspy.HighsBasis
PRIMAL = 4
"""HiGHS's word for the primal simplex."""


@dataclass(frozen=True)
class Relaxed:
    """What one linear program gave; ``x`` [columns] and ``prices`` [rows] None unless it was proved; "beyond" a limit to its value there is nothing else."""

    ended: Literal["proved", "infeasible", "beyond", "interrupted"]
    value: float | None = None
    x: Floats | None = None
    reduced: Floats | None = None
    """[columns] what one more unit of a column would cost."""
    prices: Floats | None = None
    """[rows] what one more unit of a row's limit would cost."""


class Relaxation:
    """The linear relaxation of a model, kept warm: rows and columns are added, bounds moved, and it is solved on from where it stood."""

    def __init__(
        self, model: Model, watch: Watch, *, seed: int = 0, presolve: bool = True, steps: int | None = None
    ) -> None:
        """``steps`` of the simplex method after which a solve is interrupted; as many as it likes where None."""
        self._watch = watch
        small = scaled(model)
        self._column, self._cost, self._row = small.column, small.cost, small.row
        self._highs = with_options(seed, 0.0, presolve, np.inf)
        hand_over(self._highs, replace(small.model, integer=np.zeros(len(small.model.cost), bool)))
        if steps is not None:
            self._highs.setOptionValue("simplex_iteration_limit", steps)
        self._highs.cbSimplexInterrupt.subscribe(self._interrupt)
        self._left_behind = False

    @property
    def rows(self) -> int:
        """How many rows there are by now."""
        return len(self._row)

    def add(self, cuts: Cuts) -> None:
        """Append rows."""
        if not cuts.count:
            return
        rows = sp.csr_array(cuts.rows)
        data = rows.data * self._column[rows.indices]
        largest = np.ones(cuts.count)
        filled = np.diff(rows.indptr) > 0
        largest[filled] = np.maximum.reduceat(np.abs(data), rows.indptr[:-1][filled]) if len(data) else 1.0
        factor = np.exp2(np.round(np.log2(largest)))
        status = self._highs.addRows(
            cuts.count, cuts.lower / factor, cuts.upper / factor, len(data),
            rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32), data / np.repeat(factor, np.diff(rows.indptr)),
        )  # fmt: skip
        if status == highspy.HighsStatus.kError:
            raise SolverFailed("HiGHS refused rows")
        self._row = np.r_[self._row, factor]

    def widen(self, cost: Floats, lower: Floats, upper: Floats, columns: sp.csc_array) -> None:
        """Append columns. They enter a solution that stays one, so that it is solved on by the primal simplex."""
        data = columns.data / self._row[columns.indices]
        status = self._highs.addCols(
            len(cost), cost / self._cost, lower, upper, len(data),
            columns.indptr[:-1].astype(np.int32), columns.indices.astype(np.int32), data,
        )  # fmt: skip
        if status == highspy.HighsStatus.kError:
            raise SolverFailed("HiGHS refused columns")
        self._column = np.r_[self._column, np.ones(len(cost))]
        self._highs.setOptionValue("simplex_strategy", PRIMAL)

    def bound(self, columns: NDArray[np.int64], lower: Floats, upper: Floats) -> None:
        """Move the bounds of some columns."""
        if len(columns):
            by = self._column[columns]
            self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower / by, upper / by)

    def limit(self, row: int, lower: float, upper: float) -> None:
        """Move the limits of a row."""
        self._highs.changeRowBounds(row, lower / self._row[row], upper / self._row[row])

    @property
    def basis(self) -> Basis:
        """Where it stands, to come back to."""
        basis: Basis = self._highs.getBasis()
        return basis

    def back_to(self, basis: Basis) -> None:
        """Solve on from where it stood once; rows that were added since are slack there."""
        missing = self.rows - len(basis.row_status)
        basis.row_status = [*basis.row_status, *[highspy.HighsBasisStatus.kBasic] * missing]
        self._highs.setBasis(basis)

    def solve(self, seconds: float, *, at_most: float = np.inf) -> Relaxed:
        """Solve on, until it is clear that the value is more than ``at_most`` (in the objective's unit).

        Raises SolverFailed when HiGHS ends in a state that says nothing.
        """
        if self._left_behind or seconds <= 0 or self._watch.stopped:
            return Relaxed("interrupted")
        Status = highspy.HighsModelStatus
        until = self._watch.seconds + seconds
        self._highs.setOptionValue("objective_bound", float(at_most / self._cost))
        for afresh in (False, True):
            if afresh:  # a warm simplex has been seen to end in "Unknown" and to be solved at once from scratch
                self._highs.clearSolver()
            left = max(until - self._watch.seconds, 0.01)
            self._highs.setOptionValue("time_limit", float(self._highs.getRunTime() + left))
            if not ran(self._highs, self._watch, left):
                self._left_behind = True
                return Relaxed("interrupted")
            status = self._highs.getModelStatus()
            if status in (Status.kInfeasible, Status.kUnboundedOrInfeasible):
                return Relaxed("infeasible")
            if status == Status.kObjectiveBound:
                return Relaxed("beyond")
            if status in (Status.kTimeLimit, Status.kInterrupt, Status.kIterationLimit):
                return Relaxed("interrupted")
            if status in (Status.kOptimal, Status.kModelEmpty):
                break
        else:
            raise SolverFailed(f"HiGHS ended with {self._highs.modelStatusToString(status)}")
        solution = self._highs.getSolution()
        return Relaxed(
            "proved",
            float(self._highs.getInfo().objective_function_value) * self._cost,
            np.array(solution.col_value) * self._column,
            np.array(solution.col_dual) * self._cost / self._column,
            np.array(solution.row_dual) * self._cost / self._row,
        )

    def _interrupt(self, event: Any) -> None:
        if self._watch.stopped:
            event.interrupt()
