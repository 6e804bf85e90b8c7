"""Areas taken together: sums and means that fit on paper, and the error that it causes, held to its bound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geodata.aggregation import aggregated, coarse, error_lines, travel_bound
from geodata.package import Package
from geodata.problems import Findings
from tests.geodata.written import read, sound, write

VILLAGES = {
    "areas": (
        "area_id,population,lat,lon,town,province,in_region\n"
        "1,300,52.0,5.0,Ede,G,true\n2,100,52.4,5.4,Ede,G,true\n3,50,53.0,6.0,Ens,F,false\n"
    ),
    "demand": "area_id,care_type_id,cases_per_year\n1,hip,30\n2,hip,10\n3,hip,5\n",
    "travel_times_car": "area_id,A,B\n1,10,30\n2,30,10\n3,60,unreachable\n",
    "population_groups": "area_id,group,persons\n1,65_plus,60\n2,65_plus,30\n3,65_plus,9\n",
    "region_members": (
        "region_id,region_kind,member_kind,member_id\nNorth,roaz,area,1\nSouth,roaz,area,2\nNorth,roaz,area,3\nNorth,roaz,site,A\n"
    ),
}  # fmt: skip


def together(folder: Path, by: str = "town", **changed: str) -> tuple[Package, Package]:
    """The villages, and what they are taken together."""
    fine = sound(write(folder, **{**VILLAGES, **changed}))
    found = Findings()
    large = aggregated(fine, by, found)
    assert large is not None, found.problems
    return fine, large


def test_people_and_cases_are_summed_and_minutes_are_weighted_means(tmp_path: Path) -> None:
    """Ede: (300 x 10 + 100 x 30) / 400 = 15 to A and 25 to B."""
    _, large = together(tmp_path)
    areas, travel = large.tables["areas"], large.tables["travel_times"]
    assert areas["area_id"].tolist() == ["Ede", "Ens"]
    assert areas["population"].tolist() == [400, 50]
    assert areas["lat"].tolist() == [52.1, 53.0]
    assert areas["province"].tolist() == ["G", "F"]
    assert areas["in_region"].tolist() == [True, False]
    assert large.tables["demand"]["cases_per_year"].tolist() == [40, 5]
    assert large.tables["population_groups"]["persons"].tolist() == [90, 9]
    assert travel["minutes"][0].tolist() == [[15, 25], [60, np.inf]]


def test_a_larger_area_is_in_the_region_of_most_of_its_people_and_sites_stay(tmp_path: Path) -> None:
    members = together(tmp_path)[1].tables["region_members"]
    rows = list(zip(*(members[c].tolist() for c in ("region_id", "member_kind", "member_id")), strict=True))
    assert rows == [("North", "area", "Ede"), ("North", "area", "Ens"), ("North", "site", "A")]


def test_flows_futures_and_ambulance_posts_come_along(tmp_path: Path) -> None:
    """Flows are summed per site; post to Ede takes (300 x 6 + 100 x 10) / 400 = 7 minutes; a future stays a future."""
    _, large = together(
        tmp_path,
        patient_flows="area_id,site_id,care_type_id,cases_per_year\n1,A,hip,20\n1,B,hip,10\n2,A,hip,10\n",
        ambulance_posts="post_id,lat,lon\nP,52,5\n",
        post_times="post_id,area_id,minutes\nP,1,6\nP,2,10\nP,3,20\n",
        futures="future_id\nbase\ngrowth\n",
        demand=VILLAGES["demand"].replace("year\n", "year,future\n").replace("30\n", "30,\n").replace("10\n", "10,\n")
        .replace("5\n", "5,\n") + "1,hip,60,growth\n2,hip,20,growth\n",
    )  # fmt: skip
    flows, posts, demand = (large.tables[t] for t in ("patient_flows", "post_times", "demand"))
    assert list(zip(*(flows[c].tolist() for c in ("area_id", "site_id", "cases_per_year")), strict=True)) == [
        ("Ede", "A", 30), ("Ede", "B", 10),
    ]  # fmt: skip
    assert list(zip(posts["area_id"].tolist(), posts["minutes"].tolist(), strict=True)) == [("Ede", 7), ("Ens", 20)]
    assert list(zip(*(demand[c].tolist() for c in ("area_id", "future", "cases_per_year")), strict=True)) == [
        ("Ede", None, 40), ("Ens", None, 5), ("Ede", "growth", 80),
    ]  # fmt: skip


def test_the_error_is_told_for_today_and_bounded_for_any_choice(tmp_path: Path) -> None:
    """A alone is open. Village 1 seems 5 minutes farther, 2 15 nearer: (300 x 5 + 100 x 15) / 400 = 7.5 on average; the mean
    stays. If B may open too: village 1 is at most 5 too far (A), village 2 15 (B): (300 x 5 + 100 x 15) / 400 = 7.5."""
    fine, large = together(tmp_path)
    (_, line) = error_lines(fine, large, "town")
    assert "change by 7.50 on average and 15.0 at most" in line
    assert "inhabitants over 45 minutes 0 before, 0 after" in line
    assert "+0.000 minutes off, and for any choice of sites it is too high by 0 to 7.50" in line


def test_what_cannot_be_taken_together_is_told(tmp_path: Path) -> None:
    fine = sound(write(tmp_path, **VILLAGES))
    for column, says in (("county", "There is no column 'county'"), ("population", "There is no column 'population'")):
        found = Findings()
        assert aggregated(fine, column, found) is None
        assert says in found.problems[0].problem
    mixed = VILLAGES["areas"].replace("5.4,Ede,G,true", "5.4,Ede,G,false")
    found = Findings()
    assert aggregated(sound(write(tmp_path / "mixed", **{**VILLAGES, "areas": mixed})), "town", found) is None
    assert "both inside and outside the region: Ede" in found.problems[0].problem


def test_a_package_taken_together_reads_back_without_errors(tmp_path: Path) -> None:
    from geodata.package_files import write_package

    _, large = together(tmp_path)
    write_package(large.tables, large.geometry, tmp_path / "large")
    assert sound(tmp_path / "large").sha256 == large.sha256
    assert not [p for p in read(tmp_path / "again").problems if p.severity == "error"]


@given(
    minutes=st.lists(st.lists(st.integers(0, 90), min_size=3, max_size=3), min_size=4, max_size=4),
    weight=st.lists(st.integers(1, 50), min_size=4, max_size=4),
    chosen=st.sets(st.integers(0, 2), min_size=1),
)
def test_the_bound_holds_whichever_sites_are_open(
    minutes: list[list[int]], weight: list[int], chosen: set[int]
) -> None:
    here, people, codes = np.array(minutes, dtype=float), np.array(weight, dtype=float), np.array([0, 0, 1, 1])
    there = coarse(here, codes, 2, people)[codes]
    open_sites = sorted(chosen)
    fine = float(here[:, open_sites].min(axis=1) @ people)
    large = float(there[:, open_sites].min(axis=1) @ people)
    assert fine <= large + 1e-3
    assert large - fine <= travel_bound(here, there, people) + 1e-3


def test_the_case_of_the_netherlands_is_taken_together_by_municipality(shared: Path) -> None:
    """4,067 postcode areas become 345 municipalities; the figures that docs/data.md gives."""
    fine = sound(shared / "cases" / "nl-acute")
    found = Findings()
    large = aggregated(fine, "gemeente", found)
    assert large is not None
    assert len(large.tables["areas"]["area_id"]) == 345
    assert large.tables["areas"]["population"].sum() == fine.tables["areas"]["population"].sum()
    assert len(large.geometry) == 345
    lines = error_lines(fine, large, "gemeente")
    assert lines[0].startswith("4,067 areas became 345 by gemeente")
    assert "change by 2.28 on average and 21.9 at most" in lines[1]
    assert "the mean travel time is +0.659 minutes off" in lines[1]
    assert len(lines) == 3
