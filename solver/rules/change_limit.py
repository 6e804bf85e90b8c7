"""Change limit: at most so many openings or closings in a period; some are final, none comes too early, and the receiver is ready first.

    for every period t, and site or region where the rule is per site or region (its pairs s,k):
    sum over pairs of changes[s,k,t] <= at_most,   changes = opens, closes or both
    irreversible:     changes[s,k,t] + changes[s,k,t'] <= 1 for every pair and earlier period t'
    lead_periods n:   sum over pairs of changes[s,k,t] <= 0 in the first n periods
    receiver_first:   opens[s,k,t] + closes[s',k,t] <= 1 for every two sites of a care type

The first period changes against today. Unit: changes. A breach of irreversible counts 1 for each pair that changes again, of receiver_first 1 for each
opening of a care type that closes elsewhere in the same period. Example: closing is final, one a period.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pyomo.environ as pyo
from pydantic import Field, model_validator

from solver.landscape import Landscape
from solver.rule import Expression, Rule, Words, define, own, require

Pair = tuple[int, int]


class ChangeLimit(Rule):
    """How much may change at once, and in which order."""

    rule: Literal["change_limit"] = "change_limit"
    at_most: int | None = Field(default=None, ge=0, description="Most changes in a period [changes].")
    counts: Literal["openings", "closings", "both"] = Field(default="both", description="Which changes are counted.")
    per: Literal["site", "region"] | None = Field(
        default=None, description="Each site or region apart; all sites together when left out."
    )
    irreversible: bool = Field(default=False, description="What changed once never changes again.")
    lead_periods: int = Field(
        default=0, ge=0, description="No counted change in the first so many periods of the scenario [periods]."
    )
    receiver_first: bool = Field(
        default=False, description="A care type opens nowhere in the period in which it closes somewhere."
    )

    @model_validator(mode="after")
    def _limits_something(self) -> ChangeLimit:
        if self.at_most is None and not (self.irreversible or self.lead_periods or self.receiver_first):
            raise ValueError("a change limit needs at_most, irreversible, lead_periods or receiver_first")
        return self

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> None:
        """Rows per period, and per site or region."""
        for subject, sites in self.subjects(land).items():
            pairs = [(s, k) for s in sites for k in self.which(land) if land.choosable()[s, k]]
            for t in self.when(land):
                index = (subject, land.periods[t])
                counted = sum((self._counted(m, pair, t) for pair in pairs), m.nothing)
                if self.at_most is not None:
                    require(b, "few_changes", index, counted <= self.at_most)
                if t < self.lead_periods:
                    require(b, "not_yet", index, counted <= 0)
                if self.irreversible and t > 0:
                    self._never_again(b, m, pairs, t, index)
                if self.receiver_first:
                    self._receiver_first(b, m, pairs, t, index)

    def subjects(self, land: Landscape) -> Mapping[str, list[int]]:
        """Who is limited apart: an id and its sites in the region."""
        inside = [s for s in range(len(land.site_ids)) if land.site_in_region[s]]
        if self.per == "site":
            return {land.site_ids[s]: [s] for s in inside}
        if self.per == "region":
            return {region: [s for s in sites if land.site_in_region[s]] for region, sites in land.regions.items()}
        return {"*": inside}

    def _counted(self, m: Words, pair: Pair, t: int) -> Expression:
        opens, closes = m.opens[*pair, t], m.closes[*pair, t]
        return {"openings": opens, "closings": closes, "both": opens + closes}[self.counts]

    def _never_again(self, b: pyo.Block, m: Words, pairs: list[Pair], t: int, index: tuple[str, str]) -> None:
        """A hard rule forbids each change after a change; otherwise those that happen are counted."""
        again: Expression = m.nothing
        for pair in pairs:
            now = m.opens[*pair, t] + m.closes[*pair, t]
            for earlier in range(t):
                twice = now + m.opens[*pair, earlier] + m.closes[*pair, earlier]
                if self.hardness == "hard":
                    require(b, "never_again", (*index, *pair, earlier), twice <= 1)
                else:
                    define(b, "changed_again", (*index, *pair, earlier), own(b, "again", (*index, *pair)) >= twice - 1)
            if self.hardness != "hard":
                again += own(b, "again", (*index, *pair))
        if self.hardness != "hard":
            require(b, "never_again", index, again <= 0)

    def _receiver_first(self, b: pyo.Block, m: Words, pairs: list[Pair], t: int, index: tuple[str, str]) -> None:
        """``closing`` is 1 for a care type that closes somewhere."""
        early: Expression = m.nothing
        for s, k in pairs:
            closing = own(b, "closing", (*index, k))
            define(b, "closes_somewhere", (*index, s, k), closing >= m.closes[s, k, t])
            if self.hardness == "hard":
                require(b, "receiver_is_ready", (*index, s, k), m.opens[s, k, t] <= 1 - closing)
            else:
                define(b, "not_ready", (*index, s, k), own(b, "late", (*index, s, k)) >= m.opens[s, k, t] + closing - 1)
                early += own(b, "late", (*index, s, k))
        if self.hardness != "hard":
            require(b, "receiver_is_ready", index, early <= 0)
