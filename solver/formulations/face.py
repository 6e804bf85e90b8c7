"""The face of a model: the few quantities that rules and objectives speak of, in Pyomo (words.py), compiled once to a sparse matrix."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from numpy.typing import NDArray
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from solver.formulations.words import Asked, Face
from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import ImpossibleRule, Rule

Floats = NDArray[np.float64]
CORE = -1
"""Number of the rows that are true in every scenario."""


@dataclass(frozen=True)
class CompiledFace:
    """The face as arrays. N columns, M rows, n objectives. Columns ``never`` and ``always`` are the numbers 0 and 1; no row has them.

    ``offers`` maps (s, k, t) to the column of that decision; ``asked`` maps a used quantity to its column; ``row_rule`` says which rule (by position,
    or CORE) a row belongs to; ``wants_small`` and ``wants_large`` say which columns some row or objective would like smaller or larger.
    """

    lower: Floats
    upper: Floats
    integer: NDArray[np.bool_]
    rows: sp.csr_array
    row_lower: Floats
    row_upper: Floats
    row_rule: NDArray[np.int64]
    objectives: Floats
    """[n,N] cost per column."""
    offsets: Floats
    """[n]."""
    offers: dict[tuple[int, int, int], int]
    asked: dict[Asked, int]
    slack_from: int
    """Columns from here on are slacks of soft rules."""
    wants_small: NDArray[np.bool_]
    wants_large: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Puts the rows' entries in order: scipy would do so in place, in the middle of things, under those who hold a part of them."""
        self.rows.sum_duplicates()


def compile_face(land: Landscape, rules: Sequence[Rule], objectives: Sequence[Objective]) -> CompiledFace:
    """Let every hard or soft rule and every objective write its rows, and read them back as arrays.

    Rows of soft rules get slack columns; their penalties add up to the face's penalty. Raises ImpossibleRule, with the rule's id, when a rule
    cannot hold in any plan.
    """
    with _no_garbage_collection():
        face = Face(land)
        m = face.model
        owner: dict[int, int] = {}
        for position, rule in enumerate(rules):
            if rule.hardness == "report":
                continue
            block = pyo.Block(concrete=True)
            m.add_component(f"rule_{position}", block)
            try:
                rule.build(block, face, land)
            except ImpossibleRule as impossible:
                raise ImpossibleRule(rule.id, str(impossible)) from impossible
            owner[id(block)] = position
        for position, objective in enumerate(objectives):
            block = pyo.Block(concrete=True)
            m.add_component(f"objective_{position}", block)
            m.add_component(
                f"minimise_{position}", pyo.Objective(expr=objective.build(block, face, land) + 0 * m.penalty)
            )
        face.settle()
        try:
            form = LinearStandardFormCompiler().write(m, mixed_form=True)
        except InfeasibleConstraintException as impossible:
            raise ImpossibleRule("", str(impossible)) from impossible
    return _Compilation(face, rules, owner, form).result()


def implied_bounds(face: CompiledFace) -> tuple[Floats, Floats]:
    """[N] the bounds of the columns, tightened by hard rows that speak of one column alone (locks)."""
    lower, upper = face.lower.copy(), face.upper.copy()
    for i in np.flatnonzero(np.diff(face.rows.indptr) == 1):
        at = face.rows.indptr[i]
        column, value = face.rows.indices[at], face.rows.data[at]
        ends = sorted((face.row_lower[i] / value, face.row_upper[i] / value))
        lower[column], upper[column] = max(lower[column], ends[0]), min(upper[column], ends[1])
    return lower, upper


