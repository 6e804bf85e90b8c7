"""Capacity (capaciteit): a site treats no more cases of a care type than it can, or buys more room in steps.

    for every site s, care type k, period t with a known capacity:
    volume[s,k,t] <= factor * capacity[s,k,t] * offers[s,k,t] + step * bought[s,k,t],   bought[s,k,t] >= bought[s,k,t-1] whole steps at ``step_cost_eur`` each

Present and hard for every care type of a scenario unless a capacity rule for that care type says otherwise. Sites outside the region are bound as well, and buy
nothing. Unit: cases/year. Steps make up any shortage; their cost is part of the transition cost. Example: an operating theatre that takes 1,200 hips a year,
with factor 1.1 ten per cent more, or with step 400 and step_cost_eur 2,000,000 another theatre for every 400 beyond.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pyomo.environ as pyo
from pydantic import Field, model_validator

from solver.landscape import Landscape
from solver.rule import Expression, Rule, Words, define, own, require


class Capacity(Rule):
    """No more cases than the capacity, times a factor, and the room bought in steps."""

    rule: Literal["capacity"] = "capacity"
    factor: float = Field(default=1.0, ge=0, description="The capacity counts so many times.")
    step: float | None = Field(
        default=None, gt=0, description="What is short is bought in whole steps of so much [cases/year]."
    )
    step_cost_eur: float = Field(default=0.0, ge=0, description="What one step costs, once [EUR].")

    @model_validator(mode="after")
    def _a_cost_needs_a_step(self) -> Capacity:
        if self.step is None and self.step_cost_eur > 0:
            raise ValueError("step_cost_eur needs step")
        return self

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One row per pair whose capacity is known, and one more per step that stays."""
        for k in self.which(land):
            before: dict[int, Expression] = {}
            for t in self.when(land):
                for s in map(int, np.flatnonzero(np.isfinite(land.capacity[:, k, t]) & land.may_offer[:, k])):
                    limit = self.factor * float(land.capacity[s, k, t])
                    index = (land.site_ids[s], land.care_types[k], land.periods[t])
                    if self.step is None or not land.site_in_region[s]:
                        require(b, "within_capacity", index, m.volume[s, k, t] <= limit * m.offers[s, k, t])
                    else:
                        steps = self._bought(b, m, land, (s, k, t), before.get(s, m.nothing))
                        before[s] = steps
                        room = limit * m.offers[s, k, t] + self.step * steps
                        define(b, "within_what_is_bought", index, m.volume[s, k, t] <= room)

    def _bought(
        self, b: pyo.Block, m: Words, land: Landscape, pair: tuple[int, int, int], earlier: Expression
    ) -> Expression:
        """The steps a pair has in a period, no fewer than before; says what the new ones cost."""
        assert self.step is not None
        s, k, t = pair
        index = (land.site_ids[s], land.care_types[k], land.periods[t])
        most = max(land.most_cases([s], k, period) for period in range(len(land.periods)))
        steps = own(b, "steps", index, upper=math.ceil(most / self.step) + 1, integer=True)
        define(b, "steps_stay", index, steps >= earlier)
        m.buy(t, self.step_cost_eur * (steps - earlier))
        return steps
