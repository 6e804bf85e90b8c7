"""A mixed-integer model as arrays: columns, rows and one cost vector per objective, built up piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
INF = float("inf")


@dataclass(frozen=True)
class Model:
    """minimise cost @ x  subject to  row_lower <= rows @ x <= row_upper,  lower <= x <= upper,  x integer where ``integer``.

    Shapes: n columns, m rows; ``rows`` is CSR (m, n).
    """

    cost: Floats
    offset: float
    lower: Floats
    upper: Floats
    integer: NDArray[np.bool_]
    rows: sp.csr_array
    row_lower: Floats
    row_upper: Floats

    def relaxed(self) -> Model:
        """The linear program: no column need be integer."""
        return replace(self, integer=np.zeros(len(self.cost), bool))

    @property
    def size(self) -> tuple[int, int, int]:
        """Rows, columns, nonzeros."""
        return self.rows.shape[0], self.rows.shape[1], self.rows.nnz


@dataclass(frozen=True)
class Cuts:
    """Rows that a solution missed: lower <= rows @ x <= upper, ``rows`` CSR (m, n).

    ``of`` [m,2] says of each row which group of areas it speaks of and how far down its list of sites it reaches, -1 where it speaks of no group.
    """

    rows: sp.csr_array
    lower: Floats
    upper: Floats
    of: NDArray[np.int64]

    @property
    def count(self) -> int:
        """How many rows."""
        return self.rows.shape[0]

    @classmethod
    def none(cls, columns: int) -> Cuts:
        """No rows."""
        return cls(sp.csr_array((0, columns)), np.zeros(0), np.zeros(0), np.zeros((0, 2), np.int64))

    @classmethod
    def one_of(cls, columns: NDArray[np.int64], count: int) -> Cuts:
        """One row over ``count`` columns: these add up to at least 1."""
        rows = sp.csr_array((np.ones(len(columns)), (np.zeros(len(columns), int), columns)), shape=(1, count))
        return cls(rows, np.ones(1), np.full(1, np.inf), np.full((1, 2), -1))

    @classmethod
    def joined(cls, parts: Sequence[Cuts]) -> Cuts:
        """Several, one after another."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            sp.csr_array(sp.vstack([part.rows for part in parts], format="csr")),
            np.concatenate([part.lower for part in parts]),
            np.concatenate([part.upper for part in parts]),
            np.concatenate([part.of for part in parts]),
        )

    def some(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Cuts:
        """Those of the rows."""
        return Cuts(sp.csr_array(self.rows[which]), self.lower[which], self.upper[which], self.of[which])


class Builder:
    """Collects columns and rows in chunks of arrays and puts them together once."""

    def __init__(self) -> None:
        self._lower: list[Floats] = []
        self._upper: list[Floats] = []
        self._integer: list[NDArray[np.bool_]] = []
        self._entries: list[tuple[NDArray[np.int32], NDArray[np.int32], Floats]] = []
        self._row_lower: list[Floats] = []
        self._row_upper: list[Floats] = []
        self.columns = 0
        self.rows = 0

    def add_columns(
        self, lower: ArrayLike, upper: ArrayLike, *, integer: bool | NDArray[np.bool_] = False, count: int | None = None
    ) -> int:
        """Append columns and return the position of the first. Scalars are repeated ``count`` times."""
        n = count if count is not None else np.size(lower)
        first = self.columns
        self._lower.append(np.broadcast_to(np.asarray(lower, float), n))
        self._upper.append(np.broadcast_to(np.asarray(upper, float), n))
        self._integer.append(np.broadcast_to(np.asarray(integer, bool), n))
        self.columns += n
        return first

    def add_rows(
        self, row: ArrayLike, column: ArrayLike, value: ArrayLike, lower: ArrayLike, upper: ArrayLike, *, count: int
    ) -> int:
        """Append ``count`` rows given as entries (row counted from 0 within this chunk) and return the position of the first."""
        first = self.rows
        self.add_entries(np.asarray(row, np.int32) + np.int32(first), column, value)
        self._row_lower.append(np.broadcast_to(np.asarray(lower, float), count))
        self._row_upper.append(np.broadcast_to(np.asarray(upper, float), count))
        self.rows += count
        return first

    def add_entries(self, row: ArrayLike, column: ArrayLike, value: ArrayLike) -> None:
        """Put more columns into rows that are there."""
        row = np.asarray(row, np.int32)
        self._entries.append((row, np.asarray(column, np.int32), np.broadcast_to(np.asarray(value, float), row.shape)))

    def finish(self, cost: Floats, offset: float = 0.0) -> Model:
        """The model with the given cost per column (padded with zeros)."""
        padded = np.zeros(self.columns)
        padded[: len(cost)] = cost
        return Model(padded, offset, *self.bounds(), self._matrix(), _joined(self._row_lower), _joined(self._row_upper))

    def bounds(self) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Lower bounds, upper bounds and integrality of all columns."""
        integer = np.concatenate(self._integer) if self._integer else np.zeros(0, bool)
        return _joined(self._lower), _joined(self._upper), integer

    def _matrix(self) -> sp.csr_array:
        if not self._entries:
            return sp.csr_array((self.rows, self.columns))
        row, column, value = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        matrix = sp.coo_array((value, (row, column)), shape=(self.rows, self.columns)).tocsr()
        matrix.eliminate_zeros()
        return matrix


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(0)
