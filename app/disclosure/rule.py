"""The disclosure rule: what people outside a workspace's planners see of observed counts, so that no small one can be found out.

Counts below a threshold are hidden; and every number that is published, totals, means and differences included, is worked
out from *coarse* counts. Coarse counts are multiples of the threshold: the counts are added up along a line through the
map, beginning at a secret place, and each is given the multiples that are passed within it. So a total over neighbouring
areas is right to within a threshold or two, and all that anybody can work out about a hidden count, from however many
numbers, is that it is below the threshold: along the line every value it could have leaves all multiples as they are.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geodata.package import Package

Column = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
COUNTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "areas": ("population", ()),
    "demand": ("cases_per_year", ("care_type_id", "period", "future")),
    "population_groups": ("persons", ("group",)),
    "patient_flows": ("cases_per_year", ("site_id", "care_type_id")),
    "site_care": ("external_cases_per_year", ("care_type_id",)),
}
"""Table -> its column of observed counts, and the columns that tell its series apart."""
NEVER_SHOWN = {"site_care": "volume_today"}
"""Observed totals that are in no result; they would say twice what the coarse counts say."""


def coarse(counts: Floats, *, threshold: float, start: float) -> Floats:
    """The multiples of the threshold that are passed within each count, added up in order from `start` [0, threshold).

    NaN (missing) stays missing and passes nothing.
    """
    missing = np.isnan(counts)
    passed = np.floor((np.cumsum(np.where(missing, 0.0, counts)) + start) / threshold)
    within = np.diff(passed, prepend=0.0) * threshold
    return np.where(missing, np.nan, within)


def coarse_package(package: Package, *, threshold: float, secret: str) -> Package:
    """The package with its observed counts coarse; tables that it calls modelled stay as they are.

    Its hash is empty: it is not data that anybody loaded.
    """
    modelled = set(package.tables.get("package", {}).get("modelled", ()))
    line = _line(package.tables)
    tables: dict[str, Mapping[str, Column]] = dict(package.tables)
    for table, (name, series) in COUNTS.items():
        columns = package.tables.get(table, {})
        if name in columns and table not in modelled:
            counts = _coarse_column(table, columns, name, series, line, threshold, secret)
            tables[table] = {**columns, name: counts}
    for table, name in NEVER_SHOWN.items():
        if name in tables.get(table, {}) and table not in modelled:
            tables[table] = {**tables[table], name: np.full_like(tables[table][name], np.nan)}
    return Package(tables, package.geometry, "")


def _coarse_column(
    table: str, columns: Mapping[str, Column], name: str, series: tuple[str, ...], line: Mapping[str, int],
    threshold: float, secret: str,
) -> Floats:  # fmt: skip
    """The counts of one column, each series coarse along the line of areas (or sites)."""
    counts = np.asarray(columns[name], dtype=np.float64)
    names = [tuple(str(columns[part][row]) for part in series if part in columns) for row in range(len(counts))]
    places = columns["area_id"] if "area_id" in columns else columns["site_id"]
    order = sorted(range(len(counts)), key=lambda row: (names[row], line.get(str(places[row]), 0), str(places[row])))
    result = np.empty(len(counts))
    begin = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or names[order[end]] != names[order[begin]]:
            own = order[begin:end]
            start = _secret_place(secret, table, *names[own[0]]) * threshold
            result[own] = coarse(counts[own], threshold=threshold, start=start)
            begin = end
    return result


def _secret_place(secret: str, *what: str) -> float:
    """A number in [0, 1) that nobody can know without the secret, and that stays the same."""
    told = hmac.new(secret.encode(), "\x1f".join(what).encode(), hashlib.sha256).digest()
    return int.from_bytes(told[:6]) / 2**48


def _line(tables: Mapping[str, Mapping[str, Column]]) -> dict[str, int]:
    """The place of every area and site on a line through the map that keeps neighbours together (Hilbert's)."""
    found: dict[str, int] = {}
    for table, own_id in (("areas", "area_id"), ("sites", "site_id")):
        columns = tables[table]
        if "lat" in columns and "lon" in columns and len(columns[own_id]) > 1:
            lon, lat = (np.nan_to_num(np.asarray(columns[name], dtype=np.float64)) for name in ("lon", "lat"))
            places = gpd.GeoSeries(gpd.points_from_xy(lon, lat)).hilbert_distance().tolist()
            found.update(zip(map(str, columns[own_id]), places, strict=True))
    return found
