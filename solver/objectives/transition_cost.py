"""Transition cost: what it costs once to get from today's landscape to the plan.

    minimise   sum over sites s of the region, periods t of   location_closing[s] * leaves[s,t]
             + sum over care types k of ( opening[s,k] * opens[s,k,t] + closing[s,k] * closes[s,k,t] )
             + what steps of stock cost that a resource limit buys in t

Each period against the one before, the first against today; a location is left when the last thing it offers closes. Unit: EUR.
Example: closing an emergency department costs 4 million EUR once.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo

from solver.landscape import Landscape
from solver.money import transition_eur
from solver.objective import Objective
from solver.rule import Expression, Words


class TransitionCost(Objective):
    """EUR once."""

    objective: Literal["transition_cost"] = "transition_cost"
    unit: ClassVar[str] = "EUR"
    only_small: ClassVar[bool] = True

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """Columns that the data do not have cost nothing."""
        return sum(transition_eur(m, land, t) for t in range(len(land.periods)))
