"""Operating cost: what the landscape costs a year, by location, by what it offers and by case.

    minimise   sum over sites s, periods t of   location_fixed[s] * present[s,t]
             + sum over care types k of ( fixed[s,k,t] * offers[s,k,t] + variable[s,k,t] * volume[s,k,t] )

Sites of the region only. A location is paid once if it offers anything, care types outside the scenario as today included; those are in no other cost.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo

from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Words


class OperatingCost(Objective):
    """EUR a year."""

    objective: Literal["operating_cost"] = "operating_cost"
    unit: ClassVar[str] = "EUR/year"

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """Columns that the data do not have cost nothing."""
        _, S, K, T = land.shape
        cost: Expression = 0.0
        for s in range(S):
            if not land.site_in_region[s]:
                continue
            for t in range(T):
                if land.location_fixed_eur is not None and land.location_fixed_eur[s] != 0:
                    cost += float(land.location_fixed_eur[s]) * m.present[s, t]
                for k in range(K):
                    if land.fixed_eur is not None and land.fixed_eur[s, k, t] != 0:
                        cost += float(land.fixed_eur[s, k, t]) * m.offers[s, k, t]
                    if land.variable_eur is not None and land.variable_eur[s, k, t] != 0:
                        cost += float(land.variable_eur[s, k, t]) * m.volume[s, k, t]
        return cost
