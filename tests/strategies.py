"""Random small landscapes, and the ways to change one that should not, or should, change the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from tests.builders import Json, PlainTables, access_norm, lock, scenario, site_count, volume_norm, world

Pair = tuple[str, str]
BEHAVIOURS: dict[str, Json] = {
    "nearest": {"behaviour": "nearest", "mode": "car"},
    "steered": {"behaviour": "steered", "mode": "car"},
    "choice": {"behaviour": "choice", "weight_per_minute": 0.05, "mode": "car"},
    "observed": {"behaviour": "observed", "mode": "car"},
}


@dataclass(frozen=True)
class Land:
    """A landscape before it becomes tables; minutes by (area, site), cases and capacity a year by (.., care type)."""

    areas: tuple[str, ...]
    sites: tuple[str, ...]
    care_types: tuple[str, ...]
    minutes: dict[Pair, float]
    demand: dict[Pair, float]
    population: dict[str, float]
    capacity: dict[Pair, float]
    fixed_cost: dict[Pair, float]
    offered: frozenset[Pair]
    pairs: tuple[Pair, ...]
    """(site, care type) that may offer."""
    habits: dict[tuple[str, str, str], float] = field(default_factory=dict)
    """(area, site, care type) -> cases a year that were seen to go there."""

    def tables(self) -> PlainTables:
        seen = [
            {"area_id": a, "site_id": s, "care_type_id": k, "cases_per_year": cases}
            for (a, s, k), cases in self.habits.items()
        ]
        return world(
            {a: {s: self.minutes[a, s] for s in self.sites} for a in self.areas},
            {(a, k): self.demand[a, k] for a in self.areas for k in self.care_types},
            care_types=self.care_types,
            offered=self.offered,
            pairs=self.pairs,
            population=self.population,
            capacity=self.capacity,
            site_care={"fixed_cost_eur_per_year": self.fixed_cost},
            tables={"patient_flows": seen} if seen else {},
        )

    def scaled(self, by: float) -> "Land":
        """The same landscape with so many times the cases and the capacity."""
        return replace(
            self,
            demand={key: by * cases for key, cases in self.demand.items()},
            capacity={key: by * cases for key, cases in self.capacity.items()},
        )

    def reordered(self, order: Callable[[Sequence[Any]], Sequence[Any]]) -> "Land":
        """The same landscape with its rows in another order."""
        return replace(
            self,
            areas=tuple(order(self.areas)),
            sites=tuple(order(self.sites)),
            care_types=tuple(order(self.care_types)),
            pairs=tuple(order(self.pairs)),
        )

    def renamed(self, names: Mapping[str, str]) -> "Land":
        """The same landscape with other names for its sites, in the same order."""

        def pair(old: Pair) -> Pair:
            return names.get(old[0], old[0]), names.get(old[1], old[1])

        return replace(
            self,
            sites=tuple(names[s] for s in self.sites),
            minutes={pair(key): value for key, value in self.minutes.items()},
            capacity={pair(key): value for key, value in self.capacity.items()},
            fixed_cost={pair(key): value for key, value in self.fixed_cost.items()},
            offered=frozenset(pair(key) for key in self.offered),
            pairs=tuple(pair(key) for key in self.pairs),
            habits={(a, names[s], k): cases for (a, s, k), cases in self.habits.items()},
        )

    def halved(self, area: str) -> "Land":
        """The same landscape with an area split into two identical halves."""
        halves = (area, f"{area}-half")
        split = {**self.population, **dict.fromkeys(halves, self.population[area] / 2)}
        return replace(
            self,
            areas=(*self.areas, halves[1]),
            population=split,
            minutes=self.minutes | {(halves[1], s): self.minutes[area, s] for s in self.sites},
            demand=self.demand | {(half, k): self.demand[area, k] / 2 for half in halves for k in self.care_types},
            habits=self.habits | {(halves[1], s, k): cases for (a, s, k), cases in self.habits.items() if a == area},
        )

    def with_site(self, site: str, minutes: float) -> "Land":
        """The same landscape with one more site, offering nothing today, so many minutes from everybody."""
        added = tuple((site, k) for k in self.care_types)
        return replace(
            self,
            sites=(*self.sites, site),
            minutes=self.minutes | {(a, site): minutes for a in self.areas},
            fixed_cost=self.fixed_cost | dict.fromkeys(added, 1.0),
            pairs=(*self.pairs, *added),
        )


@st.composite
def lands(
    draw: st.DrawFn,
    *,
    care_types: int = 2,
    fewest_care_types: int = 1,
    most_sites: int = 3,
    ties: bool = True,
    capacity: bool = True,
    unreachable: bool = True,
    habits: bool = False,
) -> Land:
    """Two to four areas, two or three sites, up to so many care types; everybody reaches the first site."""
    areas = tuple(f"a{n}" for n in range(draw(st.integers(2, 4))))
    sites = tuple(f"s{n}" for n in range(draw(st.integers(2, most_sites))))
    cares = tuple(f"k{n}" for n in range(draw(st.integers(fewest_care_types, care_types))))
    cells = [(a, s) for a in areas for s in sites]
    size = len(cells)
    if ties:
        steps = draw(st.lists(st.integers(0, 12), min_size=size, max_size=size))
    else:
        steps = draw(st.lists(st.integers(0, 60), min_size=size, max_size=size, unique=True))
    minutes = {cell: 2.5 * step for cell, step in zip(cells, steps, strict=True)}
    if unreachable:
        for cell in draw(st.sets(st.sampled_from([c for c in cells if c[1] != sites[0]]), max_size=1)):
            minutes[cell] = float("inf")
    cases = st.integers(0, 40).map(float)
    pairs = tuple((s, k) for k in cares for s in sites)
    sized = draw(st.sets(st.sampled_from(pairs), max_size=2)) if capacity else set()
    return Land(
        areas=areas,
        sites=sites,
        care_types=cares,
        minutes=minutes,
        demand={(a, k): draw(cases) for a in areas for k in cares},
        population={a: float(draw(st.integers(0, 20))) for a in areas},
        capacity={pair: float(draw(st.integers(10, 80))) for pair in sorted(sized)},
        fixed_cost={pair: float(draw(st.integers(0, 500))) for pair in pairs},
        offered=frozenset(draw(st.sets(st.sampled_from(pairs), min_size=1))),
        pairs=pairs,
        habits={(a, s, k): float(draw(st.integers(0, 9))) for a, s in cells for k in cares} if habits else {},
    )


@st.composite
def rules(draw: st.DrawFn, land: Land) -> list[Json]:
    """Up to three rules about a landscape, of every kind there is today."""
    norm = st.integers(1, 90).map(lambda cases: volume_norm(float(cases), draw(st.sampled_from(land.care_types))))
    count = st.builds(
        lambda word, number: site_count(draw(st.sampled_from(land.care_types)), **{word: number}),
        st.sampled_from(["exactly", "at_least", "at_most"]),
        st.integers(1, len(land.sites)),
    )
    access = st.one_of(
        st.integers(0, 12).map(lambda step: access_norm(2.5 * step, kind="everyone")),
        st.integers(0, 12).map(lambda step: access_norm(2.5 * step, kind="no_worse")),
        st.builds(
            lambda step, share: access_norm(2.5 * step, kind="share", at_least_share=share),
            st.integers(0, 12),
            st.sampled_from([0.5, 0.8, 0.95]),
        ),
    )
    decided = st.builds(
        lambda pair, state: lock(pair[0], state, pair[1]),
        st.sampled_from(land.pairs),
        st.sampled_from(["open", "closed", "as_today"]),
    )
    listed = draw(st.lists(st.one_of(norm, norm, count, access, decided), max_size=3))
    if not all(any((s, k) in land.offered for s in land.sites) for k in land.care_types):
        listed = [rule for rule in listed if rule.get("kind") != "no_worse"]
    if sum(land.population.values()) == 0:
        listed = [rule for rule in listed if rule["rule"] != "access_norm"]
    return listed


OBJECTIVES: list[list[Json]] = [
    [{"objective": "travel_time"}],
    [{"objective": "sites"}, {"objective": "travel_time"}],
    [{"objective": "changes"}, {"objective": "travel_time"}],
    [{"objective": "worst_minutes"}, {"objective": "sites"}],
    [{"objective": "beyond_minutes", "max_minutes": 15, "mode": "car"}, {"objective": "operating_cost"}],
    [
        {
            "objective": "weighted",
            "terms": [{"weight": 2, "objective": "travel_time"}, {"weight": 1, "objective": "operating_cost"}],
        }
    ],
    [{"objective": "travel_time", "tolerance": 0.25}, {"objective": "operating_cost"}],
]


@st.composite
def cases(draw: st.DrawFn, *, behaviours: Sequence[str] = ("nearest", "steered"), **of_land: int) -> tuple[Land, Json]:
    """A landscape and a scenario about it; with habits where somebody is observed. ``of_land`` goes to ``lands``."""
    land = draw(lands(habits="observed" in behaviours, **of_land))
    return land, scenario(
        *draw(rules(land)),
        behaviours={k: dict(BEHAVIOURS[draw(st.sampled_from(behaviours))]) for k in land.care_types},
        objectives=draw(st.sampled_from(OBJECTIVES)),
    )


def loosened(rule: Json) -> Json:
    """The same rule with its limit a good deal looser; a lock is only reported."""
    if rule["rule"] == "volume_norm":
        return {**rule, "at_least": rule["at_least"] / 2}
    if rule["rule"] == "site_count":
        rest = {name: value for name, value in rule.items() if name != "exactly"}
        if "exactly" in rule:
            return {**rest, "at_most": rule["exactly"]}
        if "at_least" in rule:
            return {**rule, "at_least": rule["at_least"] - 1}
        return {**rule, "at_most": rule["at_most"] + 1}
    if rule["rule"] == "access_norm":
        return {**rule, "max_minutes": rule["max_minutes"] + 5} if rule["kind"] != "no_worse" else _reported(rule)
    return _reported(rule)


def _reported(rule: Json) -> Json:
    return {**rule, "hardness": "report"}
