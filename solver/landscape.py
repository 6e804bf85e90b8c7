"""The landscape: everything a region brings to the table, as ids and arrays, before any policy is written down.

Indices mean the same everywhere: ``a`` area, ``s`` site, ``k`` care type, ``t`` period. Areas and sites stand in the order of their
ids by code point, so that the order of rows in a file never matters and the first of two equally near sites is the one that ties go to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from solver.behaviours import Behaviour

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CLOSE_CALL_MIN = 1e-6
"""Minutes within this of a limit are compared once more as exact decimals [minutes]."""


@dataclass(frozen=True)
class Reach:
    """How minutes are counted for an access question: a mode, and for ambulances what comes before the drive.

    ``dispatch_minutes`` and ``on_scene_minutes`` [minutes] are added, together with the minutes of the nearest post, when the mode is
    ambulance and the landscape knows posts.
    """

    mode: str = "car"
    dispatch_minutes: float = 0.0
    on_scene_minutes: float = 0.0


@dataclass(frozen=True)
class Resource:
    """What care needs besides room: staff, hours, beds. K care types, T periods, numbers in the resource's ``unit``."""

    unit: str
    per_open_site: Floats
    """[K] to be ready at a site that offers the care type."""
    per_case: Floats
    """[K] for each case a year."""
    pools: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """pool id -> indices of the sites in the region that share its stock."""
    stock: Mapping[str, Floats] = field(default_factory=dict)
    """pool id -> [T]."""


@dataclass(frozen=True)
class People:
    """Some of the inhabitants: a group of population_groups, everybody else (``others``), or those of areas where ``attribute`` has the value ``name``."""

    name: str
    attribute: str | None = None
    others: bool = False


