"""San Francisco stores: median, centre, cover and volume norm for each number of sites, known from all 65,535 sets."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from geodata.package import read_package
from tests.builders import Column, Json, access_norm, scenario, site_count, volume_norm
from tests.front_door import answer, sites, values

Tables = Mapping[str, Mapping[str, Column]]
EVERY_COUNT = range(1, 17)
MOST_SITES = {25_000: 15, 50_000: 10, 75_000: 9, 100_000: 7, 150_000: 5, 200_000: 4}
"""The volume norms [cases/year] and the most stores that can all meet them under nearest."""


@pytest.fixture(scope="module")
def stores(shared: Path) -> Tables:
    """205 tracts and 16 stores; metres stand in the minutes column."""
    package = read_package(shared / "cases" / "sf-stores").package
    assert package is not None
    return package.tables


@pytest.fixture(scope="module")
def known(shared: Path) -> Json:
    """The answers, by number of sites (as text)."""
    known: Json = json.loads((shared / "benchmarks" / "spopt_sf" / "expected_sf_oracle.json").read_text())
    return known


@pytest.mark.parametrize("count", EVERY_COUNT)
def test_the_least_travel_of_so_many_stores(stores: Tables, known: Json, count: int) -> None:
    outcome = answer(stores, scenario(site_count(exactly=count)))
    expected = known["p_median"][str(count)]
    assert outcome["outcome"] == "optimal"
    assert values(outcome) == [pytest.approx(expected["objective"], rel=1e-9)]
    assert sites(outcome) == expected["sites"]


@pytest.mark.parametrize("count", EVERY_COUNT)
def test_the_least_worst_of_so_many_stores(stores: Tables, known: Json, count: int) -> None:
    outcome = answer(stores, scenario(site_count(exactly=count), objectives="worst_minutes"))
    assert outcome["outcome"] == "optimal"
    assert values(outcome) == [pytest.approx(known["p_center"][str(count)]["objective"], rel=1e-12)]


@pytest.mark.parametrize("metres", [3000, 5000, 8000])
@pytest.mark.parametrize("count", EVERY_COUNT)
def test_the_most_inhabitants_within_reach_of_so_many_stores(
    stores: Tables, known: Json, count: int, metres: int
) -> None:
    beyond = {"objective": "beyond_minutes", "max_minutes": metres, "mode": "car"}
    outcome = answer(stores, scenario(site_count(exactly=count), objectives=beyond))
    covered = known["mclp"][str(metres)][str(count)]["covered_demand"]
    assert outcome["outcome"] == "optimal"
    assert values(outcome) == [known["total_demand"] - covered]


@pytest.mark.parametrize("metres", [4000, 4500, 5000, 6000, 7000, 8000, 10000, 12000, 15000, 20000])
def test_the_fewest_stores_with_everyone_within_reach(stores: Tables, known: Json, metres: int) -> None:
    outcome = answer(stores, scenario(access_norm(metres), objectives="sites"))
    fewest = known["lscp_radius_sweep"][str(metres)]
    if fewest is None:
        assert (outcome["outcome"], outcome["plan"]) == ("infeasible", None)
    else:
        assert (outcome["outcome"], values(outcome)) == ("optimal", [fewest])


@pytest.mark.parametrize(
    ("norm", "count"), [(norm, count) for norm, most in MOST_SITES.items() for count in range(1, most + 1)]
)
def test_a_volume_norm_under_nearest(stores: Tables, known: Json, norm: int, count: int) -> None:
    outcome = answer(stores, scenario(volume_norm(norm), site_count(exactly=count)))
    expected = known["closest_assignment_min_volume"][str(norm)]["by_p"][str(count)]
    assert outcome["outcome"] == "optimal"
    assert values(outcome) == [pytest.approx(expected["objective"], rel=1e-9)]
    assert sites(outcome) == expected["sites"]


@pytest.mark.parametrize(("norm", "most"), MOST_SITES.items())
def test_one_store_more_than_the_volume_norm_allows_is_no_plan(stores: Tables, norm: int, most: int) -> None:
    outcome = answer(stores, scenario(volume_norm(norm), site_count(exactly=most + 1)))
    assert (outcome["outcome"], outcome["stopped_by"], outcome["plan"]) == ("infeasible", "proof", None)


@pytest.mark.parametrize("norm", MOST_SITES)
def test_a_volume_norm_under_nearest_with_any_number_of_stores(stores: Tables, known: Json, norm: int) -> None:
    outcome = answer(stores, scenario(volume_norm(norm)))
    answers = known["closest_assignment_min_volume"][str(norm)]["by_p"].values()
    assert outcome["outcome"] == "optimal"
    assert values(outcome) == [pytest.approx(min(one["objective"] for one in answers), rel=1e-9)]
