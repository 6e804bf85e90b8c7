"""The policy's rows over a layout: what each adds up to, by how much it is missed, and what the layout costs."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.formulations.face import CompiledFace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
PASSES = 3
SLACK = 1e-9
"""Rows missed by less than this, relative to their size, are kept."""


class Ledger:
    """Judges values ``x`` [N] of the face's columns. ``settled`` [N] says whose value a layout gives; the others are as small as the rows ask, or as large
    where that is cheaper.
    """

    def __init__(self, face: CompiledFace, settled: Bools) -> None:
        self.face = face
        self._cost = face.objectives[0]
        self.rows = face.rows
        self.by_column = sp.csc_array(face.rows)
        self._lower, self._upper = face.row_lower, face.row_upper
        m = face.rows.shape[0]
        largest = abs(face.rows).max(axis=1).toarray().ravel() if m else np.zeros(0)
        ends = [np.where(np.isfinite(end), np.abs(end), 0.0) for end in (self._lower, self._upper)]
        self._size = np.maximum.reduce([np.ones(m), largest, *ends])
        self._other = ~settled & (face.lower != face.upper)
        speaks = abs(face.rows) @ self._other.astype(float)
        self.plain = np.asarray(speaks == 0)
        """[M] rows about what a layout gives alone."""
        self.dear = np.ones(m)
        """[M] what missing a row by its own size counts for."""
        entries = face.rows.tocoo()
        mine = self._other[entries.col]
        self._entries = entries.row[mine], entries.col[mine], entries.data[mine]

    def beginning(self) -> Floats:
        """[N] every column at its least, or at nothing."""
        return np.where(np.isfinite(self.face.lower), self.face.lower, 0.0)

    def judged(self, x: Floats) -> tuple[float, float]:
        """What a layout costs and by how much it misses the rows, each relative to its size; fills in the other columns of ``x``."""
        self._fill(x)
        return float(self._cost @ x), float(self.missed(self.rows @ x).sum())

    def missed(self, activity: Floats, rows: Ints | slice = slice(None)) -> Floats:
        """By how much some rows are missed at an activity [..., rows], relative to their size and as ``dear`` as they are."""
        low, high, size = self._lower[rows], self._upper[rows], self._size[rows]
        missed = np.maximum(np.maximum(low - activity, activity - high), 0.0) / size
        return np.where(missed > SLACK, missed * self.dear[rows], 0.0)

    def cost(self, columns: Ints) -> Floats:
        """What a unit of some columns costs."""
        return np.asarray(self._cost[columns], float)

    def _fill(self, x: Floats) -> None:
        """The other columns, each as its cost would have it within what the rows ask of it, given all the rest."""
        row, column, value = self._entries
        if not len(row):
            return
        face, other = self.face, self._other
        dear = self._cost >= 0
        rest_of = self.beginning()
        x[other] = rest_of[other]
        for _ in range(PASSES):
            activity = self.rows @ x
            rest = activity[row] - value * x[column]
            with np.errstate(invalid="ignore"):
                ends = (
                    np.where(value > 0, self._lower[row], self._upper[row]) - rest,
                    np.where(value > 0, self._upper[row], self._lower[row]) - rest,
                )
            least, most = np.full(len(x), -np.inf), np.full(len(x), np.inf)
            np.maximum.at(least, column, np.where(np.isfinite(ends[0]), ends[0] / value, -np.inf))
            np.minimum.at(most, column, np.where(np.isfinite(ends[1]), ends[1] / value, np.inf))
            least, most = np.maximum(least, face.lower), np.minimum(most, face.upper)
            wanted = np.where(dear | ~np.isfinite(most), least, most)
            wanted = np.where(face.integer, np.ceil(wanted - 1e-9), wanted)
            x[other] = np.where(np.isfinite(wanted[other]), wanted[other], rest_of[other])
