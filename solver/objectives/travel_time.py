"""Travel time (reistijd): the minutes all cases of the region travel, one way, summed.

minimise   sum over care types k, periods t of travel[k,t],   travel[k,t] = sum over areas a, sites s of cases[a,s,k,t] * minutes[a,s]
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo

from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Words


class TravelTime(Objective):
    """Case-minutes a year."""

    objective: Literal["travel_time"] = "travel_time"
    unit: ClassVar[str] = "case-minutes/year"

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """Summed over care types and periods."""
        _, _, K, T = land.shape
        return sum(m.travel[k, t] for k in range(K) for t in range(T))
