"""Pieces of a model that have nothing to do with one another: each is a problem of its own.

Care types that no rule ties together fall apart here, read off the matrix: two columns belong together when some row holds them both. Columns that are
known beforehand tie nothing; their share of a row moves to its limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from solver.model import Cuts, Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NONE = np.zeros(0, np.int64)
Index = tuple[int, int, int]
"""(site, care type, period)."""


class Following(Protocol):
    """Columns of the whole model that follow from the decisions."""

    @property
    def own(self) -> Ints:
        """Its columns."""

    def completed(self, x: Floats) -> None:
        """Set them to what the decisions in ``x``, which are 0 or 1, make of them."""


class Unwritten(Following, Protocol):
    """A part of a model whose rows are made when a solution misses them. Columns are those of the whole model."""

    @property
    def columns(self) -> Ints:
        """Every column that its rows may speak of."""

    def lists(self) -> tuple[Ints, Floats]:
        """[G,m] the decisions that matter to each group of areas, nearest first, -1 beyond its end, and [G] the group's cases."""

    def missed(self, x: Floats) -> Cuts:
        """The rows that a solution misses; with whole decisions, none only if it misses no row there is."""


@dataclass
class Met:
    """What was learnt about a piece while it was solved, for all its forks: the rows that were missed and the bounds they proved."""

    cuts: list[Cuts] = field(default_factory=list)
    prices: tuple[NDArray[np.int64], Floats] | None = None
    """What rows of travel of the only unwritten part (Cuts.of) cost in a relaxation of the first objective; None before there was one."""
    multipliers: Floats | None = None
    """[G] case-minutes of each group of the only unwritten part that prove a bound on its travel with no site left out; None before there were any."""


@dataclass(frozen=True)
class Relaxation:
    """What the linear relaxation of a piece taught about one objective, true of all its forks.

    value of any solution >= ``least`` + sum over columns of ``more`` [columns] times the column
    """

    least: float
    more: Floats

    def beside(self, other: Relaxation) -> Relaxation:
        """Two of them as one that is true of every single column: value >= ``least`` + ``more`` of it, but no longer of their sum."""
        least = max(self.least, other.least)
        return Relaxation(least, np.maximum(self.more - (least - self.least), other.more - (least - other.least)))


@dataclass
class Warm:
    """What to begin with when an objective is minimised: pattern columns ``met`` before [columns], and the relaxation where it is known."""

    met: NDArray[np.bool_]
    relaxation: Relaxation | None = None

    def fork(self) -> Warm:
        """A copy that learns by itself."""
        return replace(self, met=self.met.copy())


