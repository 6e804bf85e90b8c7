"""Towns, the areas around them, and the hospitals in them: where people live and how old they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geodata.crs import reproject
from geodata.demo.names import QUARTERS, place_names
from geodata.demo.sizes import Size

Points = np.ndarray[Any, np.dtype[np.float64]]
Counts = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Country:
    """Areas a and towns w of a made-up region; coordinates in RD metres, persons as whole numbers.

    area_xy[A, 2], town_xy[W, 2], town_size[W] (largest first), town_of[A] (index), urban[A] (share 0 to 1),
    population[A], old[A] (65 and over), young[A] (under 18), women[A] (15 to 49), without_car[A].
    """

    area_xy: Points
    area_names: list[str]
    town_xy: Points
    town_names: list[str]
    town_size: Counts
    town_of: np.ndarray[Any, np.dtype[np.intp]]
    urban: Counts
    population: Counts
    old: Counts
    young: Counts
    women: Counts
    without_car: Counts


def make_country(size: Size, rng: np.random.Generator) -> Country:
    """A country of the given size: towns by rank and size, areas dense in them and thin between them."""
    span = np.array([size.width_km, size.height_km]) * 1000
    corner = np.array(size.corner)
    town_xy = corner + _spread(size.towns, rng, keep=0.94) * span
    town_size = 1.0 / np.arange(1, size.towns + 1, dtype=np.float64) ** 0.75
    town_size = (town_size / town_size.sum()).astype(np.float64)
    in_town = int(size.areas * 0.62)
    per_town = np.floor(town_size * in_town).astype(int)
    per_town[: in_town - per_town.sum()] += 1
    home = np.repeat(np.arange(size.towns), per_town)
    radius = 550.0 * np.sqrt(per_town[home]) + 350
    urban_xy = town_xy[home] + rng.normal(size=(len(home), 2)) * radius[:, None]
    rural_xy = corner + _spread(size.areas - len(home), rng, keep=1.0) * span
    xy = np.clip(np.vstack([urban_xy, rural_xy]), corner, corner + span)
    xy = np.round(xy + rng.uniform(-60, 60, size=xy.shape), 1)
    town_of = np.argmin(_squared(xy, town_xy), axis=1)
    urban = np.clip(np.exp(-np.sqrt(_squared(xy, town_xy)[np.arange(len(xy)), town_of]) / 6000), 0.02, 1)
    order = np.lexsort((xy[:, 0], -np.round(xy[:, 1] / 8000)))
    xy, town_of, urban = xy[order], town_of[order], urban[order]
    town_names = place_names(size.towns, rng)
    population = np.round(rng.lognormal(np.log(1500 + 5200 * urban), 0.35)).clip(120, 19_000)
    share_old = np.clip(0.275 - 0.12 * urban + rng.normal(0, 0.03, len(xy)), 0.09, 0.42)
    share_young = np.clip(0.185 + 0.02 * urban + rng.normal(0, 0.02, len(xy)), 0.1, 0.28)
    old, young = np.round(population * share_old), np.round(population * share_young)
    women = np.round((population - old - young) * np.clip(0.42 + 0.07 * urban, 0.4, 0.5))
    without_car = np.round(population * np.clip(0.06 + 0.24 * urban + 0.2 * (share_old - 0.2), 0.02, 0.45))
    names = _area_names(town_of, urban, town_names, size, rng)
    return Country(
        xy, names, town_xy, town_names, town_size, town_of, urban, population, old, young, women, without_car
    )


def _squared(points: Points, others: Points) -> Points:
    """Squared distances [len(points), len(others)]."""
    apart = points[:, None, :] - others[None, :, :]
    return np.asarray(np.einsum("ijk,ijk->ij", apart, apart))


def _spread(count: int, rng: np.random.Generator, *, keep: float) -> Points:
    """Points in the unit square, more even than chance: the best of five candidates each; `keep` leaves a margin."""
    points = np.empty((count, 2))
    for i in range(count):
        candidates = rng.random((5, 2))
        if i:
            nearest = _squared(candidates, points[max(0, i - 400) : i]).min(axis=1)
            points[i] = candidates[int(np.argmax(nearest))]
        else:
            points[i] = 0.45 + 0.1 * candidates[0]
    return 0.5 + (points - 0.5) * keep


def _area_names(
    town_of: np.ndarray[Any, np.dtype[np.intp]], urban: Counts, towns: list[str], size: Size, rng: np.random.Generator
) -> list[str]:
    villages = iter(place_names(size.areas + size.towns, rng))
    taken = set(towns)
    used: dict[int, int] = {}
    names: list[str] = []
    for town, share in zip(town_of.tolist(), urban.tolist(), strict=True):
        if share > 0.45:
            number = used[town] = used.get(town, -1) + 1
            quarter = QUARTERS[number % len(QUARTERS)]
            again = f" {number // len(QUARTERS) + 1}" if number >= len(QUARTERS) else ""
            names.append(f"{towns[town]} {quarter}{again}")
        else:
            names.append(next(v for v in villages if v not in taken))
    return names


def degrees(xy: Points) -> Points:
    """RD metres as [n, 2] latitude and longitude in WGS84, to six decimals."""
    moved = reproject(np.asarray(shapely.points(xy)), 28992, 4326)
    return np.round(np.column_stack([shapely.get_y(moved), shapely.get_x(moved)]), 6).astype(np.float64)


def area_polygons(country: Country) -> np.ndarray[Any, Any]:
    """The ground nearest to each area's centre, within the region's outline: WGS84 polygons to six decimals."""
    outline = shapely.buffer(shapely.concave_hull(shapely.multipoints(country.area_xy), 0.25), 2500)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(country.area_xy), extend_to=outline, ordered=True)
    )
    shapes = shapely.intersection(cells, outline)
    moved = reproject(shapes, 28992, 4326)
    rounded: np.ndarray[Any, Any] = shapely.transform(moved, lambda points: np.round(points, 6))
    return rounded