class _Compilation:
    """From Pyomo's standard form to our columns: every variable of the face has one, referenced or not."""

    def __init__(self, face: Face, rules: Sequence[Rule], owner: dict[int, int], form: Any) -> None:
        self._face, self._rules, self._form = face, rules, form
        self._variables = list(face.model.component_data_objects(pyo.Var, descend_into=True))
        self._column = {id(variable): j for j, variable in enumerate(self._variables)}
        self._owner = owner
        self._penalty = self._column[id(face.model.penalty)]

    def result(self) -> CompiledFace:
        form, n = self._form, len(self._variables)
        spread = sp.csr_array(
            (np.ones(len(form.columns)), (np.arange(len(form.columns)), [self._column[id(v)] for v in form.columns])),
            shape=(len(form.columns), n),
        )
        rows = sp.csr_array(form.A @ spread)
        rhs = np.asarray(form.rhs, float)
        senses = np.array([entry.bound_type for entry in form.rows], int)
        row_lower = np.where(senses <= 0, rhs, -np.inf)
        row_upper = np.where(senses >= 0, rhs, np.inf)
        rows, row_lower, row_upper = self._without_constants(rows, row_lower, row_upper)
        row_rule = np.array([self._rule_of(entry.constraint) for entry in form.rows], np.int64)
        objectives = np.asarray((form.c @ spread).todense(), float).reshape(-1, n)
        offsets = np.asarray(form.c_offset, float)
        lower = np.array([-np.inf if v.lb is None else v.lb for v in self._variables], float)
        upper = np.array([np.inf if v.ub is None else v.ub for v in self._variables], float)
        integer = np.array([not v.is_continuous() for v in self._variables], bool)
        soft = np.array([self._soft_rule_of(entry.constraint) for entry in form.rows], np.int64)
        rows, objectives = self._with_slacks(rows, row_lower, row_upper, soft, objectives)
        slacks = rows.shape[1] - n
        lower, upper = np.r_[lower, np.zeros(slacks)], np.r_[upper, np.full(slacks, np.inf)]
        integer = np.r_[integer, np.zeros(slacks, bool)]
        small, large = _wishes(rows, row_lower, row_upper, objectives)
        return CompiledFace(
            lower, upper, integer, rows, row_lower, row_upper, row_rule, objectives, offsets,
            {index: self._column[id(v)] for index, v in self._face.offer_variables.items()},
            {asked: self._column[id(v)] for asked, v in self._face.asked.items()},
            n, small, large,
        )  # fmt: skip

    def _without_constants(
        self, rows: sp.csr_array, lower: Floats, upper: Floats
    ) -> tuple[sp.csr_array, Floats, Floats]:
        """The numbers 0 and 1 moved to the other side, so that they tie no rows together."""
        model = self._face.model
        always, never = self._column[id(model.always)], self._column[id(model.never)]
        known = np.asarray(rows[:, [always]].todense(), float).ravel()
        kept = np.ones(rows.shape[1])
        kept[[always, never]] = 0.0
        rows = sp.csr_array(rows @ sp.diags_array(kept))
        rows.eliminate_zeros()
        return rows, lower - known, upper - known

    def _soft_rule_of(self, constraint: Any) -> int:
        """The soft rule whose own row this is, not merely a row that says what its words mean; -1 for all others."""
        position = self._owner.get(id(constraint.parent_block()), -1)
        return position if position >= 0 and self._rules[position].hardness == "soft" else -1

    def _rule_of(self, constraint: Any) -> int:
        block = constraint.parent_block()
        while block is not None:
            if id(block) in self._owner:
                return self._owner[id(block)]
            block = block.parent_block()
        return CORE

    def _with_slacks(
        self, rows: sp.csr_array, lower: Floats, upper: Floats, soft: NDArray[np.int64], objectives: Floats
    ) -> tuple[sp.csr_array, Floats]:
        """Each row of a soft rule may be missed by a slack; what the penalty costs in an objective, the slacks cost at their price."""
        prices, at, sign = [], [], []
        for i in np.flatnonzero(soft >= 0):
            for limit, direction in ((lower[i], 1.0), (upper[i], -1.0)):
                if np.isfinite(limit):
                    at.append(i)
                    sign.append(direction)
                    prices.append(self._rules[soft[i]].penalty_per_unit or 0.0)
        slack = sp.csr_array((np.array(sign, float), (at, range(len(at)))), shape=(rows.shape[0], len(at)))
        cost = objectives[:, [self._penalty]] * np.array(prices, float)[None, :]
        objectives = objectives.copy()
        objectives[:, self._penalty] = 0.0
        return sp.csr_array(sp.hstack([rows, slack])), np.hstack([objectives, cost])


def _wishes(
    rows: sp.csr_array, lower: Floats, upper: Floats, objectives: Floats
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which columns some row or objective would like smaller, and which larger."""
    small = np.asarray((objectives > 0).any(axis=0))
    large = np.asarray((objectives < 0).any(axis=0))
    entries = rows.tocoo()
    capped, floored = np.isfinite(upper)[entries.row], np.isfinite(lower)[entries.row]
    positive = entries.data > 0
    np.logical_or.at(small, entries.col, (positive & capped) | (~positive & floored))
    np.logical_or.at(large, entries.col, (positive & floored) | (~positive & capped))
    return small, large


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Pyomo makes many small objects that live on; collecting while it does costs three times the building itself."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