@dataclass
class Piece:
    """One piece: its columns (positions in the whole model), its rows, a cost vector per objective, and its decisions.

    ``costs`` [objectives, columns]; ``offers`` maps (s, k, t) to a column of the piece. Rows may be added, never taken away.
    """

    columns: Ints
    base: Model
    costs: Floats
    offers: Mapping[Index, int]
    patterns: NDArray[np.bool_]
    """[columns] columns that may be sifted."""
    shut: NDArray[np.bool_] | None = None
    """[columns] columns that are in no plan any more; None while that is true of none."""
    known: Floats = field(default_factory=lambda: np.zeros(0))
    """[columns of the whole model] value of those known beforehand."""
    unwritten: Sequence[Unwritten] = ()
    following: Sequence[Following] = ()
    """Other parts whose columns follow from the decisions."""
    met: Met = field(default_factory=Met)
    warm: Mapping[int, Warm] = field(default_factory=dict)
    """Objective -> what to begin with."""
    _extra: list[tuple[Ints, Floats, float, float]] = field(default_factory=list)

    def model(self, objective: int) -> Model:
        """The piece with one objective as cost."""
        base = self.base
        if self.shut is not None:
            base = replace(base, upper=np.where(self.shut, base.lower, base.upper))
        if not self._extra:
            return Model(
                self.costs[objective],
                0.0,
                base.lower,
                base.upper,
                base.integer,
                base.rows,
                base.row_lower,
                base.row_upper,
            )
        count = len(self._extra)
        at = np.repeat(np.arange(count), [len(columns) for columns, _, _, _ in self._extra])
        more = sp.csr_array(
            (
                np.concatenate([v for _, v, _, _ in self._extra]),
                (at, np.concatenate([c for c, _, _, _ in self._extra])),
            ),
            shape=(count, len(self.columns)),
        )
        return Model(
            self.costs[objective],
            0.0,
            base.lower,
            base.upper,
            base.integer,
            sp.csr_array(sp.vstack([base.rows, more])),
            np.r_[base.row_lower, [lower for _, _, lower, _ in self._extra]],
            np.r_[base.row_upper, [upper for _, _, _, upper in self._extra]],
        )

    def mine(self, columns: Ints) -> NDArray[np.bool_]:
        """[columns] which of the piece's columns are among some of the whole model's."""
        return np.isin(self.columns, columns)

    def hold(self, objective: int, limit: float) -> None:
        """An objective may be at most ``limit``, counted without what is known beforehand."""
        self.hold_cost(self.costs[objective], limit)

    def hold_cost(self, cost: Floats, limit: float) -> None:
        """A cost [columns] may be at most ``limit``."""
        used = np.flatnonzero(cost)
        self._extra.append((used, cost[used], -np.inf, limit))

    def shut_out(self, columns: NDArray[np.bool_]) -> None:
        """Some columns are in no plan that the held objectives allow."""
        self.shut = columns if self.shut is None else self.shut | columns

    def exclude(self, offered: Mapping[Index, bool]) -> None:
        """Any layout of this piece but this one."""
        columns = np.array([self.offers[index] for index in offered], np.int64)
        now = np.array(list(offered.values()), bool)
        self._extra.append((columns, np.where(now, -1.0, 1.0), 1.0 - float(now.sum()), np.inf))

    def pin(self, index: Index, offered: bool) -> None:
        """One decision is made."""
        value = float(offered)
        self._extra.append((np.array([self.offers[index]]), np.ones(1), value, value))

    def fork(self) -> Piece:
        """A copy whose further rows are its own."""
        return replace(self, _extra=list(self._extra))

    def missed(self, x: Floats) -> Cuts:
        """The unwritten rows that a solution of the piece misses, over its columns."""
        whole = self.whole(x)
        cuts = Cuts.joined([part.missed(whole) for part in self.unwritten])
        return self.own(cuts)

    def own(self, cuts: Cuts) -> Cuts:
        """Rows over the whole model as rows over the piece, what is known moved to their limits."""
        share = cuts.rows @ self.known
        rows = sp.csr_array(sp.csc_array(cuts.rows)[:, self.columns])
        return Cuts(rows, cuts.lower - share, cuts.upper - share, cuts.of)

    def whole(self, x: Floats) -> Floats:
        """A solution of the piece as one of the whole model, other pieces at nothing."""
        whole = self.known.copy()
        whole[self.columns] = x
        return whole

    def completed(self, x: Floats) -> Floats:
        """A solution whose decisions are whole, with every column that follows from them set exactly."""
        whole = self.whole(x)
        parts: tuple[Following, ...] = (*self.unwritten, *self.following)
        for part in parts:
            part.completed(whole)
        return whole[self.columns]

    @property
    def fresh(self) -> bool:
        """No row was added to it."""
        return not self._extra

    @property
    def period(self) -> Ints:
        """[columns] the period that a decision is made for, -1 for other columns."""
        period = np.full(len(self.columns), -1)
        for (_, _, t), column in self.offers.items():
            period[column] = t
        return period

    @property
    def follows(self) -> bool:
        """Every column of the piece is a decision or follows from them."""
        known = np.zeros(len(self.known), bool)
        parts: tuple[Following, ...] = (*self.unwritten, *self.following)
        for part in parts:
            known[part.own] = True
        known[self.columns[list(self.offers.values())]] = True
        return bool(known[self.columns].all())

    def offered(self, x: Floats) -> dict[Index, bool]:
        """The decisions of a solution, rounded."""
        return {index: bool(x[column] > 0.5) for index, column in self.offers.items()}


@dataclass(frozen=True)
class Split:
    """A model in pieces: what is left of each objective's cost outside them, and the columns that are known beforehand."""

    pieces: Sequence[Piece]
    known: Floats
    """[columns] value of each column known beforehand, 0 elsewhere."""
    known_cost: Floats
    """[objectives] what they cost, offsets included."""
    impossible: bool
    """Some row cannot hold whatever is decided."""