@dataclass(frozen=True)
class Landscape:
    """A region's areas, sites, demand, capacity, money and travel times for one future.

    Shapes: A areas, S sites, K care types, T periods. Missing numbers are NaN, unlimited capacity and unreachable pairs are inf.
    """

    area_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    care_types: tuple[str, ...]
    periods: tuple[str, ...]
    behaviours: tuple[Behaviour, ...]
    """One per care type."""
    years: Floats
    """[T] length of each period [years]."""
    demand: Floats
    """[A,K,T] cases/year."""
    minutes: Mapping[str, Floats]
    """mode -> [A,S] minutes one way; inf unreachable, NaN not given."""
    may_offer: Bools
    """[S,K] the pair has a row in site_care."""
    offered_today: Bools
    """[S,K]."""
    capacity: Floats
    """[S,K,T] cases/year; inf unlimited."""
    external: Floats
    """[S,K,T] cases/year from outside the data that come while the pair is offered."""
    area_in_region: Bools
    site_in_region: Bools
    population: Floats
    """[A] persons; NaN not given."""
    groups: Mapping[str, Floats] = field(default_factory=dict)
    """group -> [A] persons."""
    organisation: tuple[str, ...] = ()
    """[S] organisation id; a site without one is an organisation of its own, named by its site id."""
    regions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """region_id -> indices of its member sites."""
    region_kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """region_kind -> its region ids."""
    location_fixed_eur: Floats | None = None
    """[S] EUR/year of the location as a whole."""
    fixed_eur: Floats | None = None
    """[S,K,T] EUR/year."""
    variable_eur: Floats | None = None
    """[S,K,T] EUR/case."""
    busy_elsewhere: Bools | None = None
    """[S] the site offers, today, a care type that is outside the scenario."""
    post_minutes: Floats | None = None
    """[A] minutes of the nearest ambulance post; None when the data know no posts."""
    attraction: Floats | None = None
    """[S,K] how strongly a site draws the patients of a care type that choose; positive, 1 where nothing is said."""
    observed_flows: Floats | None = None
    """[A,S,K] cases/year seen going from area to site; None when the data know no patient flows."""
    kilometres: Mapping[str, Floats] = field(default_factory=dict)
    """mode -> [A,S] km one way; NaN not given."""
    opening_eur: Floats | None = None
    """[S,K] EUR once, when the pair opens; None where the data know no such cost."""
    closing_eur: Floats | None = None
    """[S,K] EUR once, when the pair closes."""
    location_closing_eur: Floats | None = None
    """[S] EUR once, when the last thing a location offers closes."""
    revenue_eur: Floats | None = None
    """[S,K] EUR per case."""
    site_minutes: Mapping[str, Floats] = field(default_factory=dict)
    """mode -> [S,S] minutes from the row's site to the column's, 0 to itself, inf where not given."""
    offered_elsewhere: Mapping[str, Bools] = field(default_factory=dict)
    """care type outside the scenario -> [S] offered today, and so in every period."""
    resources: Mapping[str, Resource] = field(default_factory=dict)
    """resource id -> what it is; those that the scenario speaks of."""
    outcome_rates: Mapping[int, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    """care type k -> (from_volume [cases/year], adverse outcomes per case) in order of volume."""
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """attribute of the areas -> [A] its values, those that the scenario speaks of."""
    volume_today: Floats | None = None
    """[S,K,T] cases/year of today's landscape under the scenario's behaviours; None unless something is compared with it."""

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(A, S, K, T)."""
        return len(self.area_ids), len(self.site_ids), len(self.care_types), len(self.periods)

    def reach_minutes(self, reach: Reach) -> Floats:
        """Minutes [A,S] under a reach; the ambulance chain is dispatch + nearest post + on scene + drive."""
        if reach.mode != "ambulance" or self.post_minutes is None:
            return self.minutes[reach.mode]
        drive = self.minutes.get("ambulance", self.minutes.get("car"))
        assert drive is not None, "assemble refuses an ambulance question without minutes to drive"
        return reach.dispatch_minutes + self.post_minutes[:, None] + reach.on_scene_minutes + drive

    def within(self, max_minutes: float, reach: Reach) -> Bools:
        """[A,S] which sites an area reaches within ``max_minutes``, compared as exact decimals without slack."""
        total = self.reach_minutes(reach)
        near = total <= max_minutes
        if reach.mode != "ambulance" or self.post_minutes is None:
            return near
        drive = self.minutes.get("ambulance", self.minutes.get("car"))
        assert drive is not None
        for a, s in zip(*np.nonzero(np.abs(total - max_minutes) < CLOSE_CALL_MIN), strict=True):
            parts = (reach.dispatch_minutes, self.post_minutes[a], reach.on_scene_minutes, drive[a, s])
            near[a, s] = sum((_decimal(part) for part in parts), Decimal(0)) <= _decimal(max_minutes)
        return near

    def inhabitants(self, group: str | None) -> Floats:
        """[A] persons of a group, or all; areas outside the region count none."""
        persons = self.population if group is None else self.groups[group]
        return np.where(self.area_in_region, persons, 0.0)

    def share(self, people: People) -> Floats:
        """[A] which part of an area's inhabitants are these people; areas without inhabitants have none of a group."""
        if people.attribute is not None:
            return np.array([value == people.name for value in self.attributes[people.attribute]], float)
        everybody, group = self.inhabitants(None), self.inhabitants(people.name)
        part = np.divide(group, everybody, out=np.zeros(len(everybody)), where=everybody > 0)
        return 1.0 - part if people.others else part

    def served_cases(self, k: int, t: int) -> Floats:
        """[A] cases of areas in the region, all of which are served [cases/year]."""
        return np.where(self.area_in_region, self.demand[:, k, t], 0.0)

    def most_cases(self, sites: Sequence[int], k: int, t: int) -> float:
        """The most cases some sites can treat together: everybody, and those who come from outside the data [cases/year]."""
        return float(self.demand[:, k, t].sum() + self.external[list(sites), k, t].sum())

    def offers_of(self, offered: Bools) -> list[tuple[str, str, str]]:
        """(site_id, care_type_id, period) of every pair that is offered in a plan [S,K,T]."""
        return [
            (self.site_ids[s], self.care_types[k], self.periods[t])
            for t, k, s in zip(*np.nonzero(np.transpose(offered, (2, 1, 0))), strict=True)
        ]

    def always_open(self) -> Bools:
        """[S,K] pairs outside the region that are offered today and stay so."""
        return self.offered_today & ~self.site_in_region[:, None]

    def choosable(self) -> Bools:
        """[S,K] pairs the table decides about: in the region, with a row in site_care."""
        return self.may_offer & self.site_in_region[:, None]


def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number)))
