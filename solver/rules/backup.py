"""Backup: a share of the inhabitants has two offering sites within reach.

    for every period t:   covered twice[k,t] / inhabitants >= at_least_share

counting inhabitants, or those of one group, of all areas in the region. Unit: share of the inhabitants.
Example: 80 % of the people reach two emergency departments within 45 minutes, so that one may fail.
"""

from __future__ import annotations

from typing import Literal

import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape, Reach
from solver.rule import Rule, Words, require

SITES = 2


class Backup(Rule):
    """A second site within reach."""

    rule: Literal["backup"] = "backup"
    care_type: str | tuple[str, ...] = Field(description="Care type, a list of them, or * for each.")
    max_minutes: float = Field(ge=0, description="Longest trip that counts as within reach [minutes].")
    at_least_share: float = Field(ge=0, le=1, description="Share of the inhabitants with two sites within reach.")
    mode: str | None = Field(default=None, description="Travel mode; the care type's own when left out.")
    group: str | None = Field(default=None, description="Group of inhabitants (population_groups); all when left out.")
    dispatch_minutes: float = Field(
        default=0.0, ge=0, description="Minutes from call to departure, mode ambulance [minutes]."
    )
    on_scene_minutes: float = Field(
        default=0.0, ge=0, description="Minutes with the patient before driving on, mode ambulance [minutes]."
    )

    def reach(self, mode: str) -> Reach:
        """How its minutes are counted, given the care type's own mode."""
        return Reach(self.mode or mode, self.dispatch_minutes, self.on_scene_minutes)

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One row per period; a hard one counts inhabitants, so that no one is lost in rounding."""
        everybody = float(land.inhabitants(self.group).sum())
        if everybody == 0:
            return
        unit = 1.0 if self.hardness == "hard" else everybody
        for k in self.which(land):
            covered = m.covered(SITES, self.max_minutes, self.reach(land.behaviours[k].mode), self.group)
            for t in self.when(land):
                wanted = self.at_least_share * everybody / unit
                require(b, "covered_twice", land.periods[t], covered[k, t] / unit >= wanted)
