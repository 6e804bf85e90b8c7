"""A made-up region before it becomes tables: who lives where, which hospitals stand there, and what they do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.demo.care_catalogue import CareType, chosen_care_types
from geodata.demo.country import Country, make_country
from geodata.demo.hospitals import Hospitals, make_hospitals
from geodata.demo.landscape import YEARS_PER_PERIOD, Array, Layout, make_layout, yearly_cases
from geodata.demo.roads import car_minutes
from geodata.demo.sizes import Size

FIRST_YEAR = 2026
SLOWER = 1.12
"""In the future `traffic` every trip takes so many times as long."""
_MORE_AGEING = 0.012


@dataclass(frozen=True)
class World:
    """Everything drawn from the seed: minutes[A, S] per travel layer, cases[A, K] per (period, future).

    winding[A] (0 to 1) is how much the roads around an area wind; `rng` goes on where the drawing stopped.
    """

    size: Size
    country: Country
    hospitals: Hospitals
    care_types: tuple[CareType, ...]
    area_ids: list[str]
    periods: list[str]
    winding: Array
    minutes: list[Array]
    cases: dict[tuple[str, str | None], Array]
    layout: Layout
    rng: np.random.Generator


def draw_world(size: Size, seed: int, periods: int | None) -> World:
    """The region of a size and seed with so many periods of two years (default by size); raises ValueError for none."""
    count = size.periods if periods is None else periods
    if count < 1:
        raise ValueError("A region has at least one period.")
    rng = np.random.default_rng([seed, size.areas])
    country = make_country(size, rng)
    hospitals = make_hospitals(size, country, rng)
    care_types = chosen_care_types(size.care_types)
    winding = rng.random(size.areas)
    minutes = [car_minutes(country.area_xy, hospitals.xy, country.urban, winding)]
    names = [str(FIRST_YEAR + YEARS_PER_PERIOD * t) for t in range(count)]
    cases: dict[tuple[str, str | None], Array] = {}
    for future, extra in ((None, 0.0), ("ageing", _MORE_AGEING)) if size.futures else ((None, 0.0),):
        for t, period in enumerate(names):
            cases[period, future] = yearly_cases(country, care_types, YEARS_PER_PERIOD * t, extra)
    if size.futures:
        minutes.append(np.round(SLOWER * minutes[0], 1))
    layout = make_layout(hospitals, care_types, country.population, minutes, list(cases.values()), rng)
    area_ids = [str(1001 + i) for i in range(size.areas)]
    return World(size, country, hospitals, care_types, area_ids, names, winding, minutes, cases, layout, rng)
