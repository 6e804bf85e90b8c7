"""Lock (vastgelegd besluit): a site must offer a care type, must not, or stays as today, by somebody's word and for a reason.

open: offers[s,k,t] = 1      closed: offers[s,k,t] = 0      as_today: offers[s,k,t] = offered_today[s,k]

Sites outside the region stay as they are whatever a lock says. A breach counts 1 per period. Example: a site stays open for thirty years by promise.
"""

from __future__ import annotations

from typing import Literal

import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape
from solver.rule import Rule, Words, require


class Lock(Rule):
    """One site's state, fixed."""

    rule: Literal["lock"] = "lock"
    site: str = Field(description="site_id.")
    state: Literal["open", "closed", "as_today"] = Field(description="Offers it, does not, or as today.")

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One row per care type and period."""
        s = land.site_ids.index(self.site)
        if not land.site_in_region[s]:
            return
        for k in self.which(land):
            offered = {"open": 1, "closed": 0, "as_today": int(land.offered_today[s, k])}[self.state]
            for t in self.when(land):
                require(b, "locked", (land.care_types[k], land.periods[t]), m.offers[s, k, t] == offered)
