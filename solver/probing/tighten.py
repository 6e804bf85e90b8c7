"""The face of a question with what every plan for nearest patients shares: offers that are decided, and rows that tie them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.behaviours import Nearest
from solver.formulations.face import CORE, CompiledFace
from solver.formulations.own_rows import OwnRows
from solver.formulations.stage import NO_COLUMN, Stage
from solver.landscape import Landscape
from solver.probing.probe import Clause, Probed, probed
from solver.probing.sites import Sites
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
PASSES = 8
"""Times that bounds are passed on from offer to offer."""
WHOLE = 1e-6
"""How far from a whole number a bound may be to be taken for it."""
ROUNDS = 5
"""Times that what one care type decides is passed on to others."""


def tightened(land: Landscape, face: CompiledFace, watch: Watch) -> CompiledFace | None:
    """The same plans, said more tightly; None where there is none.

    A care type whose patients go to the nearest site and whose sites have norms or capacities is probed, for as long as ``watch`` allows.
    """
    _, _, K, T = land.shape
    nearest = [(k, t) for k in range(K) if isinstance(land.behaviours[k], Nearest) for t in range(T)]
    stages = [Stage.of(land, face, k, t, face.lower, face.upper) for k, t in nearest]
    if not stages:
        return face
    return _Tightening(face, stages, watch).result()


class _Tightening:
    """Probes stages in turn and passes on what they decide, until none of them decides more."""

    def __init__(self, face: CompiledFace, stages: list[Stage], watch: Watch) -> None:
        self._face, self._stages, self._watch = face, stages, watch
        self._lower, self._upper = face.lower.copy(), face.upper.copy()
        self._own = own = _own_rows(face, stages)
        bound = [(own.least[q] > 0).any() or (own.most[q] < _all(stage)).any() for q, stage in enumerate(stages)]
        self._sites = {q: Sites(stages[q], own.least[q], own.most[q]) for q in np.flatnonzero(bound).tolist()}
        self._clauses: dict[int, list[Clause]] = {}

    def result(self) -> CompiledFace | None:
        waiting = set(self._sites)
        if not waiting:
            return self._face
        if not passed_on(self._face, self._lower, self._upper):
            return None
        for _ in range(ROUNDS):
            if not all(self._probe(q) for q in sorted(waiting)):
                return None
            lower, upper = self._lower.copy(), self._upper.copy()
            if not passed_on(self._face, self._lower, self._upper):
                return None
            changed = (lower != self._lower) | (upper != self._upper)
            waiting = {q for q in self._sites if changed[_columns(self._stages[q])].any()}
            if not waiting or self._watch.over:
                break
        literals = [
            [(int(self._stages[q].column[s]), opens) for s, opens in clause]
            for q, clauses in self._clauses.items()
            for clause in clauses
        ]
        return _with_clauses(replace(self._face, lower=self._lower, upper=self._upper), literals)

    def _probe(self, q: int) -> bool:
        """Probe a stage and write down what is decided; False where it has no plan."""
        stage, own = self._stages[q], self._own
        free = stage.column != NO_COLUMN
        columns = stage.column[free]
        may_open, may_close = stage.candidates & own.may_open[q], ~stage.surely_open & own.may_close[q]
        may_open[free] &= self._upper[columns] > 0.5
        may_close[free] &= self._lower[columns] < 0.5
        if not (may_open | may_close).all():
            return False
        choice = self._sites[q].choice(may_open, may_close)
        found = Probed(None) if choice is None else probed(self._sites[q], choice, self._watch)
        if found.choice is None:
            return False
        self._lower[columns] = np.maximum(self._lower[columns], ~found.choice.may_close[free])
        self._upper[columns] = np.minimum(self._upper[columns], found.choice.may_open[free])
        self._clauses[q] = found.clauses
        return True


def _columns(stage: Stage) -> Ints:
    """The columns of a stage's offers."""
    return np.array(stage.column[stage.column != NO_COLUMN])


def _own_rows(face: CompiledFace, stages: list[Stage]) -> OwnRows:
    S = len(stages[0].column)
    asked = [[stage.asked("volume", s) for s in range(S)] for stage in stages]
    volume = np.array([[NO_COLUMN if column is None else column for column in columns] for columns in asked])
    offer = np.array([stage.column for stage in stages])
    return OwnRows.of(face.rows, face.row_lower, face.row_upper, offer, volume)


def _all(stage: Stage) -> Floats:
    """[S] the most cases that can come to a site, with those from outside the data [cases/year]."""
    return np.array([stage.external(s) for s in range(len(stage.column))]) + float(stage.cases.sum())


def passed_on(face: CompiledFace, lower: Floats, upper: Floats) -> bool:
    """Narrow the bounds of offers to what some row leaves of them, in place, until nothing changes; False where a row leaves nothing."""
    entries = face.rows.tocoo()
    offers = np.zeros(len(lower), bool)
    offers[list(face.offers.values())] = True
    row, column, value = entries.row, entries.col, entries.data
    m, mine = face.rows.shape[0], offers[column]
    at, by = row[mine], value[mine]
    for _ in range(PASSES):
        ends = np.sort(np.array([lower[column], upper[column]]) * value, axis=0)
        least, most = (np.bincount(row, end, minlength=m) for end in ends)
        room = np.array(
            [face.row_lower[at] - (most[at] - ends[1][mine]), face.row_upper[at] - (least[at] - ends[0][mine])]
        )
        low, high = np.sort(room / by, axis=0)
        before = lower.copy(), upper.copy()
        np.maximum.at(lower, column[mine], np.ceil(low - WHOLE))
        np.minimum.at(upper, column[mine], np.floor(high + WHOLE))
        if (lower > upper).any():
            return False
        if np.array_equal(before[0], lower) and np.array_equal(before[1], upper):
            break
    return True


def _with_clauses(face: CompiledFace, clauses: list[list[tuple[int, bool]]]) -> CompiledFace:
    """The face with a row for each clause: of some columns that are 1 or 0, one at least is as said."""
    if not clauses:
        return face
    row = np.repeat(np.arange(len(clauses)), [len(clause) for clause in clauses])
    column, opens = (
        np.array(part) for part in zip(*(literal for clause in clauses for literal in clause), strict=True)
    )
    shape = len(clauses), face.rows.shape[1]
    rows = sp.csr_array((np.where(opens, 1.0, -1.0), (row, column)), shape=shape)
    needed = 1.0 - np.bincount(row, ~opens, minlength=len(clauses))
    return replace(
        face,
        rows=sp.csr_array(sp.vstack([face.rows, rows])),
        row_lower=np.r_[face.row_lower, needed],
        row_upper=np.r_[face.row_upper, np.full(len(clauses), np.inf)],
        row_rule=np.r_[face.row_rule, np.full(len(clauses), CORE)],
    )
