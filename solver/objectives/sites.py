"""Sites: how many pairs of site and care type are offered, summed over periods.

minimise   sum over sites s of the region, care types k, periods t of offers[s,k,t]
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo

from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Words


class Sites(Objective):
    """Offered pairs."""

    objective: Literal["sites"] = "sites"
    unit: ClassVar[str] = "sites"

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """Summed over the region's sites, care types and periods."""
        _, S, K, T = land.shape
        inside = [s for s in range(S) if land.site_in_region[s]]
        return sum(m.offers[s, k, t] for s in inside for k in range(K) for t in range(T))
