"""A layout of nearest patients as it stands: who offers what, what that costs and misses, and what turning an offer would change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.case import Flows
from solver.descent.ledger import Ledger
from solver.descent.patients import Patients
from solver.formulations.face import CompiledFace
from solver.formulations.stage import NO_COLUMN, Stage
from solver.landscape import Landscape
from solver.solved import Layout

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FEW = 4
"""Offers in a row that says what an offer requires; rows about more say how many."""
STEEP = 1e4
"""What missing a row by its own size costs, in the usual cost of an offer."""
HARDER = 1.5
"""By how much a row counts for more that stays missed where nothing helps."""
STRAY = 10.0
"""What a case that reaches nobody counts for, in rows missed by their own size."""


@dataclass(frozen=True)
class Turn:
    """One offer that opens or closes: the stage by its number, and the site."""

    stage: int
    s: int


class Standing:
    """Offers [S,K,T] of nearest patients. ``value`` is what they cost, ``missed`` by how much rows are missed, each relative to its size."""

    def __init__(self, land: Landscape, face: CompiledFace, offered: Bools) -> None:
        _, S, K, T = land.shape
        self._shape = S, K, T
        stages = [Stage.of(land, face, k, t, face.lower, face.upper) for t in range(T) for k in range(K)]
        self.patients = [
            Patients(stage, offered[:, stage.k, stage.t] & stage.candidates | stage.surely_open) for stage in stages
        ]
        self.movable = [
            np.flatnonzero((stage.column != NO_COLUMN) & stage.candidates & ~stage.surely_open) for stage in stages
        ]
        self.pair_of: dict[int, Turn] = {}
        """The pair that an offer or a volume is of, by column."""
        self._offer_of: dict[int, Turn] = {}
        self._columns: list[Ints] = []
        """Of each stage: the columns of its offers [S], volumes [S] and quantities, NO_COLUMN where there is none."""
        for q, patients in enumerate(self.patients):
            stage = patients.stage
            asked = [stage.asked("volume", s) for s in range(S)]
            volumes = np.array([NO_COLUMN if column is None else column for column in asked], np.int64)
            for columns, known in ((stage.column, self._offer_of), (volumes, self.pair_of)):
                known |= {int(columns[s]): Turn(q, int(s)) for s in np.flatnonzero(columns != NO_COLUMN)}
            quantities = np.array([column for column, _ in patients.quantities], np.int64)
            self._columns.append(np.concatenate([stage.column, volumes, quantities]))
        self.pair_of |= self._offer_of
        settled = np.zeros(len(face.lower), bool)
        for columns in self._columns:
            settled[columns[columns != NO_COLUMN]] = True
        self._ledger = Ledger(face, settled)
        self._external = [np.array([stage.external(s) for s in range(S)]) for stage in stages]
        self._requires = self._requirements(face)
        self._spoken_of: dict[int, tuple[Ints, sp.csr_array, sp.csr_array]] = {}
        self._x = self._ledger.beginning()
        for q in range(len(stages)):
            self._note(q)
        self.judge()
        self.weight = STEEP * max(abs(self.value), 1.0) / max(1, sum(int(p.open.sum()) for p in self.patients))

    @property
    def worth(self) -> float:
        """What it costs, missed rows included."""
        return self.value + self.weight * self.missed

    @property
    def offered(self) -> Bools:
        """[S,K,T]."""
        S, K, T = self._shape
        return np.array([patients.open for patients in self.patients]).reshape(T, K, S).transpose(2, 1, 0).copy()

    def judge(self) -> None:
        """Work out value and misses anew."""
        self.value, missed = self._ledger.judged(self._x)
        self.missed = missed + STRAY * sum(patients.strays for patients in self.patients)

    def press(self, rows: Ints, *, harder: bool) -> float:
        """Missing these rows counts for more from now on, ``harder`` for half as much again; what missing a row counts for at most."""
        dear = self._ledger.dear
        dear[rows] += (HARDER - 1.0) * dear[rows] if harder else 1.0
        self.judge()
        return float(dear.max(initial=1.0))

    def ease(self) -> None:
        """Missing one row counts for as much as missing another again."""
        self._ledger.dear[:] = 1.0
        self.judge()

    def turn(self, turn: Turn) -> None:
        """Open what is closed, close what is open; ``judge`` afterwards."""
        self.patients[turn.stage].turn(turn.s)
        self._note(turn.stage)

    def back_to(self, offered: Bools) -> None:
        """As it stood with these offers."""
        for q, patients in enumerate(self.patients):
            for s in np.flatnonzero(patients.open != offered[:, patients.stage.k, patients.stage.t]):
                patients.turn(int(s))
            self._note(q)
        self.judge()

    def promise(self, q: int, sites: Ints) -> Floats:
        """[m] by how much turning each of some sites of a stage alone would change the worth, but for rows about other columns and what offers require."""
        patients, columns = self.patients[q], self._columns[q]
        S, m = len(patients.open), len(sites)
        volume, sums, strays = patients.turned(sites)
        sign, row = np.where(patients.open[sites], -1.0, 1.0), np.arange(m)
        change = np.concatenate([np.zeros((m, S)), volume, sums], axis=1)
        change[row, sites] = sign
        change[row, S + sites] += sign * self._external[q][sites]
        known = columns != NO_COLUMN
        change = change[:, known]
        rows, whole, own = self._spoken(q)
        activity = whole @ self._x
        missed = self._ledger.missed(activity[None, :] + (own @ change.T).T, rows).sum(axis=1)
        missed -= self._ledger.missed(activity, rows).sum()
        cost = (change * self._ledger.cost(columns[known])).sum(axis=1)
        return np.asarray(cost + self.weight * (missed + STRAY * strays), float)

    def missed_rows(self) -> Ints:
        """The rows that are missed."""
        return np.flatnonzero(self._ledger.missed(self._ledger.rows @ self._x) > 0)

    def columns_of(self, rows: Ints) -> Ints:
        """The columns that some rows speak of."""
        return np.unique(self._ledger.rows[rows].indices)

    def stages_of(self, rows: Ints) -> list[int]:
        """The stages with a part in some rows."""
        spoken = self.columns_of(rows)
        return [q for q, columns in enumerate(self._columns) if np.isin(columns, spoken).any()]

    def brought_along(self, turn: Turn) -> list[Turn]:
        """Turns the same way that mend what this one, made just now, misses of what offers require."""
        rows = self._requires.get(int(self.patients[turn.stage].stage.column[turn.s]), np.zeros(0, np.int64))
        opens = self.patients[turn.stage].open[turn.s]
        face, along = self._ledger.face, []
        activity = self._ledger.rows[rows] @ self._x
        low, high = face.row_lower[rows], face.row_upper[rows]
        for i in np.flatnonzero((activity < low - 1e-6) | (activity > high + 1e-6)):
            row, wants_more = self._ledger.rows[[rows[i]]], activity[i] < low[i]
            for column, value in zip(row.indices, row.data, strict=True):
                other = self._offer_of.get(int(column))
                if other is None or self.patients[other.stage].open[other.s] == opens:
                    continue
                if ((value > 0) == wants_more) == opens and other.s in self.movable[other.stage]:
                    along.append(other)
                    break
        return along

    def layout(self, offered: Bools, steered: Bools) -> Layout:
        """A layout with those offers; nearest patients' flows are written out for ``steered`` [K] care types."""
        flows = []
        for patients in self.patients:
            stage = patients.stage
            if steered[stage.k]:
                areas, site = patients.nearest_of(offered[:, stage.k, stage.t])
                count = len(areas)
                cases = stage.cases[areas]
                flows.append(Flows(stage.areas[areas], site, np.full(count, stage.k), np.full(count, stage.t), cases))
        return Layout(offered, Flows.joined(flows))

    def _note(self, q: int) -> None:
        """Write into the columns what a stage's sites offer and treat."""
        patients, columns = self.patients[q], self._columns[q]
        volume = patients.volume + self._external[q] * patients.open
        values, known = np.concatenate([patients.open, volume, patients.sums]), columns != NO_COLUMN
        self._x[columns[known]] = values[known]

    def _spoken(self, q: int) -> tuple[Ints, sp.csr_array, sp.csr_array]:
        """The rows that speak of a stage and of nothing that a layout leaves open: which, all of them [rows,N], and their entries for the stage's columns."""
        if q not in self._spoken_of:
            columns = self._columns[q]
            own = sp.csr_array(self._ledger.by_column[:, columns[columns != NO_COLUMN]])
            rows = np.flatnonzero((np.diff(own.indptr) > 0) & self._ledger.plain & ~self._is_requirement)
            self._spoken_of[q] = rows, sp.csr_array(self._ledger.rows[rows]), sp.csr_array(own[rows])
        return self._spoken_of[q]

    def _requirements(self, face: CompiledFace) -> dict[int, Ints]:
        """The rows that weigh a few offers against each other and speak of nothing else, by the column of an offer."""
        entries, m = face.rows.tocoo(), face.rows.shape[0]
        is_offer = np.zeros(len(face.lower), bool)
        is_offer[list(self._offer_of)] = True
        free = face.lower != face.upper
        others = np.bincount(entries.row[~is_offer[entries.col] & free[entries.col]], minlength=m)
        count = np.bincount(entries.row[is_offer[entries.col]], minlength=m)
        more, fewer = (np.bincount(entries.row[sign * entries.data > 0], minlength=m) for sign in (1.0, -1.0))
        self._is_requirement = (others == 0) & (more > 0) & (fewer > 0) & (count <= FEW)
        found: dict[int, list[int]] = {}
        for i in np.flatnonzero(self._is_requirement[entries.row] & is_offer[entries.col]):
            found.setdefault(int(entries.col[i]), []).append(int(entries.row[i]))
        return {column: np.array(rows) for column, rows in found.items()}
