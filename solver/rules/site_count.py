"""Site count: exactly, at least or at most so many sites offer a care type; without a care type, so many sites offer anything.

for every period t:   at_least <= sum over sites s in the region of offers[s,k,t] <= at_most

Without a care type present[s,t] is counted, care types outside the scenario as today. Unit: sites. Example: seven of the fourteen sites keep acute obstetrics.
"""

from __future__ import annotations

from typing import Literal

import pyomo.environ as pyo
from pydantic import Field, model_validator

from solver.landscape import Landscape
from solver.rule import Rule, Words, require


class SiteCount(Rule):
    """How many sites offer a care type, in the whole region or in one of its regions."""

    rule: Literal["site_count"] = "site_count"
    exactly: int | None = Field(default=None, ge=0, description="So many sites, no more and no fewer [sites].")
    at_least: int | None = Field(default=None, ge=0, description="Fewest sites [sites].")
    at_most: int | None = Field(default=None, ge=0, description="Most sites [sites].")
    region: str | None = Field(default=None, description="Count only the member sites of this region_id.")

    @model_validator(mode="after")
    def _has_a_limit(self) -> SiteCount:
        if self.exactly is None and self.at_least is None and self.at_most is None:
            raise ValueError("a site count needs exactly, at_least or at_most")
        return self

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One row per limit and period."""
        members = range(len(land.site_ids)) if self.region is None else land.regions[self.region]
        sites = [s for s in members if land.site_in_region[s]]
        for t in self.when(land):
            if self.care_type is None:
                count = sum((m.present[s, t] for s in sites), m.nothing)
            else:
                count = sum((m.offers[s, k, t] for k in self.which(land) for s in sites), m.nothing)
            index = land.periods[t]
            if self.exactly is not None:
                require(b, "exactly", index, count == self.exactly)
            if self.at_least is not None:
                require(b, "at_least", index, count >= self.at_least)
            if self.at_most is not None:
                require(b, "at_most", index, count <= self.at_most)
