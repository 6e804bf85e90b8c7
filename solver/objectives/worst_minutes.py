"""Worst minutes: the longest trip of anyone with a case, over areas with demand, care types and periods.

minimise   max over care types k, periods t of worst[k,t]
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo

from solver.landscape import Landscape
from solver.objective import Objective, largest
from solver.rule import Expression, Words


class WorstMinutes(Objective):
    """Minutes of the longest trip."""

    objective: Literal["worst_minutes"] = "worst_minutes"
    only_small: ClassVar[bool] = True
    unit: ClassVar[str] = "minutes"

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """The largest of all care types and periods."""
        _, _, K, T = land.shape
        return largest(b, "longest_trip", [m.worst[k, t] for k in range(K) for t in range(T)])
