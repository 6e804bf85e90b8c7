"""Organisation balance: every organisation keeps at least a share of its revenue, staff or cases of today.

    for every organisation o, period t:   measure[o,t] >= at_least_share * measure[o] of today's landscape with the cases of t

Sites of the region, care types of the scenario. revenue [EUR/year] = sum of revenue_per_case * volume; staff = what is used of one resource, or of all
counted in fte; cases [cases/year] = sum of volumes. Example: whoever loses complex care keeps 90 % of its revenue by receiving basic care.
"""

from __future__ import annotations

from typing import Literal

import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape
from solver.rule import Rule, Words, require
from solver.worth import Worth, organisations


class OrganisationBalance(Rule):
    """Nobody loses more than a share of what it has today."""

    rule: Literal["organisation_balance"] = "organisation_balance"
    measure: Literal["revenue", "staff", "cases"] = Field(default="revenue", description="What is kept.")
    at_least_share: float = Field(ge=0, description="Share of today's that is kept.")
    resource: str | None = Field(
        default=None, description="resource_id, for measure staff; all resources counted in fte when left out."
    )

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One row per organisation that has something to lose."""
        worth, care_types = Worth.of(land, self.measure, self.resource), list(self.which(land))
        for organisation, sites in organisations(land).items():
            for t in self.when(land):
                today = sum(worth.today(land, s, k, t) for s in sites for k in care_types)
                if today > 0:
                    kept = worth.planned(m, land, sites, care_types, t)
                    require(b, "keeps_its_share", (organisation, land.periods[t]), kept >= self.at_least_share * today)
