"""The libraries of known answers, read as landscapes: p-medians, capacitated p-medians, facilities with capacities and costs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import shortest_path

Json = dict[str, Any]
Tables = dict[str, dict[str, NDArray[Any]]]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Instance:
    """``cost`` [areas, sites] of all of an area's demand at a site; ``demand`` [areas]; ``capacity`` and ``fixed`` [sites] or None; ``p`` sites or None."""

    cost: Floats
    demand: Floats
    capacity: Floats | None = None
    fixed: Floats | None = None
    p: int | None = None
    norm: float = 0.0
    """Fewest cases of an open site, as a share of its capacity."""

    def tables(self) -> Tables:
        """As plain tables: the cost of one unit of demand stands in the minutes."""
        areas, sites = self.cost.shape
        area, site = _names("a", areas), _names("s", sites)
        care: dict[str, NDArray[Any]] = {
            "site_id": site,
            "care_type_id": _text(["care"] * sites),
            "offered_today": np.zeros(sites, bool),
        }
        if self.capacity is not None:
            care["capacity_per_year"] = self.capacity
        if self.fixed is not None:
            care["fixed_cost_eur_per_year"] = self.fixed
        return {
            "package": {
                "name": _text(["library"]),
                "title": _text(["An instance of a library"]),
                "reference_date": _text(["2025-01-01"]),
                "absent_means_zero": _text([]),
            },
            "areas": {"area_id": area, "in_region": np.ones(areas, bool)},
            "sites": {"site_id": site, "in_region": np.ones(sites, bool)},
            "care_types": {"care_type_id": _text(["care"])},
            "demand": {"area_id": area, "care_type_id": _text(["care"] * areas), "cases_per_year": self.demand},
            "site_care": care,
            "travel_times": {
                "area_id": area,
                "site_id": site,
                "mode": _text(["car"]),
                "future": _text([None]),
                "minutes": (self.cost / self.demand[:, None])[None],
            },
        }

    def scenario(self, *, behaviour: Json, seconds: float, relative_gap: float = 0.0) -> Json:
        """Least cost, with exactly ``p`` sites where the instance says so."""
        rules: list[Json] = []
        if self.p is not None:
            rules.append({"rule": "site_count", "care_type": "care", "exactly": self.p})
        if self.norm:
            assert self.capacity is not None
            (at_least,) = set((self.norm * self.capacity).tolist())
            rules.append({"rule": "volume_norm", "care_type": "care", "at_least": at_least})
        travel: Json = {"objective": "travel_time"}
        both: Json = {"objective": "weighted", "terms": [
            {"weight": 1, **travel}, {"weight": 1, "objective": "operating_cost"}
        ]}  # fmt: skip
        return {
            "name": "library",
            "care_types": ["care"],
            "behaviours": {"*": behaviour},
            "rules": rules,
            "objectives": [travel if self.fixed is None else both],
            "question": {"question": "optimise"},
            "limits": {"seconds": seconds, "relative_gap": relative_gap},
        }


def p_median(path: Path, p: int | None = None) -> Instance:
    """OR-Library p-median (shortest paths, of double edges the last counts) or TSPLIB coordinates (distances rounded down, ``p`` given)."""
    if path.suffix == ".tsp":
        cost = np.floor(_distances(_coordinates(path)))
        return Instance(cost, np.ones(len(cost)), p=p)
    words: Iterator[str] = iter(path.read_text().split())
    n, edges, p = (int(next(words)) for _ in range(3))
    length = np.zeros((n, n))
    for _ in range(edges):
        i, j = int(next(words)) - 1, int(next(words)) - 1
        length[i, j] = length[j, i] = float(next(words))
    return Instance(shortest_path(length, directed=False), np.ones(n), p=p)


def single_source(path: Path) -> Instance:
    """Sites and areas, capacities, fixed costs, demands, then per area the cost of all its demand at each site."""
    numbers = np.array(path.read_text().split(), float)
    sites, areas = int(numbers[0]), int(numbers[1])
    ends = np.cumsum([2, sites, sites, areas, sites * areas])
    capacity, fixed, demand, cost = (numbers[a:b] for a, b in pairwise(ends))
    return Instance(cost.reshape(areas, sites), demand, capacity, fixed)


def with_norm(path: Path, norm: float) -> Instance:
    """A single-source instance whose open sites must fill at least such a share of their capacity."""
    return replace(single_source(path), norm=norm)


def capacitated(path: Path, capacity: float | None = None) -> Instance:
    """OR-Library capacitated locations: sites with capacity (``capacity`` where the file says so in words) and cost, then areas with demand and costs."""
    words: Iterator[str] = iter(path.read_text().split())
    sites, areas = int(next(words)), int(next(words))
    known = [(next(words), float(next(words))) for _ in range(sites)]
    rows = [(float(next(words)), [float(next(words)) for _ in range(sites)]) for _ in range(areas)]
    room = [float(size) if capacity is None else capacity for size, _ in known]
    cost = np.array([costs for _, costs in rows])
    return Instance(cost, np.array([demand for demand, _ in rows]), np.array(room), np.array([eur for _, eur in known]))


def capacitated_median(path: Path, *, floor: bool) -> Instance:
    """n and p, then per point x, y, capacity, demand; every point an area and a site, distances as they are or rounded down."""
    numbers = np.array(path.read_text().split(), float)
    n, p = int(numbers[0]), int(numbers[1])
    x, y, capacity, demand = numbers[2 : 2 + 4 * n].reshape(n, 4).T
    cost = _distances(np.column_stack([x, y]))
    return Instance(np.floor(cost) if floor else cost, demand, capacity, p=p)


def same_capacities(path: Path) -> Instance:
    """OR-Library capacitated p-median: number, optimum, n, p and the capacity of all, then per point its number, x, y, demand; distances rounded down."""
    _, _, n, p, capacity, *rest = map(float, path.read_text().split())
    _, x, y, demand = np.array(rest).reshape(int(n), 4).T
    return Instance(np.floor(_distances(np.column_stack([x, y]))), demand, np.full(int(n), capacity), p=int(p))


def _coordinates(path: Path) -> Floats:
    rows = [line.split() for line in path.read_text().splitlines()]
    start = next(i for i, row in enumerate(rows) if row and row[0] == "NODE_COORD_SECTION")
    return np.array([row[1:3] for row in rows[start + 1 :] if len(row) == 3], float)


def _distances(points: Floats) -> Floats:
    apart = points[:, None] - points[None]
    return np.asarray(np.sqrt((apart**2).sum(axis=2)), float)


def _names(letter: str, count: int) -> NDArray[Any]:
    return _text([f"{letter}{i:05d}" for i in range(count)])


def _text(values: list[Any]) -> NDArray[Any]:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
