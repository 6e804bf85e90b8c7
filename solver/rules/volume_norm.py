"""Volume norm (volumenorm): a site that offers a care type treats at least, or at most, so many cases a year.

    for every site s, care type k, period t:   volume[s,k,t] >= at_least * offers[s,k,t],   volume[s,k,t] <= at_most * offers[s,k,t]

It binds only where the care type is offered. An organisation's volume is that of its sites together, a network's that of its member sites.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pyomo.environ as pyo
from pydantic import Field, model_validator

from solver.landscape import Landscape
from solver.rule import Expression, Rule, Words, define, require


class VolumeNorm(Rule):
    """At least or at most so many cases a year, by site, organisation or network."""

    rule: Literal["volume_norm"] = "volume_norm"
    care_type: str | tuple[str, ...] = Field(description="Care type, a list of them, or * for each.")
    at_least: float | None = Field(default=None, ge=0, description="Fewest cases [cases/year].")
    at_most: float | None = Field(default=None, ge=0, description="Most cases [cases/year].")
    bearer: Literal["site", "organisation", "network"] = Field(default="site", description="Who must reach the norm.")
    network: str | None = Field(default=None, description="The region_kind whose regions are the networks.")

    @model_validator(mode="after")
    def _has_a_limit(self) -> VolumeNorm:
        if self.at_least is None and self.at_most is None:
            raise ValueError("a volume norm needs at_least or at_most")
        if (self.bearer == "network") != (self.network is not None):
            raise ValueError("bearer network names its region_kind in the field network, and only then")
        return self

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One row per bearer that may offer the care type."""
        for k in self.which(land):
            for bearer, sites in self.bearers(land, k):
                for t in self.when(land):
                    volume = sum(m.volume[s, k, t] for s in sites)
                    offered = _any_offered(b, m, bearer, sites, k, t)
                    if self.at_least is not None:
                        require(b, "reaches_norm", (bearer, land.periods[t]), volume >= self.at_least * offered)
                    if self.at_most is not None:
                        require(b, "stays_below", (bearer, land.periods[t]), volume <= self.at_most * offered)

    def bearers(self, land: Landscape, k: int) -> Iterator[tuple[str, list[int]]]:
        """Who bears the norm: an id and its sites in the region that may offer the care type."""
        sites = [s for s in range(len(land.site_ids)) if land.choosable()[s, k]]
        if self.bearer == "site":
            yield from ((land.site_ids[s], [s]) for s in sites)
        elif self.bearer == "organisation":
            for organisation in sorted(set(land.organisation)):
                if own := [s for s in sites if land.organisation[s] == organisation]:
                    yield organisation, own
        else:
            assert self.network is not None
            for region in land.region_kinds.get(self.network, ()):
                if own := [s for s in sites if s in land.regions[region]]:
                    yield region, own


def _any_offered(b: pyo.Block, m: Words, bearer: str, sites: list[int], k: int, t: int) -> Expression:
    """1 if any of the sites offers the care type."""
    if len(sites) == 1:
        return m.offers[sites[0], k, t]
    offered = b.component("any_offered")
    if offered is None:
        offered = pyo.Var(pyo.Any, bounds=(0, 1), dense=False)
        b.add_component("any_offered", offered)
    here = offered[bearer, t]
    for s in sites:
        define(b, "offered_by_one", (bearer, t, s), here >= m.offers[s, k, t])
    define(b, "offered_by_none", (bearer, t), here <= sum(m.offers[s, k, t] for s in sites))
    return here
