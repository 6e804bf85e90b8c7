"""Staff: how much of a resource the region's sites use, to be ready and for each case.

minimise   sum over sites s of the region, care types k, periods t of   per_open_site[k] * offers[s,k,t] + per_case[k] * volume[s,k,t]

Unit: the resource's, such as fte. Example: 24 fte to keep four intensive care units ready, and 1/60 fte for each of 1,200 cases.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Words
from solver.worth import Worth


class Staff(Objective):
    """Use of one resource."""

    objective: Literal["staff"] = "staff"
    unit: ClassVar[str] = "resource"
    resource: str = Field(description="resource_id.")

    def unit_in(self, land: Landscape) -> str:
        """The resource's own unit."""
        return land.resources[self.resource].unit

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """Summed over sites, care types and periods."""
        _, S, K, T = land.shape
        use = Worth.use(land, land.resources[self.resource])
        return sum(use.planned(m, land, range(S), range(K), t) for t in range(T))
