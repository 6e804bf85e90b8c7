"""Access norm (bereikbaarheidsnorm): inhabitants live within so many minutes of a site that offers a care type.

    everyone:   beyond[k,t] <= 0
    share:      beyond[k,t] / inhabitants <= 1 - at_least_share
    no_worse:   beyond[k,t] <= beyond today

``beyond`` counts the inhabitants, or those of one group, of all areas in the region whose nearest offering site is more than ``max_minutes``
away, whatever the patients' behaviour. By ambulance the minutes are dispatch_minutes + nearest post + on_scene_minutes + drive. Unit: inhabitants; for
share a share of them. Example: no more people than today live beyond 45 minutes of an emergency department (the Dutch 45-minute norm).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyomo.environ as pyo
from pydantic import Field, model_validator

from solver.landscape import Landscape, Reach
from solver.rule import Rule, Words, require


class AccessNorm(Rule):
    """Nobody, at most a share, or no more inhabitants than today live beyond so many minutes."""

    rule: Literal["access_norm"] = "access_norm"
    care_type: str | tuple[str, ...] = Field(description="Care type, a list of them, or * for each.")
    max_minutes: float = Field(ge=0, description="Longest trip that counts as within reach [minutes].")
    kind: Literal["everyone", "share", "no_worse"] = Field(
        default="everyone", description="Nobody beyond, a share within, or no more beyond than today."
    )
    at_least_share: float | None = Field(
        default=None, ge=0, le=1, description="Share of the inhabitants within reach, for kind share."
    )
    mode: str | None = Field(default=None, description="Travel mode; the care type's own when left out.")
    group: str | None = Field(default=None, description="Group of inhabitants (population_groups); all when left out.")
    dispatch_minutes: float = Field(
        default=0.0, ge=0, description="Minutes from call to departure, mode ambulance [minutes]."
    )
    on_scene_minutes: float = Field(
        default=0.0, ge=0, description="Minutes with the patient before driving on, mode ambulance [minutes]."
    )

    @model_validator(mode="after")
    def _share_belongs_to_kind_share(self) -> AccessNorm:
        if (self.kind == "share") != (self.at_least_share is not None):
            raise ValueError("kind share needs at_least_share, and only kind share has it")
        return self

    def reach(self, mode: str) -> Reach:
        """How its minutes are counted, given the care type's own mode."""
        return Reach(self.mode or mode, self.dispatch_minutes, self.on_scene_minutes)

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One row per period; a hard share counts inhabitants, so that no one is lost in rounding."""
        persons = land.inhabitants(self.group)
        everybody = float(persons.sum())
        unit = everybody if self.kind == "share" and self.hardness != "hard" and everybody > 0 else 1.0
        for k in self.which(land):
            reach = self.reach(land.behaviours[k].mode)
            if self.kind == "everyone":
                allowed = 0.0
            elif self.kind == "share":
                assert self.at_least_share is not None
                allowed = (1 - self.at_least_share) * everybody
            else:
                near_today = (land.within(self.max_minutes, reach) & land.offered_today[:, k]).any(axis=1)
                allowed = float(np.where(near_today, 0.0, persons).sum())
            for t in self.when(land):
                beyond = m.beyond(self.max_minutes, reach, self.group)[k, t]
                require(b, "within_reach", land.periods[t], beyond / unit <= allowed / unit)
