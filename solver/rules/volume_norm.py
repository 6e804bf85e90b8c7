"""Volume norm (volumenorm): a site that offers a care type treats at least, or at most, so many cases a year.

    for every site s, care type k, period t:   volume[s,k,t] >= at_least * offers[s,k,t],   volume[s,k,t] <= at_most * offers[s,k,t]

It binds only where the care type is offered. An organisation's volume is that of its sites together, a network's that of its member sites.
With ``years_averaged`` n the mean over those of the last n years, counted back from the end of the period, in which bearer b offers it:

    sum over periods t' <= t of years[t'] * volume[b,t'] >= at_least * sum over t' of years[t'] * offers[b,t'],   wherever offers[b,t] = 1

years[t'] being what of t' lies in those n years. Unit: cases/year. Example: 100 a year for pancreatic surgery, averaged over three years (SONCOS).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

import pyomo.environ as pyo
from pydantic import Field, model_validator

from solver.landscape import Landscape
from solver.rule import Expression, Rule, Words, define, own, require


class VolumeNorm(Rule):
    """At least or at most so many cases a year, by site, organisation or network."""

    rule: Literal["volume_norm"] = "volume_norm"
    care_type: str | tuple[str, ...] = Field(description="Care type, a list of them, or * for each.")
    at_least: float | None = Field(default=None, ge=0, description="Fewest cases [cases/year].")
    at_most: float | None = Field(default=None, ge=0, description="Most cases [cases/year].")
    bearer: Literal["site", "organisation", "network"] = Field(default="site", description="Who must reach the norm.")
    network: str | None = Field(default=None, description="The region_kind whose regions are the networks.")

    years_averaged: float | None = Field(
        default=None, gt=0, description="Mean over so many years back from the end of the period [years]."
    )

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
            for name, sites in self.bearers(land, k):
                bearer = _Bearer(b, m, land, name, tuple(sites), k)
                for t in self.when(land):
                    years = self._years(land, t)
                    if len(years) == 1:
                        self._each_period(b, bearer, t)
                    elif self.hardness == "hard":
                        self._on_average(b, bearer, t, years)
                    else:
                        self._after_each_history(b, bearer, t, years)

    def _years(self, land: Landscape, t: int) -> dict[int, float]:
        """Period -> how many of its years count in the mean at the end of period t; t itself first."""
        left, years = self.years_averaged or 0.0, {t: 1.0}
        for period in range(t, -1, -1):
            taken = min(left, float(land.years[period]))
            if taken > 0:
                years[period] = taken
            left -= taken
        return years

    def _each_period(self, b: pyo.Block, bearer: _Bearer, t: int) -> None:
        volume, offered = bearer.volume(t), bearer.offers(t)
        if self.at_least is not None:
            require(b, "reaches_norm", bearer.at(t), volume >= self.at_least * offered)
        if self.at_most is not None:
            require(b, "stays_below", bearer.at(t), volume <= self.at_most * offered)

    def _on_average(self, b: pyo.Block, bearer: _Bearer, t: int, years: dict[int, float]) -> None:
        """The cases of all years against the norm of the years in which it is offered; free where it is not offered in t."""
        volume = sum(taken * bearer.volume(period) for period, taken in years.items())
        offered = sum(taken * bearer.offers(period) for period, taken in years.items())
        free = 1 - bearer.offers(t)
        if self.at_least is not None:
            slack = self.at_least * (sum(years.values()) - years[t])
            require(b, "reaches_norm", bearer.at(t), volume >= self.at_least * offered - slack * free)
        if self.at_most is not None:
            slack = self._excess(bearer, {period: taken for period, taken in years.items() if period != t})
            require(b, "stays_below", bearer.at(t), volume <= self.at_most * offered + slack * free)

    def _after_each_history(self, b: pyo.Block, bearer: _Bearer, t: int, years: dict[int, float]) -> None:
        """The mean itself, so that a breach is counted in cases a year: one row for each way it may have been offered before."""
        earlier = [period for period in years if period != t]
        for history in product((False, True), repeat=len(earlier)):
            offered = dict(zip(earlier, history, strict=True))
            counted = {period: taken for period, taken in years.items() if offered.get(period, True)}
            mean = sum(taken / sum(counted.values()) * bearer.volume(period) for period, taken in counted.items())
            otherwise = 1 - bearer.offers(t)
            for period, there in offered.items():
                otherwise += 1 - bearer.offers(period) if there else bearer.offers(period)
            index = (*bearer.at(t), *history)
            if self.at_least is not None:
                require(b, "reaches_norm", index, mean >= self.at_least * (1 - otherwise))
            if self.at_most is not None:
                slack = self._excess(bearer, counted) / sum(counted.values())
                require(b, "stays_below", index, mean <= self.at_most + slack * otherwise)

    def _excess(self, bearer: _Bearer, years: dict[int, float]) -> float:
        """By how much the cases of some years can exceed the ceiling at the very most."""
        assert self.at_most is not None
        return sum(taken * max(bearer.most(period) - self.at_most, 0.0) for period, taken in years.items())

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


@dataclass(frozen=True)
class _Bearer:
    """Who bears the norm for one care type: what it offers and treats in a period."""

    b: pyo.Block
    m: Words
    land: Landscape
    name: str
    sites: tuple[int, ...]
    k: int
    known: dict[int, Expression] = field(default_factory=dict)

    def at(self, t: int) -> tuple[str, str]:
        return self.name, self.land.periods[t]

    def volume(self, t: int) -> Expression:
        return sum(self.m.volume[s, self.k, t] for s in self.sites)

    def offers(self, t: int) -> Expression:
        """1 if any of the sites offers the care type."""
        if len(self.sites) == 1:
            return self.m.offers[self.sites[0], self.k, t]
        if t not in self.known:
            here = self.known[t] = own(self.b, "any_offered", self.at(t))
            for s in self.sites:
                define(self.b, "offered_by_one", (*self.at(t), s), here >= self.m.offers[s, self.k, t])
            define(self.b, "offered_by_none", self.at(t), here <= sum(self.m.offers[s, self.k, t] for s in self.sites))
        return self.known[t]

    def most(self, t: int) -> float:
        """All cases that can come [cases/year]."""
        return self.land.most_cases(self.sites, self.k, t)
