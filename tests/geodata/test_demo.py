"""Made-up regions: repeatable, accepted without a word, broken today, and with a better landscape in reach."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely

from geodata.demo import SizeName, demo_plan, demo_scenario, demo_scenario_steered, demo_tables, write_demo
from geodata.demo.care_catalogue import CARE_TYPES
from geodata.package import Package, package_of, read_package
from solver.audits.audit import audit


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


def _scenario(package: Package) -> dict[str, Any]:
    """All norms, interdependencies, stocks and capacities of the region as a written-out scenario, nearest behaviour."""
    tables = package.tables
    periods = tables["periods"]["period_id"].tolist() if "periods" in tables else ["today"]
    care_types = tables["care_types"]["care_type_id"].tolist()
    rules: list[dict[str, Any]] = [{"rule": "capacity", "care_type": c, "factor": 1} for c in care_types]
    for table, rule in (("norms", {}), ("interdependencies", {"rule": "interdependency", "mode": "car"})):
        columns = tables.get(table, {"rule": ()})
        for i in range(len(next(iter(columns.values())))):
            fields = {name: column[i] for name, column in columns.items()}
            fields = {name: v for name, v in fields.items() if v is not None and v == v}
            rules.append({**fields, **rule, "care_type": fields.get("care_type", fields.get("care_type_id"))})
    rules += [{"rule": "resource_limit", "resource": r} for r in tables["resources"]["resource_id"]]
    for i, rule in enumerate(rules):
        rule |= {"id": f"rule-{i}", "hardness": "hard", "periods": periods}
    return {
        "care_types": care_types, "periods": periods, "rules": rules, "objectives": [], "limits": {},
        "behaviours": {c: {"behaviour": "nearest", "mode": "car"} for c in care_types},
    }  # fmt: skip


def _breaches(package: Package, offered: list[tuple[str, str]], future: str) -> list[dict[str, Any]]:
    scenario = _scenario(package)
    offers = [(site, care_type, period) for site, care_type in offered for period in scenario["periods"]]
    return [dict(row) for row in audit(package.tables, scenario, offers, future=future).breaches]


def _futures(package: Package) -> list[str]:
    return package.tables["futures"]["future_id"].tolist() if "futures" in package.tables else ["base"]


def test_the_plan_a_region_was_drawn_from_breaks_nothing(region: Package) -> None:
    name = region.tables["package"]["name"][0].split("-")
    plan = [(row["site_id"], row["care_type_id"]) for row in demo_plan(name[1], int(name[2]))]
    for future in _futures(region):
        assert _breaches(region, plan, future) == []


def test_today_breaks_volume_norms_and_stocks_but_no_capacity(region: Package) -> None:
    care = region.tables["site_care"]
    pairs = zip(care["site_id"], care["care_type_id"], care["offered_today"], strict=True)
    today = [(site, care_type) for site, care_type, offered in pairs if offered]
    for future in _futures(region):
        kinds = {row["kind"] for row in _breaches(region, today, future)}
        assert "volume_norm" in kinds
        assert kinds <= {"volume_norm", "resource_limit", "access_norm"}


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
