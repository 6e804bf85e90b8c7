"""OR-Library capacitated locations: steered patients, travel and fixed costs added, equal to the published optima."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.builders import Json, PlainTables, scenario, world
from tests.front_door import answer, values

NAMES = [
    f"cap{number}"
    for number in (
        *(41, 42, 43, 44, 51, 61, 62, 63, 64, 71, 72, 73, 74, 81, 82, 83, 84, 91, 92, 93, 94),
        *(101, 102, 103, 104, 111, 112, 113, 114, 121, 122, 123, 124, 131, 132, 133, 134),
    )
]
BOTH_COSTS: Json = {
    "objective": "weighted",
    "terms": [{"weight": 1, "objective": "travel_time"}, {"weight": 1, "objective": "operating_cost"}],
}


@dataclass(frozen=True)
class Instance:
    """An instance as in its file: capacity[s], fixed[s], demand[a]; cost[a][s] of serving all demand of an area."""

    capacity: list[float]
    fixed: list[float]
    demand: list[float]
    cost: list[list[float]]

    def tables(self) -> PlainTables:
        """The instance as a landscape: the cost per unit stands in the minutes."""
        areas = {f"a{n:04d}": n for n in range(len(self.demand))}
        sites = {f"s{n:03d}": n for n in range(len(self.capacity))}
        return world(
            {a: {s: self.cost[i][j] / self.demand[i] for s, j in sites.items()} for a, i in areas.items()},
            {a: self.demand[i] for a, i in areas.items()},
            care_types=("care",),
            offered="none",
            capacity={s: self.capacity[j] for s, j in sites.items()},
            site_care={"fixed_cost_eur_per_year": {s: self.fixed[j] for s, j in sites.items()}},
        )


def read(path: Path, capacity: float | None = None) -> Instance:
    """An instance of the library; where its file says `capacity`, each site gets the one given."""
    words: Iterator[str] = iter(path.read_text().split())
    site_count, area_count = int(next(words)), int(next(words))
    sites = [(next(words), float(next(words))) for _ in range(site_count)]
    areas = [(float(next(words)), [float(next(words)) for _ in range(site_count)]) for _ in range(area_count)]
    return Instance(
        capacity=[float(capacity if capacity is not None else size) for size, _ in sites],
        fixed=[fixed for _, fixed in sites],
        demand=[demand for demand, _ in areas],
        cost=[costs for _, costs in areas],
    )


def published(folder: Path) -> dict[str, float]:
    """Optimum by instance name."""
    lines = (line.split() for line in (folder / "bounds.txt").read_text().splitlines() if line.strip())
    return {name: float(optimum) for name, optimum, *_ in lines}


@pytest.mark.parametrize("name", NAMES)
def test_the_cheapest_layout_costs_what_was_published(shared: Path, name: str) -> None:
    folder = shared / "benchmarks" / "orlib_cap"
    tables = read(folder / f"{name}.txt").tables()
    outcome = answer(tables, scenario(behaviour="steered", objectives=BOTH_COSTS, seconds=300))
    assert outcome["outcome"] == "optimal"
    assert values(outcome) == [pytest.approx(published(folder)[name], abs=0.01)]
