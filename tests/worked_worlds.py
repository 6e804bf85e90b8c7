"""The worlds of the worked examples W1 to W15, whose answers fit on paper."""

from collections.abc import Sequence
from typing import Any

from tests.builders import Json, Minutes, PlainTables, Row, world

B3_MINUTES: Minutes = {
    "1": {"A": 0, "B": 30, "C": 60},
    "2": {"A": 25, "B": 5, "C": 35},
    "3": {"A": 60, "B": 30, "C": 0},
}
B3_DEMAND = {"1": 40.0, "2": 30.0, "3": 50.0}


def b3(**more: Any) -> PlainTables:
    """B3, the base of W1, W2, W8 and W13: three areas, three sites, 120 cases, all three offered today."""
    return world(B3_MINUTES, B3_DEMAND, **more)


def acute_access(**more: Any) -> PlainTables:
    """W3 and W11: four areas, three emergency departments, one ambulance post; minutes are the drive to the site."""
    inhabitants = {"P": 10000.0, "Q": 20000.0, "R": 5000.0, "W": 400.0}
    drive = {
        "P": {"X": 10, "Y": 25, "Z": 40},
        "Q": {"X": 30, "Y": 8, "Z": 22},
        "R": {"X": 50, "Y": 33, "Z": 26},
        "W": {"X": 60, "Y": 35, "Z": 24},
    }
    to_patient = {"P": 6, "Q": 4, "R": 8, "W": 12}
    posts: dict[str, Sequence[Row]] = {
        "ambulance_posts": [{"post_id": "post"}],
        "post_times": [
            {"post_id": "post", "area_id": area, "minutes": minutes} for area, minutes in to_patient.items()
        ],
    }
    return world(drive, inhabitants, care_types=("seh",), population=inhabitants, tables=posts, **more)


AMBULANCE: Json = {"mode": "ambulance", "dispatch_minutes": 3, "on_scene_minutes": 5}
"""The fields that make W3's totals: 3 + post to patient + 5 + drive."""


def domino() -> PlainTables:
    """W4: two sites and four care types without patients, each with a fixed cost; what needs what is in the table."""
    cost = {"icu": (6, 5), "seh": (4, 5), "obstetrics": (3, 6), "paediatrics": (2, 3)}
    needs = [("seh", "icu"), ("obstetrics", "paediatrics"), ("obstetrics", "seh")]
    return world(
        {"1": {"A": 0, "B": 0}},
        {"1": 0.0},
        care_types=tuple(cost),
        offered="none",
        site_care={
            "fixed_cost_eur_per_year": {
                (site, care): eur[n] for care, eur in cost.items() for n, site in enumerate("AB")
            }
        },
        tables={
            "interdependencies": [
                {"care_type_id": care, "requires": other, "relation": "same_site"} for care, other in needs
            ]
        },
    )


def readiness_staff(supply: float) -> PlainTables:
    """W5: B3 with 6 FTE per open site and 1/60 FTE per case, out of one regional pool of `supply` FTE."""
    return b3(
        tables={
            "resources": [{"resource_id": "nurses", "name": "Nurses", "unit": "fte", "pool": "region"}],
            "resource_use": [
                {"care_type_id": "hips", "resource_id": "nurses", "per_case": 1 / 60, "per_open_site": 6.0}
            ],
            "resource_stock": [{"resource_id": "nurses", "pool_id": "*", "quantity": supply}],
        }
    )


def one_area_three_sites() -> PlainTables:
    """W6: 100 cases in one area at 0, 10 and 20 minutes from A, B and C; choice with weight 2^(-minutes/10)."""
    return world({"1": {"A": 0, "B": 10, "C": 20}}, {"1": 100.0})


def anticipation() -> PlainTables:
    """W7: four towns on a line at 0, 10, 30 and 64 minutes, each with a site, over the periods t1, t2 and t3."""
    towns = (0, 10, 30, 64)
    return world(
        {f"a{here:02d}": {f"s{there:02d}": abs(here - there) for there in towns} for here in towns},
        {"a00": 32.0, "a10": 28.0, "a30": 30.0, "a64": 30.0},
        tables={"periods": [{"period_id": period, "years": 1.0} for period in ("t1", "t2", "t3")]},
    )


def one_of_three_offers() -> PlainTables:
    """W8, second part: one case a year; sites with (cost, travel) = (0, 10), (4, 7) and (10, 0)."""
    return world(
        {"1": {"A": 10, "B": 7, "C": 0}},
        {"1": 1.0},
        site_care={"fixed_cost_eur_per_year": {"A": 0, "B": 4, "C": 10}},
    )


def city_and_village() -> PlainTables:
    """W9: a city of 1000 and a village of 10; X in the city, Y between."""
    inhabitants = {"city": 1000.0, "village": 10.0}
    return world({"city": {"X": 0, "Y": 30}, "village": {"X": 50, "Y": 20}}, inhabitants, population=inhabitants)


def fragile() -> PlainTables:
    """W10: B3 with a second future, `fewer`, in which area 3 has 44 cases."""
    return world(
        B3_MINUTES,
        {**B3_DEMAND, ("3", "hips", None, "fewer"): 44.0},
        tables={
            "futures": [{"future_id": "base", "name": "As expected"}, {"future_id": "fewer", "name": "Fewer cases"}]
        },
    )


def concentrate_and_spread() -> PlainTables:
    """W12: A and C 20 minutes apart, each its own organisation; complex care earns 30 kEUR a case, basic care 3."""
    return world(
        {"a": {"A": 0, "C": 20}, "c": {"A": 20, "C": 0}},
        {("a", "complex"): 60.0, ("c", "complex"): 40.0, ("a", "basic"): 600.0, ("c", "basic"): 500.0},
        care_types=("complex", "basic"),
        sites={"organisation_id": {"A": "north", "C": "south"}},
        site_care={
            "revenue_eur_per_case": {
                (site, care): eur for site in "AC" for care, eur in (("complex", 30000), ("basic", 3000))
            }
        },
        tables={"organisations": [{"organisation_id": "north"}, {"organisation_id": "south"}]},
    )


def volume_and_outcome() -> PlainTables:
    """W14: B3 with complications in 10 % of cases below 20 a year, 6 % below 50, 4 % from 50."""
    steps = ((0, 0.10), (20, 0.06), (50, 0.04))
    return b3(
        tables={
            "outcome_rates": [{"care_type_id": "hips", "from_volume": volume, "rate": rate} for volume, rate in steps]
        }
    )


def peopled_b3() -> PlainTables:
    """W15: B3 in which each case is an inhabitant, so that access norms can count them."""
    return b3(population=B3_DEMAND)
