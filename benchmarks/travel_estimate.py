"""How far the estimated car minutes are from routed ones: fits the coefficients again and writes the table of errors.

`python -m benchmarks.travel_estimate` reads ../shared/data and writes docs/travel-estimate.md. The points of the English
areas are in benchmarks/data/lsoa_points.csv (Office for National Statistics, Open Government Licence v3.0).
"""

from __future__ import annotations

import csv
import itertools
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from geodata.routing import estimate as model
from geodata.routing.matrix import Floats, Points, straight_km

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "travel-estimate.md"
ISLANDS = {"Texel", "Vlieland", "Terschelling", "Ameland", "Schiermonnikoog"}
PAIRS, FARTHEST_KM = 40_000, 60.0


@dataclass(frozen=True)
class Region:
    """Places with their densities, and minutes[A, S] to compare with (NaN: leave out)."""

    name: str
    routed_by: str
    areas: Points
    sites: Points
    density: model.Density
    minutes: Floats


def main() -> None:
    """Measures and writes the page; exits 1 where the data are not beside the project."""
    if not DATA.is_dir():
        sys.exit("The data are not there: ../shared/data beside the project.")
    dutch, zones = netherlands()
    regions = [liechtenstein(), devon(), brighton()]
    PAGE.write_text("\n".join(page(dutch, zones, regions)) + "\n", encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


def page(dutch: Region, zones: Floats, regions: list[Region]) -> list[str]:
    """The lines of the document."""
    words = fitted(dutch)
    used = (model.START_MINUTES, *model.MINUTES_PER_KM, model.AREA_EXPONENT, model.SITE_EXPONENT)
    table = [line for region in [*regions, dutch] for line in error_rows(region)]
    return [
        "# Estimated travel times, and how wrong they are",
        "",
        "Written by `python -m benchmarks.travel_estimate` from `../shared/data`; do not edit by hand. Where no routing",
        "engine is at hand, car minutes can be estimated from coordinates and density. The formula stands in",
        "`geodata/routing/estimate.py`; the column `source` of such minutes begins with ESTIMATE. Use them to get going;",
        "route before you decide.",
        "",
        "Routed minutes are the truth here; error = estimate - routed. *As it is*: the coefficients of the code, fitted to",
        "Dutch minutes. *Calibrated*: times one factor, the median ratio over every tenth area; the error is over the",
        "other areas. *Within 5* is the share of pairs at most 5 minutes off; *nearest* the share of areas whose nearest site",
        "is the same.",
        "",
        "| region | routed by | pairs | estimate | mean abs. error [min] | 90 % within [min] | bias [min] | within 5 | nearest |",
        "|---|---|---|---|---|---|---|---|---|",
        *table,
        "",
        "The Dutch row is no independent test (the fit was made on it, on minutes that are themselves a reconciled",
        "estimate). Against the real OpenRouteService classes of the same pairs:",
        f"{zone_agreement(dutch, zones)}.",
        "",
        "Coefficients, fitted again just now beside those in use (start [min]; minutes per straight km between 0, 3, 8, 15,",
        "30 and 60 km; exponents of density at the area and at the site):",
        "",
        "| | start | 0-3 | 3-8 | 8-15 | 15-30 | 30-60 | area | site |",
        "|---|---|---|---|---|---|---|---|---|",
        "| fitted | " + " | ".join(f"{w:.3f}" for w in words) + " |",
        "| in use | " + " | ".join(f"{w:.3f}" for w in used) + " |",
        "",
        "Car minutes only: public transport cannot be estimated this way. Water and mountains are not known to the formula,",
        "so look at pairs with a river, an estuary or a ridge between them first.",
    ]


def error_rows(region: Region) -> list[str]:
    """The row as it is, and, where there are areas enough, the row calibrated on every tenth area."""
    plain = model.estimate(region.areas, region.sites, region.density).minutes
    rows = [error_row(region, "as it is", plain, region.minutes)]
    if len(region.areas.ids) >= 100:
        sample = np.arange(len(region.areas.ids)) % 10 == 0
        factor = model.calibrated(plain[sample], region.minutes[sample])
        rows.append(error_row(region, f"calibrated, x {factor:.2f}", factor * plain[~sample], region.minutes[~sample]))
    return rows


def error_row(region: Region, how: str, guess: Floats, routed: Floats) -> str:
    """One line of the table."""
    known = np.isfinite(routed)
    error = (guess - routed)[known]
    whole = known.all(axis=1)
    same = np.mean(guess[whole].argmin(axis=1) == routed[whole].argmin(axis=1)) if routed.shape[1] > 1 else np.nan
    nearest = "-" if np.isnan(same) else f"{same:.0%}"
    return (
        f"| {region.name} | {region.routed_by} | {known.sum():,} | {how} | {np.abs(error).mean():.1f} | "
        f"{np.percentile(np.abs(error), 90):.1f} | {error.mean():+.1f} | {np.mean(np.abs(error) <= 5):.0%} | {nearest} |"
    )


def zone_agreement(dutch: Region, zones: Floats) -> str:
    """In how many pairs up to 60 km the estimate lies on the right side of 25 and of 30 minutes."""
    guess = model.estimate(dutch.areas, dutch.sites, dutch.density).minutes
    near = (zones >= 0) & (straight_km(dutch.areas, dutch.sites) <= FARTHEST_KM)
    near &= (guess > 15) & (guess < 45)
    within_25 = np.mean((guess <= 25)[near] == (zones == 0)[near])
    within_30 = np.mean((guess <= 30)[near] == (zones <= 1)[near])
    return (
        f"of the {near.sum():,} pairs estimated at 15 to 45 minutes, {within_25:.1%} lie on the right side of 25 minutes "
        f"and {within_30:.1%} on the right side of 30"
    )


def fitted(dutch: Region) -> list[float]:
    """The coefficients by least squares on a fixed sample of near pairs, robust to pairs across water."""
    km = straight_km(dutch.areas, dutch.sites)
    pairs = np.argwhere(np.isfinite(dutch.minutes) & (km <= FARTHEST_KM))
    pairs = pairs[np.random.default_rng(1).choice(len(pairs), PAIRS, replace=False)]
    a, s = pairs.T
    at, minutes = km[a, s], dutch.minutes[a, s]
    knots = np.array(model.KNOTS_KM)
    stretches = np.stack([np.clip(at - low, 0, high - low) for low, high in itertools.pairwise(knots)], -1)
    logs = [np.log(d / model.REFERENCE_DENSITY) for d in (dutch.density.areas[a], dutch.density.sites[s])]
    weight = 1 / np.sqrt(np.maximum(minutes, 5))

    def off(words: Floats) -> Floats:
        guess = (words[0] + stretches @ words[1:6]) * np.exp(words[6] * logs[0] + words[7] * logs[1])
        return np.asarray((guess - minutes) * weight)

    found = least_squares(off, [2, 1.5, 1.2, 1, 1, 0.8, 0, 0], loss="soft_l1")
    return [float(w) for w in found.x]


def netherlands() -> tuple[Region, Floats]:
    """The Dutch areas and acute sites, without the Wadden islands; and the isochrone class of every pair."""
    areas, sites = read(DATA / "nl" / "areas_pc4.csv"), read(DATA / "nl" / "sites_acute_rivm2019.csv")
    places, homes = points(sites, "site_id"), points(areas, "pc4")
    density = model.densities(homes, numbers(areas, "pop_total"), places)
    minutes, zones = (matrix(DATA / "nl" / f"{name}_pc4_x_site.csv") for name in ("travel_minutes", "ors_bin"))
    minutes[[row["gemeente"] in ISLANDS for row in areas]] = np.nan
    return Region("Netherlands", "estimate reconciled with isochrones", homes, places, density, minutes), zones


def liechtenstein() -> Region:
    """19 places to one hospital, by OSRM on OpenStreetMap; no density (half of the inhabitants are not known)."""
    folder = DATA / "osm-liechtenstein"
    homes, places = points(read(folder / "areas.csv"), "area_id"), points(read(folder / "sites.csv"), "site_id")
    minutes = matrix(folder / "osrm_car_minutes.csv")
    return Region("Liechtenstein", "OSRM 26.10, car", homes, places, _unknown(homes, places), minutes)


def devon() -> Region:
    """707 areas to 15 minor injury units, by a routing engine, in whole minutes."""
    folder = DATA / "england-devon-brighton"
    units = features(folder / "devon_mius.geojson")
    named = {u["properties"]["Facility_Name"]: u["geometry"]["coordinates"] for u in units}
    return _england("Devon", folder / "devon_miu_travel_matrix.csv", named, 1.0)


def brighton() -> Region:
    """165 areas to 6 sites, by a routing engine, in seconds."""
    folder = DATA / "england-devon-brighton"
    sites = features(folder / "brighton_sites_named.geojson")
    named = {next(iter(s["properties"].values())): s["geometry"]["coordinates"] for s in sites}
    return _england("Brighton", folder / "brighton_travel_matrix_driving_named.csv", named, 60.0)


def _england(name: str, path: Path, named: dict[str, list[float]], divisor: float) -> Region:
    rows = read(path)
    first, *columns = rows[0]
    at = {row["lsoa"]: row for row in read(ROOT / "benchmarks" / "data" / "lsoa_points.csv")}
    homes = points([at[row[first]] for row in rows], "lsoa")
    lon, lat = (np.array([named[c][i] for c in columns]) for i in (0, 1))
    places = Points(tuple(columns), lat, lon)
    minutes = matrix(path)
    minutes[minutes >= 9999] = np.nan
    return Region(name, "a routing engine, car", homes, places, _unknown(homes, places), minutes / divisor)


def _unknown(homes: Points, places: Points) -> model.Density:
    return model.Density(np.full(len(homes.ids), np.nan), np.full(len(places.ids), np.nan))


def features(path: Path) -> list[dict[str, Any]]:
    """The features of a GeoJSON file."""
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return found


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def numbers(rows: list[dict[str, str]], column: str) -> Floats:
    """A column as numbers, NaN where blank."""
    return np.array([float(row[column] or "nan") for row in rows])


def points(rows: list[dict[str, str]], column: str) -> Points:
    """The places of a table with lat and lon."""
    return Points(tuple(row[column] for row in rows), numbers(rows, "lat"), numbers(rows, "lon"))


def matrix(path: Path) -> Floats:
    """Every column of a table but the first."""
    return np.array([[float(v or "nan") for v in list(row.values())[1:]] for row in read(path)])


if __name__ == "__main__":
    main()
