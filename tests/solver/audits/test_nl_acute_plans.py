"""The real Netherlands, all sites kept: the mean minutes that every closing tried gives, from the tables alone."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from solver.audits.audit import audit, audit_today
from tests.builders import PlainTables, text


def column(rows: list[dict[str, str]], name: str) -> list[str]:
    return [row[name] for row in rows]


@pytest.fixture(scope="module")
def netherlands(shared: Path) -> PlainTables:
    """4,067 postcode areas and 89 sites."""
    folder = shared / "cases" / "nl-acute"

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / f"{name}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    areas, sites, demand, care, minutes = map(rows, ("areas", "sites", "demand", "site_care", "travel_times_car"))
    site_ids = column(sites, "site_id")
    return {
        "areas": {"area_id": text(column(areas, "area_id"))},
        "sites": {"site_id": text(site_ids)},
        "care_types": {"care_type_id": text(column(rows("care_types"), "care_type_id"))},
        "demand": {
            "area_id": text(column(demand, "area_id")),
            "care_type_id": text(column(demand, "care_type_id")),
            "cases_per_year": np.array(column(demand, "cases_per_year"), dtype=np.float64),
        },
        "site_care": {
            "site_id": text(column(care, "site_id")),
            "care_type_id": text(column(care, "care_type_id")),
            "offered_today": np.array([cell == "True" for cell in column(care, "offered_today")]),
        },
        "travel_times": {
            "mode": text(["car"]),
            "future": text([None]),
            "area_id": text(column(minutes, "area_id")),
            "site_id": text(site_ids),
            "minutes": np.array([[[float(row[s]) for s in site_ids] for row in minutes]]),
        },
    }


@pytest.mark.parametrize("care", ["obstetrics", "emergency"])
def test_the_mean_minutes_with_every_site_kept(netherlands: PlainTables, shared: Path, care: str) -> None:
    folder = shared / "cases" / "nl-acute"
    name = f"scenario-{care}-close-0.json"
    known = {
        row["scenario"]: row["mean_minutes_per_case"] for row in json.loads((folder / "expected.json").read_text())
    }
    asked = json.loads((folder / name).read_text())
    kept = netherlands["site_care"]["site_id"][netherlands["site_care"]["care_type_id"] == care]
    drawn = audit(netherlands, asked, [(site, care, "today") for site in kept])
    assert round(drawn.measures["mean_minutes_per_case"]["value"], 6) == known[name]
    assert drawn.keeps_every_hard_rule
    assert audit_today(netherlands, asked).measures["travel_time"] == drawn.measures["travel_time"]
