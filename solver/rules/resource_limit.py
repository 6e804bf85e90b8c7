"""Resource limit (capaciteit aan personeel, uren, bedden): the sites of a pool use no more of a resource than there is.

    for every pool p, period t:
    use[p,t] = sum over sites s of p in the region, care types k of   per_open_site[k] * offers[s,k,t] + per_case[k] * volume[s,k,t]
    have[p,t] = stock[p,t] - attrition_on_closing * sum over pairs offered today and gone in t of what they use today
    use[p,t] <= have[p,t] + step * bought[p,t],   bought[p,t] >= bought[p,t-1] whole steps at ``step_cost_eur`` each

With ``mobility`` a pool lends up to that share of what it has, and only all pools together must manage:

    use[p,t] <= have[p,t] - lent[p,t],   lent[p,t] <= mobility * have[p,t],   sum over p of lent[p,t] + step * bought[t] >= 0

Unit: the resource's. Steps make up any shortage; their cost is part of the transition cost. Example: 6 fte per open intensive care unit and 1/60 fte per case.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import pyomo.environ as pyo
from pydantic import Field, model_validator

from solver.landscape import Landscape, Resource
from solver.rule import Expression, Rule, Words, define, own, require
from solver.worth import Worth

TOGETHER = "*"
"""The one pool that buys steps where pools lend to each other."""
ROUNDING = 5e-7
"""A shortage this small, relative to the limit, buys no step."""


class ResourceLimit(Rule):
    """A pool's sites stay within its stock of staff, hours or beds."""

    rule: Literal["resource_limit"] = "resource_limit"
    resource: str = Field(description="resource_id.")
    mobility: float = Field(
        default=0.0, ge=0, le=1, description="Share of a pool's stock that may work in other pools."
    )
    attrition_on_closing: float = Field(
        default=0.0, ge=0, le=1, description="Share of what a closed pair used today that leaves the pool with it."
    )
    step: float | None = Field(
        default=None, gt=0, description="What is short is bought in whole steps of so much [the resource's unit]."
    )
    step_cost_eur: float = Field(default=0.0, ge=0, description="What one step costs, once [EUR].")

    @model_validator(mode="after")
    def _a_cost_needs_a_step(self) -> ResourceLimit:
        if self.step is None and self.step_cost_eur > 0:
            raise ValueError("step_cost_eur needs step")
        return self

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """One row per pool and period; with mobility one per period."""
        resource = land.resources[self.resource]
        before: dict[str, Expression] = {}
        for t in self.when(land):
            bought = self._bought(b, m, land, resource, t, before)
            if self.mobility:
                self._lend(b, m, land, resource, t, bought)
            else:
                for pool in resource.pools:
                    use, have = self._use(m, land, resource, pool, t), self._have(m, land, resource, pool, t)
                    self._within(b, (pool, land.periods[t]), use <= have + bought.get(pool, 0.0))
            before |= bought

    def _within(self, b: pyo.Block, index: object, claim: Expression) -> None:
        """What can be bought is no breach, so a soft rule with steps is never broken either."""
        (require if self.step is None else define)(b, "within_stock", index, claim)

    def _lend(
        self, b: pyo.Block, m: Words, land: Landscape, resource: Resource, t: int, bought: Mapping[str, Expression]
    ) -> None:
        total: Expression = m.nothing
        for pool in resource.pools:
            index = (pool, land.periods[t])
            lent, have = own(b, "lent", index, upper=None), self._have(m, land, resource, pool, t)
            lent.setlb(None)
            define(b, "lends_what_is_over", index, self._use(m, land, resource, pool, t) <= have - lent)
            define(b, "lends_a_share", index, lent <= self.mobility * have)
            total += lent
        self._within(b, land.periods[t], total + bought.get(TOGETHER, 0.0) >= 0)

    def _use(self, m: Words, land: Landscape, resource: Resource, pool: str, t: int) -> Expression:
        return Worth.use(land, resource).planned(m, land, resource.pools[pool], list(self.which(land)), t)

    def _have(self, m: Words, land: Landscape, resource: Resource, pool: str, t: int) -> Expression:
        have: Expression = float(resource.stock[pool][t])
        if self.attrition_on_closing:
            use = Worth.use(land, resource)
            for s in resource.pools[pool]:
                for k in self.which(land):
                    if land.offered_today[s, k]:
                        leaving = self.attrition_on_closing * use.today(land, s, k, t)
                        have -= leaving * (1 - m.offers[s, k, t])
        return have

    def _bought(
        self, b: pyo.Block, m: Words, land: Landscape, resource: Resource, t: int, before: Mapping[str, Expression]
    ) -> dict[str, Expression]:
        """What the steps bought until period t add to the stock, by pool; says what they cost."""
        if self.step is None:
            return {}
        found: dict[str, Expression] = {}
        pools: Mapping[str, Sequence[int]] = resource.pools
        if self.mobility:
            pools = {TOGETHER: sorted({s for members in resource.pools.values() for s in members})}
        for pool, sites in pools.items():
            steps = own(
                b, "steps", (pool, land.periods[t]), upper=self._most_steps(land, resource, sites), integer=True
            )
            earlier = before.get(pool, m.nothing) / self.step
            define(b, "steps_stay", (pool, land.periods[t]), steps >= earlier)
            m.buy(t, self.step_cost_eur * (steps - earlier))
            found[pool] = self.step * steps
        return found

    def _most_steps(self, land: Landscape, resource: Resource, sites: Sequence[int]) -> int:
        """More steps than these can never be needed: enough for everything that the sites could ever use and lose."""
        assert self.step is not None
        most = 0.0
        for t in self.when(land):
            for k in self.which(land):
                most += 2 * resource.per_case[k] * land.most_cases(sites, k, t) + 2 * resource.per_open_site[k] * len(
                    sites
                )
        return math.ceil(most / self.step) + 1
