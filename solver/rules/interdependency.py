"""Interdependency (samenhang): one care type needs another at the same site, in the same organisation or near, or may not have it.

    for every site s of the region, period t, k the care type and r the ones it requires (any of them is enough):
    same_site:           offers[s,k,t] <= sum over r of offers[s,r,t]
    same_organisation:   offers[s,k,t] <= sum over r, sites s' of the organisation of s of offers[s',r,t]
    within_minutes:      offers[s,k,t] <= sum over r of (offers[s,r,t] + sum over sites s' with minutes from s to s' at most ``minutes`` of offers[s',r,t])
    excludes:            offers[s,k,t] + offers[s,r,t] <= 1

Levels of a function are care types of their own: who needs level 2 or better requires the list of level 2 and level 3.

Sites outside the region may provide what is required; care types outside the scenario are offered as today.
A breach counts 1 per site and period. Example: an emergency department needs an intensive care unit at the same site.
"""

from __future__ import annotations

from typing import Literal

import pyomo.environ as pyo
from pydantic import Field, model_validator

from solver.landscape import Landscape
from solver.rule import Expression, Rule, Words, require


class Interdependency(Rule):
    """Whoever offers a care type has another at hand, or does not have it."""

    rule: Literal["interdependency"] = "interdependency"
    care_type: str | tuple[str, ...] = Field(description="Care type that needs, a list of them, or * for each.")
    requires: str | tuple[str, ...] = Field(
        description="care_type_id that it needs, or may not be with; of a list any one is enough."
    )
    relation: Literal["same_site", "same_organisation", "within_minutes", "excludes"] = Field(
        default="same_site", description="Where the other must be, or excludes: never both on one site."
    )
    minutes: float | None = Field(
        default=None, ge=0, description="Longest drive from site to site, for within_minutes [minutes]."
    )
    mode: str | None = Field(default=None, description="Mode of site_times, for within_minutes; car when left out.")

    @model_validator(mode="after")
    def _minutes_belong_to_within_minutes(self) -> Interdependency:
        if self.relation == "within_minutes" and self.minutes is None:
            raise ValueError("relation within_minutes needs minutes")
        return self

    @model_validator(mode="after")
    def _something_is_required(self) -> Interdependency:
        if not self.required:
            raise ValueError("requires names no care type")
        if self.relation == "excludes" and len(self.required) > 1:
            raise ValueError("relation excludes takes one care type; write a rule for each")
        return self

    @property
    def required(self) -> tuple[str, ...]:
        """The care types of which one is enough."""
        return (self.requires,) if isinstance(self.requires, str) else self.requires

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One row per site that may offer the care type."""
        for k in self.which(land):
            for s in (s for s in range(len(land.site_ids)) if land.choosable()[s, k]):
                helpers = self.helpers(land, s)
                for t in self.when(land):
                    there = sum((_offered(m, land, other, r, t) for r in self.required for other in helpers), m.nothing)
                    index = (land.site_ids[s], land.periods[t])
                    if self.relation == "excludes":
                        require(b, "never_both", index, m.offers[s, k, t] + there <= 1)
                    else:
                        require(b, "has_what_it_needs", index, m.offers[s, k, t] <= there)

    def helpers(self, land: Landscape, s: int) -> list[int]:
        """The sites that count as at hand for site s."""
        others = range(len(land.site_ids))
        if self.relation == "same_organisation":
            return [other for other in others if land.organisation[other] == land.organisation[s]]
        if self.relation == "within_minutes":
            near = land.site_minutes[self.mode or "car"][s]
            assert self.minutes is not None
            return [other for other in others if near[other] <= self.minutes]
        return [s]


def _offered(m: Words, land: Landscape, s: int, care_type: str, t: int) -> Expression:
    """1 if a site offers a care type, those outside the scenario as today."""
    if care_type in land.care_types:
        return m.offers[s, land.care_types.index(care_type), t]
    return int(land.offered_elsewhere[care_type][s])
