"""Car minutes estimated from coordinates and density, for want of a routing engine; labelled as an estimate.

minutes = factor x (o_area/1000)^a x (o_site/1000)^b x (start + sum over stretches of straight km x minutes per km)

with o the inhabitants per km2 within 5 km (a place without known density counts as 1000). The coefficients were fitted
to the Dutch car minutes of 4,067 postcode areas to 89 hospitals (pairs up to 60 km, Wadden islands left out), which
agree with the 25 and 30 minute isochrones of OpenRouteService; `python -m benchmarks.travel_estimate` fits them again
and measures the error against routed matrices. Water, ferries and mountains are not known to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geodata.routing.matrix import Floats, Points, Provenance, RoutedMatrix, straight_km

KNOTS_KM = (0.0, 3.0, 8.0, 15.0, 30.0, 60.0)
START_MINUTES = 3.141
MINUTES_PER_KM = (2.029, 1.388, 1.069, 0.843, 0.834)
"""Minutes per straight km in the stretches between the knots; the last one holds beyond the last knot too."""
AREA_EXPONENT = -0.0209
SITE_EXPONENT = 0.0133
DENSITY_RADIUS_KM = 5.0
REFERENCE_DENSITY = 1000.0
VERSION = "1"


@dataclass(frozen=True)
class Density:
    """Inhabitants per km2 around each area and each site; NaN where it is not known."""

    areas: Floats
    sites: Floats


def densities(areas: Points, population: Floats, sites: Points) -> Density:
    """Inhabitants within 5 km per km2, from the areas' own points; NaN everywhere if no population is known."""
    known = np.nan_to_num(population)
    around = np.pi * DENSITY_RADIUS_KM**2

    def near(places: Points) -> Floats:
        if not known.any():
            return np.full(len(places.ids), np.nan)
        total = np.zeros(len(places.ids))
        for first in range(0, len(places.ids), 500):
            some = slice(first, first + 500)
            total[some] = (straight_km(places[some], areas) <= DENSITY_RADIUS_KM) @ known
        return np.asarray(np.maximum(total / around, 1.0))

    return Density(near(areas), near(sites))


def by_distance(km: Floats) -> Floats:
    """Minutes for a straight distance [km] at the reference density."""
    minutes = np.full(km.shape, START_MINUTES)
    for i, pace in enumerate(MINUTES_PER_KM):
        last = i == len(MINUTES_PER_KM) - 1
        minutes = minutes + pace * np.clip(km - KNOTS_KM[i], 0, np.inf if last else KNOTS_KM[i + 1] - KNOTS_KM[i])
    return np.asarray(minutes)


def estimate(areas: Points, sites: Points, density: Density, *, factor: float = 1.0, sample: str = "") -> RoutedMatrix:
    """Estimated car minutes (0.1) and no km; `factor` from `calibrated` and `sample`, what it was calibrated on."""
    by_area = _scaled(density.areas, AREA_EXPONENT)[:, None]
    by_site = _scaled(density.sites, SITE_EXPONENT)[None, :]
    minutes = np.round(factor * by_area * by_site * by_distance(straight_km(areas, sites)), 1)
    made = Provenance("ESTIMATE", VERSION, "car from distance and density", "")
    if sample:
        made = Provenance("ESTIMATE", VERSION, f"car from distance and density, x {factor:.3f} on {sample}", "")
    return RoutedMatrix(areas.ids, sites.ids, minutes, np.full(minutes.shape, np.nan), made, {})


def calibrated(estimated: Floats, routed: Floats) -> float:
    """The factor that makes the estimate right in the median over pairs routed by an engine (inf and NaN left out)."""
    both = np.isfinite(routed) & np.isfinite(estimated) & (estimated > 0) & (routed > 0)
    if not both.any():
        raise ValueError("No pair of the sample has both routed and estimated minutes.")
    return float(np.median(routed[both] / estimated[both]))


def _scaled(density: Floats, exponent: float) -> Floats:
    known = np.where(np.isnan(density), REFERENCE_DENSITY, density)
    return np.asarray((known / REFERENCE_DENSITY) ** exponent)
