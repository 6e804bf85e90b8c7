"""A rule: one policy norm as a frozen value that writes its own rows, and the words it may use to do so."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, Protocol

import pyomo.environ as pyo
from pydantic import BaseModel, ConfigDict, Field, model_validator

from solver.landscape import Landscape, People, Reach

Expression = Any
"""A linear Pyomo expression, or the number 0 for a sum of nothing."""


class Quantity(Protocol):
    """One word of the model: a number for every combination of its indices."""

    def __getitem__(self, index: tuple[int, ...]) -> Expression:
        """The quantity at one index, such as ``m.volume[s, k, t]``."""


class Words(Protocol):
    """What rules and objectives may say about a plan, in every formulation alike.

    Every quantity is exact both ways unless its line says *lower*: then it may lie above the truth and only rows that keep it small may use it.
    Pairs that can never be offered are always 0. Indices: site s, care type k, period t.
    """

    offers: Quantity
    """[s,k,t] 1 if site s offers care type k in period t."""
    opens: Quantity
    """[s,k,t] 1 if the pair is offered in period t and was not before (the first period against today)."""
    closes: Quantity
    """[s,k,t] 1 if the pair was offered before period t and no longer is."""
    present: Quantity
    """[s,t] 1 if the site offers anything at all, care types outside the scenario as today."""
    leaves: Quantity
    """[s,t] 1 if the site offered something before period t and offers nothing any more."""
    volume: Quantity
    """[s,k,t] cases of the pair, those from outside the data included [cases/year]."""
    travel: Quantity
    """[k,t] case-minutes travelled by the region's inhabitants [case-minutes/year]."""
    worst: Quantity
    """[k,t] *lower*: the longest trip of anyone in the region with a case [minutes]."""

    kilometres: Quantity
    """[k,t] km travelled one way by the region's inhabitants, in the care type's mode [case-km/year]."""
    accessibility: Quantity
    """[k,t] choice within reach, summed over the region's cases: cases x ln(sum of weights) / weight_per_minute [case-minutes/year]."""

    @property
    def nothing(self) -> Expression:
        """0, as an expression: where the sum of nothing begins."""

    @property
    def penalty(self) -> Expression:
        """*lower*: the sum of all soft breaches times their penalty."""

    def beyond(self, max_minutes: float, reach: Reach, group: str | None) -> Quantity:
        """[k,t] inhabitants of the region whose nearest offering site is beyond reach [inhabitants]."""

    def covered(self, n: int, max_minutes: float, reach: Reach, group: str | None) -> Quantity:
        """[k,t] inhabitants of the region with at least n offering sites within reach, n 1 or 2 [inhabitants]."""

    def group_minutes(self, people: People) -> Quantity:
        """[k,t] case-minutes travelled by some of the inhabitants of the region [case-minutes/year]."""

    def tail(self, share: float, t: int) -> Expression:
        """*lower*: mean minutes of the share of the region's cases that travel longest in period t, over all care types [minutes]."""

    def steps_eur(self, t: int) -> Expression:
        """*lower*: what the steps of stock and capacity bought in period t cost [EUR]."""

    def buy(self, t: int, eur: Expression) -> None:
        """Say that steps of stock or capacity are bought in period t for so much [EUR]."""


class ImpossibleRule(Exception):
    """A rule that no plan can satisfy, known before any solving."""


class Rule(BaseModel, ABC):
    """One policy norm. ``build`` writes rows on its own block and touches nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(
        default="",
        max_length=300,
        description="Name of the rule in this scenario; made up from kind and position when left out.",
    )
    care_type: str | tuple[str, ...] | None = Field(
        default=None,
        description="Care type the rule speaks of, a list of them, or * for each; absent where it speaks of all together.",
    )
    periods: tuple[str, ...] = Field(default=(), description="Periods in which it binds; all when left out.")
    hardness: Literal["hard", "soft", "report"] = Field(
        default="hard", description="hard: must hold; soft: costs a penalty; report: only shown."
    )
    penalty_per_unit: float | None = Field(
        default=None, ge=0, description="Penalty per unit of breach of a soft rule, in the limit's unit."
    )
    valid_from: date | None = Field(
        default=None, description="First day on which it binds; periods starting before are free."
    )
    valid_to: date | None = Field(default=None, description="Last day on which it binds.")
    source: str | None = Field(default=None, description="Where the norm comes from.")
    reason: str | None = Field(default=None, description="Why it is here.")
    party: str | None = Field(default=None, description="Who asked for it or promised it.")

    @model_validator(mode="after")
    def _soft_rules_have_a_price(self) -> Rule:
        if self.hardness == "soft" and self.penalty_per_unit is None:
            raise ValueError("a soft rule needs penalty_per_unit")
        return self

    @abstractmethod
    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """Write the rule's rows on block ``b``. Raises ImpossibleRule when no plan can satisfy it."""

    def when(self, land: Landscape) -> Iterator[int]:
        """The periods in which the rule binds, as indices."""
        return (t for t, period in enumerate(land.periods) if period in self.periods)

    def which(self, land: Landscape) -> Iterator[int]:
        """The care types the rule speaks of, as indices: its own, or all of the scenario."""
        named = (self.care_type,) if isinstance(self.care_type, str) else self.care_type
        return (k for k, care_type in enumerate(land.care_types) if named is None or care_type in named)


def require(b: pyo.Block, name: str, index: object, claim: Expression) -> None:
    """Add one row, a claim such as ``m.volume(s, k, t) >= 50 * m.offers(s, k, t)``, to a block under a name a planner could read.

    A claim about an empty sum is a plain truth value: true needs no row, false makes the rule impossible.
    Raises ImpossibleRule.
    """
    if isinstance(claim, bool):
        if not claim:
            raise ImpossibleRule(f"{name} {index} speaks of nothing that could satisfy it")
        return
    rows = b.component(name)
    if rows is None:
        rows = pyo.Constraint(pyo.Any)
        b.add_component(name, rows)
    rows.add(index, claim)


def own(b: pyo.Block, name: str, index: object, *, upper: float | None = 1.0, integer: bool = False) -> Expression:
    """A variable of the rule's own between 0 and ``upper``, made when first asked for."""
    variables = b.component(name)
    if variables is None:
        variables = pyo.Var(pyo.Any, dense=False)
        b.add_component(name, variables)
    variable = variables[index]
    if variable.lb is None:
        variable.setlb(0)
        variable.setub(upper)
        if integer:
            variable.domain = pyo.Integers
    return variable


def define(b: pyo.Block, name: str, index: object, claim: Expression) -> None:
    """Add one row that says what an auxiliary variable of the rule means. Such a row always holds, also where the rule is soft.

    Raises ImpossibleRule.
    """
    meaning = b.component("meaning")
    if meaning is None:
        meaning = pyo.Block(concrete=True)
        b.add_component("meaning", meaning)
    require(meaning, name, index, claim)
