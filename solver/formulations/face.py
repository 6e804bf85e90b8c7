"""The face of a model: the few quantities that rules and objectives speak of, in Pyomo, compiled once to a sparse matrix.

Its size does not grow with the number of areas. What a quantity amounts to, area by area, is defined by the body (compact.py).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from numpy.typing import NDArray
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from solver.landscape import Landscape, People, Reach
from solver.objective import Objective
from solver.rule import Expression, ImpossibleRule, Quantity, Rule

Floats = NDArray[np.float64]
CORE = -1
"""Number of the rows that are true in every scenario."""
PLAIN_KINDS = ("volume", "travel", "worst", "kilometres", "accessibility")
KINDS = (*PLAIN_KINDS, "beyond", "covered", "group_minutes", "tail")
"""Kinds of quantities that a body defines; plain ones are told apart by their indices alone."""
ALL_TOGETHER = -1
"""In place of a care type, for a quantity that looks at all of them at once."""


@dataclass(frozen=True)
class Asked:
    """A quantity that somebody used: its kind, its indices, and what else the question says.

    Kinds by care type and period: volume (by site too), travel, worst, kilometres, accessibility, beyond and covered (with ``max_minutes``, ``reach``,
    ``group``; covered with ``n``), group_minutes (with ``people``). Kind tail (with ``share``) is of all care types together: k is ALL_TOGETHER.
    """

    kind: str
    k: int
    t: int
    s: int = -1
    max_minutes: float = 0.0
    reach: Reach = field(default_factory=Reach)
    group: str | None = None
    n: int = 0
    people: People | None = None
    share: float = 0.0


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


class _Lazy:
    """A quantity whose variables appear when first spoken of."""

    def __init__(self, make: Callable[..., Expression]) -> None:
        self._make = make
        self._known: dict[tuple[int, ...], Expression] = {}

    def __getitem__(self, index: tuple[int, ...]) -> Expression:
        if index not in self._known:
            self._known[index] = self._make(*index)
        return self._known[index]


class Face:
    """The words of the model (see rule.Words) over a Pyomo model."""

    def __init__(self, land: Landscape) -> None:
        self._land = land
        self.model = pyo.ConcreteModel()
        self.model.core = pyo.Block()
        for name in (
            "opens_or_closes",
            "only_what_is_offered",
            "only_what_was_not",
            "leaves_what_it_was",
            "steps_bought",
        ):
            self.model.core.add_component(name, pyo.ConstraintList())
        for name in ("offers", "opens", "closes", "present", "leaves", "steps_eur", *KINDS):
            self.model.add_component(name, pyo.Var(pyo.Any, dense=False))
        self.model.penalty = pyo.Var(bounds=(0, None))
        self.model.never = pyo.Var(bounds=(0, 0))
        self.model.always = pyo.Var(bounds=(1, 1))
        self._choosable = land.choosable()
        self._always = land.always_open()
        self.offer_variables: dict[tuple[int, int, int], Any] = {}
        self.asked: dict[Asked, Any] = {}
        self.offers: Quantity = _Lazy(self._offers)
        self.opens: Quantity = _Lazy(lambda s, k, t: self._change(s, k, t)[0])
        self.closes: Quantity = _Lazy(lambda s, k, t: self._change(s, k, t)[1])
        self.present: Quantity = _Lazy(self._present)
        self.volume: Quantity = _Lazy(self._volume)
        self.leaves: Quantity = _Lazy(self._leaves)
        self.travel: Quantity = _Lazy(lambda k, t: self._ask(Asked("travel", k, t)))
        self.worst: Quantity = _Lazy(lambda k, t: self._ask(Asked("worst", k, t)))
        self.kilometres: Quantity = _Lazy(lambda k, t: self._ask(Asked("kilometres", k, t)))
        self.accessibility: Quantity = _Lazy(lambda k, t: self._ask(Asked("accessibility", k, t)))
        self._bought: dict[int, list[Expression]] = {}
        _, S, K, T = land.shape
        for k, s, t in ((k, s, t) for k in range(K) for s in range(S) for t in range(T)):
            self._offers(s, k, t)  # every decision is a column, spoken of or not

    @property
    def penalty(self) -> Expression:
        """The sum of soft breaches times their penalty."""
        return self.model.penalty

    def beyond(self, max_minutes: float, reach: Reach, group: str | None) -> Quantity:
        """Inhabitants whose nearest offering site is beyond reach."""
        return _Lazy(lambda k, t: self._ask(Asked("beyond", k, t, max_minutes=max_minutes, reach=reach, group=group)))

    def covered(self, n: int, max_minutes: float, reach: Reach, group: str | None) -> Quantity:
        """Inhabitants with at least n offering sites within reach."""
        return _Lazy(
            lambda k, t: self._ask(Asked("covered", k, t, max_minutes=max_minutes, reach=reach, group=group, n=n))
        )

    def group_minutes(self, people: People) -> Quantity:
        """Case-minutes of some of the inhabitants."""
        return _Lazy(lambda k, t: self._ask(Asked("group_minutes", k, t, people=people)))

    def tail(self, share: float, t: int) -> Expression:
        """Mean minutes of the longest trips."""
        return self._ask(Asked("tail", ALL_TOGETHER, t, share=share))

    @property
    def nothing(self) -> Expression:
        """0, as an expression."""
        return self.model.never

    def buy(self, t: int, eur: Expression) -> None:
        """Steps of stock are bought in period t."""
        self._bought.setdefault(t, []).append(eur)

    def settle(self) -> None:
        """Add up what was bought, once every rule has spoken."""
        for t, total in self.model.steps_eur.items():
            self.model.core.steps_bought.add(total == sum(self._bought.get(t, []), self.nothing))

    def steps_eur(self, t: int) -> Expression:
        """What the steps bought in period t cost."""
        total = self.model.steps_eur[t]
        total.setlb(0)
        return total

    def _name(self, s: int, k: int, t: int) -> tuple[str, str, str]:
        return self._land.site_ids[s], self._land.care_types[k], self._land.periods[t]

    def _offers(self, s: int, k: int, t: int) -> Expression:
        if self._always[s, k]:
            return self.model.always
        if not self._choosable[s, k]:
            return self.model.never
        if (s, k, t) not in self.offer_variables:
            variable = self.model.offers[self._name(s, k, t)]
            variable.domain = pyo.Binary
            self.offer_variables[s, k, t] = variable
        return self.offer_variables[s, k, t]

    def _change(self, s: int, k: int, t: int) -> tuple[Expression, Expression]:
        now = self.offers[s, k, t]
        never = self.model.never
        if (s, k, t) not in self.offer_variables:
            return never, never
        if t == 0:
            return (never, 1 - now) if self._land.offered_today[s, k] else (now, never)
        name = self._name(s, k, t)
        before = self.offers[s, k, t - 1]
        opens, closes = self.model.opens[name], self.model.closes[name]
        if opens.ub is None:
            core = self.model.core
            for variable in (opens, closes):
                variable.setlb(0)
                variable.setub(1)
            core.opens_or_closes.add(opens - closes == now - before)
            core.only_what_is_offered.add(opens <= now)
            core.only_what_was_not.add(opens <= 1 - before)
        return opens, closes

    def _present(self, s: int, t: int) -> Expression:
        land = self._land
        care_types = range(len(land.care_types))
        if any(self._always[s, k] for k in care_types) or (land.busy_elsewhere is not None and land.busy_elsewhere[s]):
            return self.model.always
        pairs = [self.offer_variables[s, k, t] for k in care_types if (s, k, t) in self.offer_variables]
        if len(pairs) <= 1:
            return pairs[0] if pairs else self.model.never
        name = land.site_ids[s], land.periods[t]
        present = self.model.present[name]
        present.setlb(0)
        present.setub(1)
        core = self.model.core
        for pair in pairs:
            core.only_what_is_offered.add(pair <= present)
        core.only_what_is_offered.add(present <= sum(pairs))
        return present

    def _leaves(self, s: int, t: int) -> Expression:
        land, now = self._land, self.present[s, t]
        if t == 0:
            elsewhere = land.busy_elsewhere is not None and land.busy_elsewhere[s]
            return 1 - now if elsewhere or land.offered_today[s].any() else self.model.never
        leaves, before = self.model.leaves[land.site_ids[s], land.periods[t]], self.present[s, t - 1]
        if leaves.ub is None:
            leaves.setlb(0)
            leaves.setub(1)
            for claim in (leaves >= before - now, leaves <= before, leaves <= 1 - now):
                self.model.core.leaves_what_it_was.add(claim)
        return leaves

    def _volume(self, s: int, k: int, t: int) -> Expression:
        if not (self._always[s, k] or self._choosable[s, k]):
            return self.model.never
        return self._ask(Asked("volume", k, t, s=s))

    def _ask(self, asked: Asked) -> Expression:
        if asked not in self.asked:
            index = (asked.s, asked.k, asked.t) if asked.kind in PLAIN_KINDS else asked
            variable = self.model.component(asked.kind)[index]
            if asked.kind != "accessibility":
                variable.setlb(0)
            self.asked[asked] = variable
        return self.asked[asked]


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
