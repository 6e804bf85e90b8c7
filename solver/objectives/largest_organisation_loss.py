"""Largest organisation loss: the share that the hardest hit organisation loses of its revenue, staff or cases of today.

minimise   max over organisations o, periods t of   (today[o,t] - plan[o,t]) / today[o,t],   at least 0

today[o,t] is today's landscape with the cases of t; organisations without any today cannot lose. Unit: share.
Example: 0.12 when the university centre loses 12 % of its revenue and nobody loses more.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Words, own, require
from solver.worth import Worth, organisations


class LargestOrganisationLoss(Objective):
    """What the hardest hit organisation loses."""

    objective: Literal["largest_organisation_loss"] = "largest_organisation_loss"
    unit: ClassVar[str] = "share"
    only_small: ClassVar[bool] = True
    measure: Literal["revenue", "staff", "cases"] = Field(default="revenue", description="What is lost.")
    resource: str | None = Field(
        default=None, description="resource_id, for measure staff; all resources counted in fte when left out."
    )

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """One row per organisation and period."""
        _, _, K, T = land.shape
        worth = Worth.of(land, self.measure, self.resource)
        largest = own(b, "largest_loss", 0, upper=None)
        for organisation, sites in organisations(land).items():
            for t in range(T):
                today = sum(worth.today(land, s, k, t) for s in sites for k in range(K))
                if today > 0:
                    plan = worth.planned(m, land, sites, range(K), t)
                    require(b, "loses_no_more", (organisation, land.periods[t]), largest >= 1 - plan / today)
        return largest
