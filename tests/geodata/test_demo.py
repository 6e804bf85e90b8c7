"""Made-up regions: repeatable, accepted without a word, broken today, and with a better landscape in reach."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.demo import SizeName, demo_scenario, demo_scenario_steered, demo_tables, write_demo
from geodata.demo.care_catalogue import CARE_TYPES
from geodata.package import Package, package_of, read_package


@pytest.fixture(scope="module", params=[("small", 1), ("small", 2), ("region", 1)], ids=str)
def region(request: pytest.FixtureRequest) -> Package:
    size, seed = request.param
    return package_of(*demo_tables(size, seed))


@pytest.mark.parametrize("size", ["small", "region"])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, size: SizeName) -> None:
    for folder in ("one", "two"):
        write_demo(tmp_path / folder, size, 7)
    files = sorted(p.name for p in (tmp_path / "one").iterdir())
    assert files == sorted(p.name for p in (tmp_path / "two").iterdir())
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_another_seed_gives_another_region() -> None:
    assert package_of(*demo_tables("small", 1)).sha256 != package_of(*demo_tables("small", 2)).sha256


@pytest.mark.parametrize(
    ("size", "counts"), [("small", (30, 4, 3)), ("region", (300, 14, 40)), ("national", (4000, 110, 40))]
)
def test_a_written_region_reads_back_without_a_word(
    tmp_path: Path, size: SizeName, counts: tuple[int, int, int]
) -> None:
    write_demo(tmp_path, size, 3)
    reading = read_package(tmp_path)
    assert [p.text() for p in reading.problems] == []
    assert reading.package is not None
    tables = reading.package.tables
    assert tuple(len(tables[t][f"{t.removesuffix('s')}_id"]) for t in ("areas", "sites", "care_types")) == counts
    assert reading.package.sha256 == package_of(*demo_tables(size, 3)).sha256


def test_periods_may_be_asked_for() -> None:
    tables, _ = demo_tables("small", 1, periods=3)
    assert tables["periods"]["period_id"].tolist() == ["2026", "2028", "2030"]
    assert len(tables["demand"]["area_id"]) == 3 * 30 * 3
    with pytest.raises(ValueError, match="at least one period"):
        demo_tables("small", 1, periods=0)


def _first_period(package: Package) -> np.ndarray:
    demand = package.tables["demand"]
    here = np.ones(len(demand["area_id"]), dtype=bool)
    if "period" in demand:
        here &= demand["period"] == "2026"
    if "future" in demand:
        here &= np.array([f is None for f in demand["future"]])
    return here


def _volumes_today(package: Package, care_type: str) -> dict[str, float]:
    """Cases a year of each site that offers the care type today, patients to the nearest."""
    tables = package.tables
    care, demand, travel = tables["site_care"], tables["demand"], tables["travel_times"]
    open_now = set(care["site_id"][(care["care_type_id"] == care_type) & care["offered_today"]])
    at = [i for i, s in enumerate(travel["site_id"]) if s in open_now]
    nearest = np.argmin(travel["minutes"][0][:, at], axis=1)
    cases = demand["cases_per_year"][_first_period(package) & (demand["care_type_id"] == care_type)]
    volumes = np.bincount(nearest, weights=cases, minlength=len(at))
    return {travel["site_id"][i]: float(v) for i, v in zip(at, volumes, strict=True)}


def test_today_breaks_some_volume_norms_and_stays_within_capacity(region: Package) -> None:
    norms, care = region.tables["norms"], region.tables["site_care"]
    capacity = {
        (s, k): c for s, k, c in zip(care["site_id"], care["care_type_id"], care["capacity_per_year"], strict=True)
    }
    broken = 0
    for i in np.flatnonzero(norms["rule"] == "volume_norm"):
        volumes = _volumes_today(region, norms["care_type"][i])
        broken += any(v < norms["at_least"][i] for v in volumes.values())
        for site, volume in volumes.items():
            room = capacity[site, norms["care_type"][i]]
            assert np.isnan(room) or volume <= room
    assert broken >= 1


def test_fewer_sites_meet_every_norm_together(region: Package) -> None:
    """Close the site with the least volume until the norm holds: what remains meets access and capacity too."""
    tables = region.tables
    norms, travel, care = tables["norms"], tables["travel_times"], tables["site_care"]
    population = tables["areas"]["population"]
    for i in np.flatnonzero(norms["rule"] == "volume_norm"):
        name, least = norms["care_type"][i], norms["at_least"][i]
        can = set(care["site_id"][care["care_type_id"] == name])
        open_at = np.array([s in can for s in travel["site_id"]])
        cases = tables["demand"]["cases_per_year"][_first_period(region) & (tables["demand"]["care_type_id"] == name)]
        while True:
            at = np.flatnonzero(open_at)
            nearest = at[np.argmin(travel["minutes"][0][:, at], axis=1)]
            volumes = np.bincount(nearest, weights=cases, minlength=len(open_at))
            if volumes[at].min() >= least:
                break
            open_at[at[np.argmin(volumes[at])]] = False
        for j in np.flatnonzero((norms["rule"] == "access_norm") & (norms["care_type"] == name)):
            minutes = travel["minutes"][0][:, at].min(axis=1)
            within = population[minutes <= norms["max_minutes"][j]].sum() / population.sum()
            assert within >= (norms["at_least_share"][j] if norms["kind"][j] == "share" else 0.99)


def test_the_ground_is_divided_among_the_areas(region: Package) -> None:
    shapes = region.geometry.geometry.to_numpy()
    areas = region.tables["areas"]
    assert shapely.is_valid(shapes).all()
    assert shapely.contains(shapes, shapely.points(areas["lon"], areas["lat"])).mean() > 0.98
    whole = shapely.union_all(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(whole.area, rel=1e-6)


def test_names_and_ages_look_like_a_country(region: Package) -> None:
    areas, groups = region.tables["areas"], region.tables["population_groups"]
    assert len(set(areas["name"])) == len(areas["name"])
    old = groups["persons"][groups["group"] == "65_plus"] / areas["population"]
    town, country = areas["urban"] > 0.6, areas["urban"] < 0.3
    assert old[country].mean() > old[town].mean()


def test_what_is_required_stands_before_what_requires_it() -> None:
    seen: set[str] = set()
    for care_type in CARE_TYPES:
        assert not care_type.requires or care_type.requires in seen
        seen.add(care_type.id)
    assert len(seen) == 40


@pytest.mark.parametrize("size", ["small", "region", "national"])
def test_a_demo_scenario_speaks_of_its_region(size: SizeName) -> None:
    tables, _ = demo_tables(size, 0) if size != "national" else demo_tables("region", 0)
    scenario = demo_scenario(size)
    assert set(scenario["care_types"]) <= set(tables["care_types"]["care_type_id"])
    assert scenario["rules"][2]["site"] == tables["sites"]["site_id"][0] or size == "national"
    assert demo_scenario_steered(size)["behaviours"]["*"]["behaviour"] == "steered"


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="no made-up region"):
        demo_tables("huge", 1)  # type: ignore[arg-type]
