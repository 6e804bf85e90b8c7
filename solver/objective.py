"""An objective: what a plan should have little of, as a frozen value that says it in the words of the model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import pyomo.environ as pyo
from pydantic import BaseModel, ConfigDict, Field

from solver.landscape import Landscape
from solver.rule import Expression, Words


class Objective(BaseModel, ABC):
    """One measure to minimise. In an ordered list each earlier one is held at its value plus ``tolerance`` (relative)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    unit: ClassVar[str]
    only_small: ClassVar[bool] = False
    """The model holds it from below only, as the largest of several: nothing may reward a larger value."""

    tolerance: float = Field(
        default=0.0, ge=0, description="How much worse it may become for the sake of later objectives, relative."
    )

    def unit_in(self, land: Landscape) -> str:
        """The unit of the measure for a landscape."""
        return self.unit

    @abstractmethod
    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """The measure as an expression to minimise; auxiliary rows and variables go on block ``b``."""


def largest(b: pyo.Block, name: str, values: list[Expression]) -> Expression:
    """The largest of some expressions, from below: a variable of the block's own unless there is only one."""
    if len(values) == 1:
        return values[0]
    top = pyo.Var()
    b.add_component(name, top)
    rows = pyo.ConstraintList()
    b.add_component(f"{name}_of_all", rows)
    for value in values:
        rows.add(top >= value)
    return top
