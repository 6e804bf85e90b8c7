"""What lies around care: regions of several kinds, ambulance posts, and who goes where today."""

from __future__ import annotations

from typing import Any

import numpy as np

from geodata.demo.country import Country, degrees
from geodata.demo.hospitals import Hospitals
from geodata.demo.landscape import Array, Layout
from geodata.demo.roads import car_minutes
from geodata.demo.sizes import Size

Columns = dict[str, np.ndarray[Any, Any]]


def _column(values: list[Any]) -> np.ndarray[Any, Any]:
    return np.array(values, dtype=object)


def regions_of(size: Size, country: Country, hospitals: Hospitals) -> dict[str, tuple[list[str], list[str]]]:
    """Per kind of region, the region id of each area and of each site: that of the nearest of its first hospitals."""
    counts = {"small": (1, 2, 1), "region": (2, 4, 1), "national": (11, 31, 7)}[size.name]
    regions = {}
    for kind, count in zip(("roaz", "zorgkantoor", "oncology_network"), counts, strict=True):
        seeds = hospitals.xy[:count]
        regions[kind] = (_nearest(country.area_xy, seeds, kind), _nearest(hospitals.xy, seeds, kind))
    return regions


def _nearest(points: Array, seeds: Array, kind: str) -> list[str]:
    apart = np.hypot(points[:, None, 0] - seeds[None, :, 0], points[:, None, 1] - seeds[None, :, 1])
    return [f"{kind}-{i + 1:02d}" for i in apart.argmin(axis=1)]


def region_members(
    regions: dict[str, tuple[list[str], list[str]]], area_ids: list[str], site_ids: list[str]
) -> Columns:
    """The table region_members."""
    rows = [
        (region, kind, member_kind, member)
        for kind, (of_areas, of_sites) in regions.items()
        for member_kind, of, members in (("area", of_areas, area_ids), ("site", of_sites, site_ids))
        for region, member in zip(of, members, strict=True)
    ]
    return {
        name: _column([r[i] for r in rows])
        for i, name in enumerate(("region_id", "region_kind", "member_kind", "member_id"))
    }


def ambulance_tables(
    size: Size, country: Country, area_ids: list[str], winding: Array, rng: np.random.Generator
) -> dict[str, Columns]:
    """The tables ambulance_posts and post_times: posts in the towns, minutes to each area from its six nearest."""
    towns = np.arange(size.posts) % size.towns
    xy = np.round(country.town_xy[towns] + rng.normal(0, 2200, size=(size.posts, 2)), 1)
    minutes = np.round(0.84 * car_minutes(country.area_xy, xy, country.urban, winding), 1)
    near = np.sort(np.argsort(minutes, axis=1, kind="stable")[:, :6], axis=1)
    ids = _column([f"P{i + 1:03d}" for i in range(size.posts)])
    places = degrees(xy)
    area = np.repeat(np.arange(len(area_ids)), near.shape[1])
    return {
        "ambulance_posts": {
            "post_id": ids,
            "name": _column([f"Post {country.town_names[t]}" for t in towns]),
            "lat": places[:, 0],
            "lon": places[:, 1],
            "availability": _column(["24/7"] * size.posts),
        },
        "post_times": {
            "post_id": ids[near.ravel()],
            "area_id": _column(area_ids)[area],
            "minutes": minutes[area, near.ravel()],
        },
    }


def patient_flows(
    layout: Layout, cases: Array, minutes: Array, weight: Array, area_ids: list[str], ids: tuple[list[str], list[str]]
) -> Columns:
    """The table patient_flows: each area's cases[A, K] over its three most drawing sites of today.

    `minutes`[A, S], `weight`[S]; `ids` are those of the sites and of the care types.
    """
    rows: list[Columns] = []
    for k, care_type in enumerate(ids[1]):
        sites = np.flatnonzero(layout.today[k])
        pull = weight[sites] * np.exp(-0.12 * minutes[:, sites])
        pull[pull < np.sort(pull, axis=1)[:, [-min(3, len(sites))]]] = 0
        flows = np.round(cases[:, [k]] * pull / pull.sum(axis=1, keepdims=True), 3)
        a, s = np.nonzero(flows)
        rows.append(
            {
                "area_id": _column(area_ids)[a],
                "site_id": _column(ids[0])[sites[s]],
                "care_type_id": _column([care_type] * len(a)),
                "cases_per_year": flows[a, s],
            }
        )
    return {name: np.concatenate([r[name] for r in rows]) for name in rows[0]}
