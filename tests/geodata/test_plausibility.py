"""What looks like a mistake is told as a warning and refuses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.geodata.written import read, warnings

DEMAND = "area_id,care_type_id,cases_per_year\n"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"travel_times_car": "area_id,A,B\n0123,900,1200\n2,800,700\n"}, "look like seconds"),
        ({"travel_times_car": "area_id,A,B\n0123,1,2000\n2,3,4\n"}, "over 24 hours"),
        ({"travel_times_car": "area_id,A,B\n0123,1,9999\n2,3,4\n"}, "stand-in for unreachable"),
        ({"demand": DEMAND + "0123,hip,40\n2,hip,0\n"}, "1 areas have no demand for any care type: 2"),
        ({"site_care": "site_id,care_type_id,offered_today\nA,hip,true\n"}, "1 sites can offer nothing: B"),
        ({"site_care": "site_id,care_type_id,offered_today,capacity_per_year\nA,hip,true,20\nB,hip,true,30\n"},
         "Demand for hip is 70.5 cases/year; all its sites together can take 50"),
        ({"care_types": "care_type_id\nhip\nknee\n", "demand": DEMAND + "0123,hip,1\n2,hip,1\n0123,knee,2\n2,knee,3\n"},
         "No site can offer knee"),
        ({"travel_times_car": "area_id,A,B\n0123,1,2\n2,unreachable,unreachable\n"}, "1 areas reach no site: 2"),
        ({"areas": "area_id,lat,lon\n0123,5.1,52.1\n2,5,52.2\n"}, "lat and lon look exchanged"),
        ({"population_groups": "area_id,group,persons\n0123,old,2000\n2,old,1\n"}, "more persons than area 0123"),
        ({"population_groups": "area_id,group,persons\n0123,old,1\n"}, "not told for 1 areas: 2"),
        ({"futures": "future_id,probability\nbase,0.5\nhigh,0.4\n"}, "add up to 0.9"),
        ({"outcome_rates": "care_type_id,from_volume,rate\nhip,20,0.1\n"}, "below 20 cases/year"),
        ({"sites": "site_id,closing_cost_eur\nA,-5\nB,1\n"}, "-5 EUR is negative"),
    ],
)  # fmt: skip
def test_an_implausible_figure_is_told(tmp_path: Path, changed: dict[str, str], words: str) -> None:
    reading = read(tmp_path, **changed)
    assert reading.package is not None, "\n".join(p.text() for p in reading.problems)
    assert words in warnings(reading)


def _grid(minutes: str, width: int = 8) -> dict[str, str]:
    """Areas and sites on a line, a tenth of a degree apart; `minutes` is a format of the two places."""
    areas = "area_id,lat,lon\n" + "".join(f"a{i},52,{5 + i / 10}\n" for i in range(width))
    sites = "site_id,lat,lon\n" + "".join(f"s{i},52.05,{5 + i / 10}\n" for i in range(width))
    care = "site_id,care_type_id,offered_today\n" + "".join(f"s{i},hip,true\n" for i in range(width))
    demand = DEMAND + "".join(f"a{i},hip,1\n" for i in range(width))
    times = "area_id," + ",".join(f"s{i}" for i in range(width)) + "\n"
    for a in range(width):
        km = [(((a - s) * 6.85) ** 2 + 5.56**2) ** 0.5 for s in range(width)]
        times += f"a{a}," + ",".join(str(round(eval(minutes, {"km": k}), 1)) for k in km) + "\n"
    return {"areas": areas, "sites": sites, "site_care": care, "demand": demand, "travel_times_car": times}


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        ("km * 1.3", "look like km"),
        ("0", "filled up with zeros"),
        ("km / 10", "faster than 200 km/h"),
        ("km * 20", "slower than 5 km/h"),
    ],
)
def test_minutes_are_held_against_the_distance(tmp_path: Path, minutes: str, words: str) -> None:
    assert words in warnings(read(tmp_path, **_grid(minutes)))


def test_ordinary_roads_raise_no_eyebrow(tmp_path: Path) -> None:
    assert warnings(read(tmp_path, **_grid("4 + km * 1.3 * 60 / (35 + km)"))) == ""


def test_warnings_about_travel_come_along_with_errors(tmp_path: Path) -> None:
    reading = read(tmp_path, travel_times_car="area_id,A,B\n0123,900,1200\n2,800,700\n", care_types="name\nx\n")
    assert reading.package is None
    assert "look like seconds" in warnings(reading)
