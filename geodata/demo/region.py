"""A made-up region as plain tables: towns, ageing, hospitals, norms, staff and money, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

from geodata.demo.care_catalogue import CareType
from geodata.demo.country import Country, area_polygons, degrees
from geodata.demo.hospitals import Hospitals
from geodata.demo.landscape import YEARS_PER_PERIOD, Array, Layout
from geodata.demo.means import cost_columns, means_tables, outcome_rates
from geodata.demo.roads import SOURCE, car_minutes
from geodata.demo.sizes import Size, SizeName, size_of
from geodata.demo.surroundings import ambulance_tables, patient_flows, region_members, regions_of
from geodata.demo.world import FIRST_YEAR, SLOWER, World, draw_world
from geodata.package_files import write_package

Columns = dict[str, np.ndarray[Any, Any]]


def write_demo(directory: Path, size: SizeName, seed: int, periods: int | None = None) -> None:
    """Write a made-up region as a data package; the same arguments give the same bytes."""
    tables, geometry = demo_tables(size, seed, periods)
    write_package(tables, geometry, directory)


def demo_tables(size: SizeName | Size, seed: int, periods: int | None = None) -> tuple[dict[str, Columns], Any]:
    """The plain tables of a made-up region and its areas' shapes; `periods` of two years each (default by size).

    A size of your own says what surrounds the region by the name of the size it resembles.

    Raises ValueError for an unknown size or less than one period.
    """
    world = draw_world(size_of(size), seed, periods)
    country, hospitals, care_types, layout = world.country, world.hospitals, world.care_types, world.layout
    regions = regions_of(world.size, country, hospitals)
    tables: dict[str, Columns] = {
        "package": {
            "name": _column([f"demo-{world.size.name}-{seed}"]),
            "title": _column([f"A made-up region ({world.size.name}, seed {seed})"]),
            "reference_date": _column([f"{FIRST_YEAR}-01-01"]),
            "absent_means_zero": _column([]),
        },
        "areas": _areas(country, world.area_ids, regions["zorgkantoor"][0]),
        "sites": _sites(country, hospitals),
        "organisations": {
            "organisation_id": _column(list(hospitals.organisation_names)),
            "name": _column(list(hospitals.organisation_names.values())),
        },
        "care_types": {
            "care_type_id": _column([c.id for c in care_types]),
            "name": _column([c.name for c in care_types]),
            "name_nl": _column([c.name_nl for c in care_types]),
            "urgency": _column([c.urgency for c in care_types]),
            "unit": _column([c.unit for c in care_types]),
        },
        "demand": _demand(world),
        "site_care": _site_care(world),
        "site_times": _site_times(hospitals),
        "population_groups": _groups(country, world.area_ids),
        "region_members": region_members(regions, world.area_ids, hospitals.ids),
        "interdependencies": _interdependencies(care_types),
        "norms": _norms(care_types, layout),
        "outcome_rates": outcome_rates(care_types),
    }
    if len(world.periods) > 1:
        tables["periods"] = _periods(world.periods)
    if world.size.futures:
        tables["futures"] = {
            "future_id": _column(["base", "ageing", "traffic"]),
            "name": _column(["As expected", "More ageing", "Slower roads"]),
            "probability": np.array([0.5, 0.3, 0.2]),
        }
    if world.size.flows:
        first = next(iter(world.cases.values()))
        ids = (hospitals.ids, [c.id for c in care_types])
        flows = patient_flows(layout, first, world.minutes[0], hospitals.weight, world.area_ids, ids)
        tables["patient_flows"] = flows
    tables |= means_tables(care_types, hospitals, layout)
    tables |= ambulance_tables(world.size, country, world.area_ids, world.winding, world.rng)
    tables["travel_times"] = _travel(world.minutes, world.area_ids, hospitals.ids)
    shapes = gpd.GeoDataFrame({"area_id": _column(world.area_ids)}, geometry=area_polygons(country), crs="EPSG:4326")
    return {name: columns for name, columns in tables.items() if len(next(iter(columns.values())))}, shapes


def demo_plan(size: SizeName, seed: int, periods: int | None = None) -> list[dict[str, str]]:
    """A plan for evaluate that meets all norms of the made-up region, patients to the nearest site, in every period.

    It is what the norms and stocks were drawn from, not the best plan. Rows are {site_id, care_type_id}.
    """
    world = draw_world(size_of(size), seed, periods)
    return [
        {"site_id": world.hospitals.ids[s], "care_type_id": world.care_types[k].id}
        for k, s in np.argwhere(world.layout.better)
    ]


def _column(values: list[Any]) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=object)


def _areas(country: Country, ids: list[str], zorgkantoor: list[str]) -> Columns:
    places = degrees(country.area_xy)
    return {
        "area_id": _column(ids),
        "name": _column(country.area_names),
        "population": country.population,
        "lat": places[:, 0],
        "lon": places[:, 1],
        "in_region": np.ones(len(ids), dtype=bool),
        "gemeente": _column([country.town_names[t] for t in country.town_of]),
        "zorgkantoor": _column(zorgkantoor),
        "urban": np.round(country.urban, 3),
    }


def _sites(country: Country, hospitals: Hospitals) -> Columns:
    places = degrees(hospitals.xy)
    fixed = np.round(4e6 + 9e6 * hospitals.weight, -4)
    return {
        "site_id": _column(hospitals.ids),
        "name": _column(hospitals.names),
        "organisation_id": _column(hospitals.organisation),
        "kind": _column(hospitals.kinds),
        "lat": places[:, 0],
        "lon": places[:, 1],
        "in_region": np.ones(len(hospitals.ids), dtype=bool),
        "fixed_cost_eur_per_year": fixed,
        "closing_cost_eur": np.round(0.8 * fixed, -4),
        "place": _column([country.town_names[t] for t in hospitals.towns]),
    }


def _demand(world: World) -> Columns:
    """Rows area by area and care type by care type, for every period and future that has cases of its own."""
    cases = world.cases
    some = next(iter(cases.values()))
    a, k = (index.ravel() for index in np.indices(some.shape))
    columns = {
        "area_id": np.tile(_column(world.area_ids)[a], len(cases)),
        "care_type_id": np.tile(_column([c.id for c in world.care_types])[k], len(cases)),
        "cases_per_year": np.concatenate([c.ravel() for c in cases.values()]),
    }
    if len(world.periods) > 1:
        columns["period"] = np.repeat(_column([period for period, _ in cases]), some.size)
    if any(future for _, future in cases):
        columns["future"] = np.repeat(_column([future for _, future in cases]), some.size)
    return columns


def _site_care(world: World) -> Columns:
    layout, care_types, hospitals = world.layout, world.care_types, world.hospitals
    k, s = np.nonzero(layout.may)
    usual = np.array([max(c.norm, 20) for c in care_types])[k]
    room = np.maximum(1.25 * layout.most_volume[k, s], 1.1 * usual)
    capacity = np.ceil(room / 10) * 10
    unlimited = np.isin(k, [i for i, c in enumerate(care_types) if c.unit == "patient"])
    today = layout.today[k, s]
    noise = world.rng.uniform(0.9, 1.1, size=len(k))
    columns = {
        "site_id": _column(hospitals.ids)[s],
        "care_type_id": _column([c.id for c in care_types])[k],
        "offered_today": today,
        "capacity_per_year": np.where(unlimited, np.nan, capacity),
    }
    columns |= cost_columns(care_types, layout, world.rng)
    columns["volume_today"] = np.where(today, np.round(layout.today_volume[k, s] * noise), np.nan)
    columns["attraction"] = np.round(0.6 + 0.4 * hospitals.weight[s] * world.rng.uniform(0.9, 1.1, size=len(k)), 2)
    return columns


def _site_times(hospitals: Hospitals) -> Columns:
    count = len(hospitals.ids)
    minutes = car_minutes(hospitals.xy, hospitals.xy, np.full(count, 0.6), np.full(count, 0.5))
    s, to = np.nonzero(~np.eye(count, dtype=bool))
    ids = _column(hospitals.ids)
    return {"site_id": ids[s], "to_site_id": ids[to], "mode": _column(["car"] * len(s)), "minutes": minutes[s, to]}


def _groups(country: Country, ids: list[str]) -> Columns:
    groups = {
        "65_plus": country.old,
        "0_17": country.young,
        "women_15_49": country.women,
        "without_car": country.without_car,
    }
    return {
        "area_id": np.tile(_column(ids), len(groups)),
        "group": np.repeat(_column(list(groups)), len(ids)),
        "persons": np.concatenate(list(groups.values())),
    }


def _interdependencies(care_types: tuple[CareType, ...]) -> Columns:
    present = {c.id for c in care_types}
    rows = [(c.id, c.requires, c.relation) for c in care_types if c.requires in present]
    columns = {name: _column([r[i] for r in rows]) for i, name in enumerate(("care_type_id", "requires", "relation"))}
    columns["minutes"] = np.array([30.0 if r[2] == "within_minutes" else np.nan for r in rows])
    return columns


def _norms(care_types: tuple[CareType, ...], layout: Layout) -> Columns:
    rows: list[dict[str, Any]] = []
    for care_type, norm in zip(care_types, layout.volume_norm.tolist(), strict=True):
        if norm:
            rows.append({"rule": "volume_norm", "care_type": care_type.id, "at_least": norm, "bearer": "site"})
    for care_type, minutes, share in zip(care_types, layout.minutes.tolist(), layout.share.tolist(), strict=True):
        if minutes:
            kind = {"kind": "everyone"} if share == 1 else {"kind": "share", "at_least_share": share}
            rows.append(
                {"rule": "access_norm", "care_type": care_type.id, "mode": "car", "max_minutes": minutes, **kind}
            )
    for number, row in enumerate(rows):
        row |= {"id": f"norm-{number + 1:02d}", "hardness": "hard", "source": "Made up for demonstration"}
        row |= {"adopted_by": "Made-up care table", "adopted_on": "2025-03-25", "valid_from": "2026-01-01"}
    numbers = {"at_least", "max_minutes", "at_least_share"}
    names = ("rule", "id", "care_type", "mode", *sorted(numbers), "bearer", "kind", "hardness", "source", "adopted_by")
    columns = {
        name: np.array([row.get(name, np.nan) for row in rows], dtype=float)
        if name in numbers
        else _column([row.get(name) for row in rows])
        for name in (*names, "adopted_on", "valid_from")
    }
    return columns | {"verified": _column([False] * len(rows))}


def _periods(ids: list[str]) -> Columns:
    return {
        "period_id": _column(ids),
        "name": _column([f"{p} and {int(p) + 1}" for p in ids]),
        "start": _column([f"{p}-01-01" for p in ids]),
        "years": np.full(len(ids), float(YEARS_PER_PERIOD)),
    }


def _travel(layers: list[Array], area_ids: list[str], site_ids: list[str]) -> Columns:
    sources = [SOURCE, f"{SOURCE}; every trip {SLOWER} times as long"][: len(layers)]
    return {
        "mode": _column(["car"] * len(layers)),
        "future": _column([None, "traffic"][: len(layers)]),
        "area_id": _column(area_ids),
        "site_id": _column(site_ids),
        "minutes": np.stack(layers),
        "source": _column(sources),
    }
