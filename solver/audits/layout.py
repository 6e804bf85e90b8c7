"""A layout: who offers what in each period, and where every patient goes; rules and objectives are read from it.

Indices: s site, k care type (of the data), t period (of the scenario).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np

from solver.audits import choice, exact, nearest, observed, steered
from solver.audits.exact import BoolArray, FloatArray, IntArray
from solver.audits.faults import Fault
from solver.audits.flows import FlowTable
from solver.audits.missing import missing
from solver.audits.scenario import Asked
from solver.audits.stream import Stream
from solver.audits.tables import Tables
from solver.audits.travel import Travel, Way, complete


@dataclass(frozen=True)
class Ground:
    """What a plan stands on under one future: the tables, the travel, the scenario."""

    tables: Tables
    travel: Travel
    asked: Asked

    def minutes(self, care_type: int, way: Way) -> FloatArray:
        """Minutes float64[S,A], refused where a pair that the care type may need is missing."""
        return complete(self.tables, self.travel, care_type, way)

    def way(self, care_type: int) -> Way:
        """How the patients of a care type travel."""
        return Way.of(self.asked.behaviours[self.tables.care_type_ids[care_type]])

    @cached_property
    def care_types(self) -> tuple[int, ...]:
        """The positions of the scenario's care types."""
        return tuple(self.tables.care_type_at[k] for k in self.asked.care_types)

    @cached_property
    def seen(self) -> Mapping[int, observed.Observations]:
        """The observed flows of the care types whose patients keep their habits."""
        return {
            k: observed.observations(self.tables, self.tables.care_type_ids[k])
            for k in self.care_types
            if self.asked.behaviours[self.tables.care_type_ids[k]]["behaviour"] == "observed"
        }


