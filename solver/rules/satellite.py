"""Satellite: a site offers a care type only under the wing of a parent, and with a norm of its own.

    for every site s of the region that is not the parent, period t:
    offers[s,k,t] <= offers[p,k,t]                                  where the parent p is a site
    offers[s,k,t] <= sum over sites s' of offers[s',p,t]            where the parent p is a care type
    volume[s,k,t] >= at_least * offers[s,k,t]

A breach counts 1 per site without its parent, and cases/year below the norm. Example: an outpatient branch of an oncology centre with at least 20 cases.
"""

from __future__ import annotations

from typing import Literal

import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape
from solver.rule import Expression, Rule, Words, require


class Satellite(Rule):
    """Nobody offers a care type without its parent."""

    rule: Literal["satellite"] = "satellite"
    care_type: str | tuple[str, ...] = Field(description="Care type of the satellites, a list of them, or * for each.")
    parent: str = Field(description="care_type_id or site_id that must be there.")
    at_least: float | None = Field(default=None, ge=0, description="Fewest cases of a satellite [cases/year].")

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One or two rows per satellite."""
        by_care_type = self.parent in land.care_types or self.parent in land.offered_elsewhere
        mother = None if by_care_type else land.site_ids.index(self.parent)
        for k in self.which(land):
            for s in (s for s in range(len(land.site_ids)) if land.choosable()[s, k] and s != mother):
                for t in self.when(land):
                    index = (land.site_ids[s], land.periods[t])
                    there = m.offers[mother, k, t] if mother is not None else self._anywhere(m, land, t)
                    require(b, "has_its_parent", index, m.offers[s, k, t] <= there)
                    if self.at_least is not None:
                        enough = m.volume[s, k, t] >= self.at_least * m.offers[s, k, t]
                        require(b, "reaches_its_norm", index, enough)

    def _anywhere(self, m: Words, land: Landscape, t: int) -> Expression:
        if self.parent in land.offered_elsewhere:
            return m.nothing + int(land.offered_elsewhere[self.parent].any())
        parent = land.care_types.index(self.parent)
        return sum((m.offers[s, parent, t] for s in range(len(land.site_ids))), m.nothing)
