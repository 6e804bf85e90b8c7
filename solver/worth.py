"""Worth: what sites earn, employ and treat, as one weight per offer and one per case, for a plan and for today alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from solver.landscape import Floats, Landscape, Resource
from solver.rule import Expression, Words

Measure = Literal["revenue", "staff", "cases"]
UNITS: dict[Measure, str] = {"revenue": "EUR/year", "staff": "fte", "cases": "cases/year"}


@dataclass(frozen=True)
class Worth:
    """``per_offer`` [K] for each offered pair, ``per_case`` [S,K] for each case a year."""

    per_offer: Floats
    per_case: Floats

    @classmethod
    def of(cls, land: Landscape, measure: Measure, resource: str | None = None) -> Worth:
        """Revenue [EUR/year], staff (of one resource, or of all counted in fte) or cases [cases/year]."""
        _, S, K, _ = land.shape
        if measure == "cases":
            return cls(np.zeros(K), np.ones((S, K)))
        if measure == "revenue":
            revenue = np.zeros((S, K)) if land.revenue_eur is None else np.nan_to_num(land.revenue_eur)
            return cls(np.zeros(K), revenue)
        named = staff(land) if resource is None else [land.resources[resource]]
        return cls(
            np.sum([one.per_open_site for one in named], axis=0, initial=0.0) + np.zeros(K),
            np.tile(np.sum([one.per_case for one in named], axis=0, initial=0.0), (S, 1)) + np.zeros((S, K)),
        )

    @classmethod
    def use(cls, land: Landscape, resource: Resource) -> Worth:
        """What a resource is used for, in its unit."""
        return cls(resource.per_open_site, np.tile(resource.per_case, (len(land.site_ids), 1)))

    def planned(self, m: Words, land: Landscape, sites: Iterable[int], care_types: Sequence[int], t: int) -> Expression:
        """The sum over sites of the region and care types in period t, in the words of the model."""
        total: Expression = m.nothing
        for s in sites:
            for k in care_types:
                if not (land.site_in_region[s] and land.may_offer[s, k]):
                    continue
                if self.per_offer[k] != 0:
                    total += float(self.per_offer[k]) * m.offers[s, k, t]
                if self.per_case[s, k] != 0:
                    total += float(self.per_case[s, k]) * m.volume[s, k, t]
        return total

    def today(self, land: Landscape, s: int, k: int, t: int) -> float:
        """What a pair brings today, with the cases of period t."""
        assert land.volume_today is not None, "assemble brings today's volumes to whatever is compared with today"
        if not land.offered_today[s, k]:
            return 0.0
        return float(self.per_offer[k] + self.per_case[s, k] * land.volume_today[s, k, t])


def staff(land: Landscape) -> list[Resource]:
    """The resources counted in full-time staff."""
    return [resource for resource in land.resources.values() if resource.unit.casefold() == "fte"]


def organisations(land: Landscape) -> dict[str, list[int]]:
    """Organisation -> its sites in the region."""
    found: dict[str, list[int]] = {}
    for s, organisation in enumerate(land.organisation):
        if land.site_in_region[s]:
            found.setdefault(organisation, []).append(s)
    return dict(sorted(found.items()))
