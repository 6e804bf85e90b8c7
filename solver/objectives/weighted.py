"""Weighted: one number made of several measures, each in its raw unit times a weight.

minimise   sum over terms of weight * measure        (a measure that is to be maximised enters with a minus sign)
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import pyomo.environ as pyo
from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

from solver.landscape import Landscape
from solver.objective import Objective
from solver.objectives.accessibility import Accessibility
from solver.objectives.adverse_outcomes import AdverseOutcomes
from solver.objectives.beyond_minutes import BeyondMinutes
from solver.objectives.changes import Changes
from solver.objectives.co2 import Co2
from solver.objectives.group_gap import GroupGap
from solver.objectives.largest_organisation_loss import LargestOrganisationLoss
from solver.objectives.operating_cost import OperatingCost
from solver.objectives.penalties import Penalties
from solver.objectives.sites import Sites
from solver.objectives.staff import Staff
from solver.objectives.tail_minutes import TailMinutes
from solver.objectives.transition_cost import TransitionCost
from solver.objectives.travel_time import TravelTime
from solver.objectives.worst_minutes import WorstMinutes
from solver.rule import Expression, Words

Measures = (
    Accessibility
    | AdverseOutcomes
    | BeyondMinutes
    | Changes
    | Co2
    | GroupGap
    | LargestOrganisationLoss
    | OperatingCost
    | Penalties
    | Sites
    | Staff
    | TailMinutes
    | TransitionCost
    | TravelTime
    | WorstMinutes
)
"""Every measure a table can ask to keep small; add a new one here."""
Measure = Annotated[Measures, Field(discriminator="objective")]


class Term(BaseModel):
    """One measure and its weight; written flat, as ``{"weight": 1, "objective": "travel_time"}``."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    weight: float = Field(description="Penalty points per unit of the measure.")
    measure: Measure

    @model_validator(mode="before")
    @classmethod
    def _from_flat(cls, given: object) -> object:
        if isinstance(given, dict) and "measure" not in given:
            return {
                "weight": given.get("weight"),
                "measure": {name: value for name, value in given.items() if name != "weight"},
            }
        return given

    @model_validator(mode="after")
    def _largest_of_several_is_kept_small(self) -> Term:
        if self.weight < 0 and self.measure.only_small:
            raise ValueError(f"{self.measure.objective} can only be kept small: give it a weight of at least 0")
        return self

    @model_serializer
    def _to_flat(self) -> dict[str, object]:
        return {"weight": self.weight, **self.measure.model_dump(mode="json", exclude={"tolerance"}, exclude_none=True)}


class Weighted(Objective):
    """A weighted sum of measures, each in its raw unit."""

    objective: Literal["weighted"] = "weighted"
    unit: ClassVar[str] = "weighted"
    terms: tuple[Term, ...] = Field(min_length=1, description="Measures, each with its weight.")

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """Each term keeps its auxiliary rows on a block of its own."""
        total: Expression = 0.0
        for position, term in enumerate(self.terms):
            own = pyo.Block(concrete=True)
            b.add_component(f"term_{position + 1}", own)
            total += term.weight * term.measure.build(own, m, land)
        return total
