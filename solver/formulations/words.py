"""The words of a model over Pyomo: each quantity that rules and objectives speak of is a variable from when it is first spoken of.

Their number does not grow with the number of areas. What a quantity amounts to, area by area, is defined by the body (compact.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyomo.environ as pyo

from solver.landscape import Landscape, People, Reach
from solver.rule import Expression, Quantity

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
