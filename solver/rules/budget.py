"""Budget: what a year costs to run, or what it costs to get there, stays within so many euros.

    for every period t:   cost[t] <= at_most_eur,      or with ``period: total``:   sum over periods t of cost[t] <= at_most_eur

cost is the operating cost [EUR/year] or the transition cost [EUR]; of one care type alone, without locations and steps of stock, when the rule names one.
Example: one-off transition money of 10 million EUR in all.
"""

from __future__ import annotations

from typing import Literal

import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape
from solver.money import operating_eur, transition_eur
from solver.rule import Rule, Words, require


class Budget(Rule):
    """Operating or transition cost within a budget."""

    rule: Literal["budget"] = "budget"
    at_most_eur: float = Field(ge=0, description="The budget [EUR, or EUR/year for operating cost].")
    scope: Literal["operating", "transition"] = Field(
        default="operating", description="What is paid: running the landscape, or changing it."
    )
    period: Literal["total"] | None = Field(
        default=None, description="total: all periods together; each period apart when left out."
    )

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One row per period, or one for all."""
        eur = operating_eur if self.scope == "operating" else transition_eur
        one = None if self.care_type is None else next(self.which(land))
        cost = {land.periods[t]: eur(m, land, t, one) for t in self.when(land)}
        if self.period == "total":
            cost = {"total": sum(cost.values(), m.nothing)} if cost else {}
        for period, spent in cost.items():
            require(b, "within_budget", period, spent <= self.at_most_eur)
