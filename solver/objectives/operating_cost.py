"""Operating cost: what the landscape costs a year, by location, by what it offers and by case.

    minimise   sum over sites s, periods t of   location_fixed[s] * present[s,t]
             + sum over care types k of ( fixed[s,k,t] * offers[s,k,t] + variable[s,k,t] * volume[s,k,t] )

Sites of the region only. A location is paid once if it offers anything, care types outside the scenario as today included; those are in no other cost.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo

from solver.landscape import Landscape
from solver.money import operating_eur
from solver.objective import Objective
from solver.rule import Expression, Words


class OperatingCost(Objective):
    """EUR a year."""

    objective: Literal["operating_cost"] = "operating_cost"
    unit: ClassVar[str] = "EUR/year"

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """Columns that the data do not have cost nothing."""
        return sum(operating_eur(m, land, t) for t in range(len(land.periods)))