def split(
    model: Model,
    costs: Floats,
    offsets: Floats,
    offers: Mapping[Index, int],
    patterns: Ints = NONE,
    unwritten: Sequence[Unwritten] = (),
    following: Sequence[Following] = (),
    *,
    apart: bool = True,
) -> Split:
    """Take a model apart into its pieces, or into one where ``apart`` is false. ``costs`` [objectives, columns]; ``patterns`` columns that may
    be sifted; columns that an ``unwritten`` part may speak of stay together.
    """
    n = model.rows.shape[1]
    fixed = model.lower == model.upper
    sifted = np.zeros(n, bool)
    sifted[patterns] = True
    known = np.where(fixed, model.lower, 0.0)
    share = model.rows @ known
    row_lower, row_upper = model.row_lower - share, model.row_upper - share
    free = np.flatnonzero(~fixed)
    rows = sp.csr_array(model.rows[:, free])
    empty = np.diff(rows.indptr) == 0
    slack = 1e-9 * np.maximum(1.0, np.abs(share))
    impossible = bool(((row_lower > slack) & empty).any() or ((row_upper < -slack) & empty).any())
    place = np.full(n, -1)
    place[free] = np.arange(len(free))
    together = [place[part.columns[~fixed[part.columns]]] for part in unwritten]
    label, row_label = _labels(rows, len(free), together, apart)
    decisions: dict[int, dict[Index, int]] = {}
    column_order = np.argsort(label, kind="stable")
    row_order = np.flatnonzero(~empty)[np.argsort(row_label[~empty], kind="stable")]
    bounds = np.searchsorted(label[column_order], np.arange(label.max(initial=-1) + 2))
    row_bounds = np.searchsorted(row_label[row_order], np.arange(label.max(initial=-1) + 2))
    for i in range(len(bounds) - 1):
        mine = column_order[bounds[i] : bounds[i + 1]]
        place[free[mine]] = np.arange(len(mine))
    for index, column in offers.items():
        if not fixed[column]:
            decisions.setdefault(int(label[np.searchsorted(free, column)]), {})[index] = int(place[column])
    rows_in_order = sp.csr_array(rows[row_order])
    pieces = []
    for i in range(len(bounds) - 1):
        mine = column_order[bounds[i] : bounds[i + 1]]
        columns = free[mine]
        at = slice(row_bounds[i], row_bounds[i + 1])
        own = sp.csr_array(sp.csc_array(rows_in_order[at])[:, mine])
        base = Model(
            np.zeros(len(mine)), 0.0, model.lower[columns], model.upper[columns], model.integer[columns], own,
            row_lower[row_order[at]], row_upper[row_order[at]],
        )  # fmt: skip
        its = [part for part, at_all in zip(unwritten, together, strict=True) if len(at_all) and label[at_all[0]] == i]
        pieces.append(
            Piece(
                columns,
                base,
                costs[:, columns],
                decisions.get(i, {}),
                sifted[columns],
                known=known,
                unwritten=its,
                following=following,
            )
        )
    return Split(pieces, known, offsets + costs @ known, impossible)


def _labels(rows: sp.csr_array, n: int, together: Sequence[Ints], apart: bool) -> tuple[Ints, Ints]:
    """The piece of each column and each row (0 for rows without columns); the columns of each of ``together`` are in one."""
    m = rows.shape[0]
    if not apart:
        return np.zeros(n, np.int64), np.zeros(m, np.int64)
    entries = rows.tocoo()
    first = np.concatenate([entries.row, *(m + group[:1].repeat(len(group)) for group in together)])
    second = m + np.concatenate([entries.col, *together])
    graph = sp.coo_array((np.ones(len(first)), (first, second)), shape=(m + n, m + n))
    _, label = connected_components(graph, directed=False)
    label = label[m:]
    label[np.bincount(label)[label] == 1] = label.max(initial=-1) + 1  # columns that no row speaks of go together
    _, column_label = np.unique(label, return_inverse=True)
    of_row = np.zeros(m, np.int64)
    of_row[entries.row] = column_label[entries.col]
    return column_label.astype(np.int64), of_row
