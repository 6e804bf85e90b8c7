"""Capacity (capaciteit): a site treats no more cases of a care type than it can.

    for every site s, care type k, period t with a known capacity:   volume[s,k,t] <= factor * capacity[s,k,t] * offers[s,k,t]

Present and hard for every care type of a scenario unless a capacity rule for that care type says otherwise. Sites outside the region are bound as well.
Unit: cases/year. Example: an operating theatre that takes 1,200 hips a year, or with factor 1.1 ten per cent more.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape
from solver.rule import Rule, Words, require


class Capacity(Rule):
    """No more cases than the capacity, times a factor."""

    rule: Literal["capacity"] = "capacity"
    factor: float = Field(default=1.0, ge=0, description="The capacity counts so many times.")

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One row per pair whose capacity is known."""
        for k in self.which(land):
            for t in self.when(land):
                for s in map(int, np.flatnonzero(np.isfinite(land.capacity[:, k, t]) & land.may_offer[:, k])):
                    limit = self.factor * float(land.capacity[s, k, t])
                    index = (land.site_ids[s], land.care_types[k], land.periods[t])
                    require(b, "within_capacity", index, m.volume[s, k, t] <= limit * m.offers[s, k, t])
