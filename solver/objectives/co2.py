"""CO2: what the trips of patients emit, there and back.

minimise   sum over care types k, periods t of   2 * kg_per_km[mode of k] * kilometres[k,t]

kilometres[k,t] = sum over areas a of the region, sites s of cases[a,s,k,t] * km[a,s]. Unit: kg/year. Example: 0.15 kg a km by car.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Words


class Co2(Objective):
    """Kilograms a year."""

    objective: Literal["co2"] = "co2"
    unit: ClassVar[str] = "kg/year"
    kg_per_km: Mapping[str, float] = Field(min_length=1, description="Mode -> what a kilometre emits [kg/km].")

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """Each care type by its own mode."""
        total: Expression = m.nothing
        for k, behaviour in enumerate(land.behaviours):
            for t in range(len(land.periods)):
                total += 2 * float(self.kg_per_km[behaviour.mode]) * m.kilometres[k, t]
        return total