@dataclass(frozen=True)
class Layout:
    """A plan laid out.

    Offers bool[T,S,K] (care types outside the scenario as today), and the flows that follow or were assigned.
    """

    ground: Ground
    offers: BoolArray
    assigned: Mapping[tuple[int, int], tuple[IntArray, IntArray, FloatArray]]
    faults: tuple[Fault, ...] = ()
    today: "Layout | None" = None
    _reach: dict[tuple[int, int, Way], nearest.Reach] = field(default_factory=dict)
    _streams: dict[tuple[int, int], Stream] = field(default_factory=dict)
    _volumes: dict[tuple[int, int], tuple[Fraction, ...]] = field(default_factory=dict)
    _travel: dict[tuple[int, int], Fraction] = field(default_factory=dict)

    def like(self, other: "Layout") -> frozenset[int]:
        """The care types that are laid out as in another layout on the same ground, whose trips and volumes need not be worked out again."""
        alike = {k for k in self.care_types if self._alike(other, k)}
        self._reach.update({at: known for at, known in other._reach.items() if at[0] in alike})
        self._streams.update({at: known for at, known in other._streams.items() if at[0] in alike})
        self._volumes.update({at: known for at, known in other._volumes.items() if at[0] in alike})
        self._travel.update({at: known for at, known in other._travel.items() if at[0] in alike})
        return frozenset(alike)

    def _alike(self, other: "Layout", k: int) -> bool:
        if not np.array_equal(self.offers[:, :, k], other.offers[:, :, k]):
            return False
        pairs = [(self.assigned.get((k, t)), other.assigned.get((k, t))) for t in self.periods]
        return all(
            one is theirs or (one is not None and theirs is not None and all(map(np.array_equal, one, theirs)))
            for one, theirs in pairs
        )

    @property
    def tables(self) -> Tables:
        """The tables it is read from."""
        return self.ground.tables

    @property
    def periods(self) -> range:
        """The positions of the periods."""
        return range(len(self.tables.period_ids))

    @property
    def care_types(self) -> tuple[int, ...]:
        """The positions of the scenario's care types."""
        return self.ground.care_types

    @cached_property
    def before(self) -> BoolArray:
        """bool[T,S,K]: what is offered in the period before, today before the first."""
        return np.concatenate([self.tables.offered_today[None], self.offers[:-1]])

    @cached_property
    def ours(self) -> BoolArray:
        """bool[S,K]: pairs that count in norms, counts, costs and changes.

        Inside the region, of the scenario's care types.
        """
        chosen = np.isin(np.arange(len(self.tables.care_type_ids)), self.care_types)
        return np.asarray(self.tables.site_inside[:, None] & chosen[None, :], dtype=np.bool_)

    def reach(self, k: int, t: int, way: Way) -> nearest.Reach:
        """The nearest offering sites of every area, whatever the behaviour."""
        if (k, t, way) not in self._reach:
            self._reach[k, t, way] = nearest.reach(self.ground.minutes(k, way), self.offers[t, :, k])
        return self._reach[k, t, way]

    def stream(self, k: int, t: int) -> Stream:
        """Where the patients of care type k go in period t."""
        if (k, t) not in self._streams:
            self._streams[k, t] = self._flow(k, t)
        return self._streams[k, t]

    def _flow(self, k: int, t: int) -> Stream:
        name, tables = self.tables.care_type_ids[k], self.tables
        behaviour = self.ground.asked.behaviours[name]
        demand, way, offering = tables.demand[k, t], self.ground.way(k), self.offers[t, :, k]
        match behaviour["behaviour"]:
            case "nearest":
                return nearest.flow(demand, self.reach(k, t, way))
            case "choice":
                pull = choice.attraction(tables, behaviour, k)
                return choice.flow(demand, self.ground.minutes(k, way), offering, pull, behaviour)
            case "observed":
                seen = self.ground.seen[k]
                return observed.flow(demand, self.ground.minutes(k, way), offering, seen, self.reach(k, t, way))
            case "steered":
                if (k, t) not in self.assigned and not self.assigned and demand.any():
                    raise missing(
                        f"flows of {name}, period {tables.period_ids[t]}",
                        "a steered care type needs flows",
                        "give the plan's flows",
                    )
                none = np.zeros(0, dtype=np.int64)
                return steered.flow(demand, *self.assigned.get((k, t), (none, none, np.zeros(0))))
            case other:
                raise missing(
                    f"behaviours, care type {name}",
                    f"there is no behaviour {other}",
                    "name steered, nearest, choice or observed",
                )

    def volume(self, k: int, t: int) -> tuple[Fraction, ...]:
        """The cases of each site [cases/year].

        Of all areas, and from outside the data where the care type is offered.
        """
        if (k, t) not in self._volumes:
            stream, external = self.stream(k, t), self.tables.external[k]
            sums = exact.totals(stream.site, stream.cases, len(self.tables.site_ids))
            for s in np.flatnonzero(self.offers[t, :, k]).tolist():
                sums[s] += external[s]
            self._volumes[k, t] = tuple(sums)
        return self._volumes[k, t]

    def inside(self, k: int, t: int) -> tuple[Stream, FloatArray]:
        """The flows of areas inside the region, and the minutes of each."""
        stream = self.stream(k, t)
        own = self.tables.area_inside[stream.area]
        if not own.all():
            stream = Stream(stream.area[own], stream.site[own], stream.cases[own], stream.unserved, stream.tied)
        return stream, self.ground.minutes(k, self.ground.way(k))[stream.site, stream.area]

    def travelled(self, k: int, t: int) -> Fraction:
        """Cases x minutes of the areas inside the region [case-minutes/year]."""
        if (k, t) not in self._travel:
            stream, minutes = self.inside(k, t)
            self._travel[k, t] = exact.dot(stream.cases, np.where(np.isfinite(minutes), minutes, 0.0))
        return self._travel[k, t]

    def served(self, k: int, t: int) -> Fraction:
        """Served cases of the areas inside the region [cases/year]."""
        return exact.total(self.inside(k, t)[0].cases)

    def unserved(self, k: int, t: int) -> Fraction:
        """Cases that reach no offering site [cases/year], of all areas."""
        return exact.total(self.stream(k, t).unserved)

    def baseline(self) -> "Layout":
        """Today's layout under the scenario's behaviours."""
        if self.today is None:
            raise missing("baseline", "today's flows are needed for a comparison with today", "give the flows of today")
        return self.today

    def flows(self) -> FlowTable:
        """All flows of the scenario's care types as one table."""
        keys = [(k, t) for k in self.care_types for t in self.periods]
        streams = [self.stream(k, t) for k, t in keys]
        sizes = [len(stream.cases) for stream in streams]
        tables = self.tables
        none = [np.zeros(0, dtype=np.int64)]
        return FlowTable(
            tables.area_ids,
            tables.site_ids,
            tables.care_type_ids,
            tables.period_ids,
            np.concatenate([stream.area for stream in streams] or none),
            np.concatenate([stream.site for stream in streams] or none),
            np.repeat(np.array([k for k, _ in keys], dtype=np.int64), sizes),
            np.repeat(np.array([t for _, t in keys], dtype=np.int64), sizes),
            np.concatenate([stream.cases for stream in streams] or [np.zeros(0)]),
        )


def offers_of(tables: Tables, care_types: Iterable[int], offers: Iterable[tuple[str, str, str]]) -> BoolArray:
    """bool[T,S,K] of a list of (site, care type, period); care types outside the scenario as offered today.

    Pairs that cannot offer left out.
    """
    laid = np.repeat(tables.offered_today[None], len(tables.period_ids), axis=0)
    laid[:, :, list(care_types)] = False
    for site, care_type, period in offers:
        s, k, t = tables.site_at.get(site), tables.care_type_at.get(care_type), tables.period_at.get(period)
        if s is not None and k is not None and t is not None:
            laid[t, s, k] = tables.may_offer[s, k]
    return laid
