"""Penalties: the breaches of soft rules, each in its limit's unit, times their price.

minimise   sum over soft rules r of penalty_per_unit[r] * sum over subjects and periods of the breach
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo

from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Words


class Penalties(Objective):
    """Penalty points of soft rules; comes first unless the scenario lists it elsewhere."""

    objective: Literal["penalties"] = "penalties"
    only_small: ClassVar[bool] = True
    unit: ClassVar[str] = "penalty"

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """The model keeps the sum itself."""
        return m.penalty
