"""Plans side by side on a world that fits on paper: who gains, who loses, what moves where, per region and organisation."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from app.comparing.columns import compared_areas, compared_flows, compared_sites
from app.comparing.gains import gains_and_losses
from app.comparing.plans import LaidOut
from app.comparing.side_by_side import side_by_side
from app.layers.columns import PlanAndToday, area_columns
from app.layers.frames import COMPARISON_KINDS, DATASET_KINDS, RUN_KINDS, comparison_frame, dataset_frame, run_frame
from app.layers.move_columns import catchment_columns, move_columns
from geodata.package import Package
from tests.builders import Json
from tests.front_door import answer
from tests.worked_worlds import b3

NEAREST = {"*": {"behaviour": "nearest", "mode": "car"}}
PLACES = {"lat": {"1": 52.0, "2": 52.1, "3": 52.2}, "lon": {"1": 5.0, "2": 5.1, "3": 5.2}}
SITES = {"lat": {"A": 52.0, "B": 52.1, "C": 52.2}, "lon": {"A": 5.0, "B": 5.1, "C": 5.2}}
B3_IN_TOWNS = b3(
    population={"1": 400.0, "2": 300.0, "3": 500.0},
    areas={"gemeente": {"1": "West", "2": "East", "3": "East"}, **PLACES},
    sites={"organisation_id": {"A": "ab", "B": "ab", "C": "c"}, **SITES},
    tables={
        "population_groups": [
            {"area_id": "1", "group": "65 plus", "persons": 90},
            {"area_id": "3", "group": "65 plus", "persons": 70},
        ],
        "resources": [{"resource_id": "nurse", "unit": "fte", "pool": "site"}],
        "resource_use": [{"care_type_id": "hips", "resource_id": "nurse", "per_case": 0.1, "per_open_site": 2}],
    },
)
PACKAGE = Package(B3_IN_TOWNS, None, "0" * 64)


def plan(name: str, *open_sites: str, behaviours: Json = NEAREST) -> LaidOut:
    """The plan in which exactly these sites offer hips, evaluated."""
    rows = [{"site_id": site, "care_type_id": "hips"} for site in open_sites]
    scenario = {
        "name": name,
        "behaviours": behaviours,
        "rules": [{"rule": "access_norm", "care_type": "hips", "max_minutes": 28, "kind": "share", "at_least_share": 0,
                   "hardness": "report"}],
        "objectives": [{"objective": "travel_time"}],
        "question": {"question": "evaluate", "plan": rows},
    }  # fmt: skip
    outcome = answer(B3_IN_TOWNS, scenario)
    return LaidOut(f"run-{name}", name, outcome, PlanAndToday.of(outcome, PACKAGE))


WITHOUT_B = plan("without B", "A", "C")
WITHOUT_C = plan("without C", "A", "B")


def rows_of(columns: dict[str, Any]) -> list[Json]:
    return pd.DataFrame(columns).to_dict(orient="records")


def row(rows: list[Json], **key: Any) -> Json:
    """The one row with these values."""
    (found,) = [each for each in rows if all(each[name] == value for name, value in key.items())]
    return found


def test_each_region_says_who_gains_and_who_loses_in_each_plan() -> None:
    regions = side_by_side([WITHOUT_B, WITHOUT_C], PACKAGE)["regions"]
    west, east = (row(regions, region_kind="municipality", region_id=name) for name in ("West", "East"))
    assert (west["inhabitants"], west["cases_per_year"], west["verdicts"]) == (400.0, 40.0, ["same", "same"])
    assert (east["inhabitants"], east["cases_per_year"], east["verdicts"]) == (800.0, 80.0, ["loses", "loses"])
    today = 5 * 30 / 80
    assert east["minutes_today"] == pytest.approx([today, today])
    assert east["minutes"] == pytest.approx([25 * 30 / 80, (5 * 30 + 30 * 50) / 80])
    assert east["inhabitants_farther"] == [300.0, 500.0]
    assert east["inhabitants_closer"] == [0.0, 0.0]
    assert east["inhabitants_beyond"] == [0.0, 500.0]


def test_each_organisation_has_its_sites_and_cases_beside_todays() -> None:
    organisations = side_by_side([WITHOUT_B, WITHOUT_C], PACKAGE)["organisations"]
    ab, c = (row(organisations, organisation_id=name) for name in ("ab", "c"))
    assert (ab["sites_today"], ab["sites"], ab["cases"]) == ([2, 2], [1, 2], [70.0, 120.0])
    assert (c["sites"], c["cases"], c["cases_difference"]) == ([1, 0], [50.0, 0.0], [0.0, -50.0])


def test_moves_say_what_leaves_where_and_goes_where() -> None:
    moves = side_by_side([WITHOUT_B, WITHOUT_C], PACKAGE)["moves"]
    assert row(moves, from_site_id="B", to_site_id="A")["cases_per_year"] == [30.0, 0.0]
    assert row(moves, from_site_id="C", to_site_id="B")["cases_per_year"] == [0.0, 50.0]
    columns = move_columns(WITHOUT_B.both)
    assert {name: values.tolist() for name, values in columns.items()} == {
        "from_site_id": ["B"], "to_site_id": ["A"], "care_type_id": ["hips"], "period": ["today"],
        "cases_per_year": [30.0], "areas": [1], "because": ["closes"],
    }  # fmt: skip


def test_moves_neither_make_nor_lose_a_case_when_patients_choose() -> None:
    choice = {"*": {"behaviour": "choice", "mode": "car", "weight_per_minute": 0.05}}
    chosen = plan("without B, by choice", "A", "C", behaviours=choice)
    moved = pd.DataFrame(move_columns(chosen.both))
    assert set(moved["from_site_id"]) == {"B"}
    assert chosen.both.today is not None
    leaving = float(chosen.both.today.volume(0, 0)[1])
    assert moved["cases_per_year"].sum() == pytest.approx(leaving)


def test_a_catchment_is_the_areas_that_a_site_serves() -> None:
    columns, members = catchment_columns(WITHOUT_B.both)
    assert columns["site_id"].tolist() == ["A", "C"]
    assert [ids.tolist() for ids in members] == [["1", "2"], ["3"]]
    assert columns["inhabitants"].tolist() == [700.0, 500.0]
    assert columns["volume_plan"].tolist() == [70.0, 50.0]
    assert columns["mean_minutes"].tolist() == [pytest.approx(25 * 30 / 70), 0.0]


def test_compared_columns_stand_beside_those_of_the_first_plan() -> None:
    areas = pd.DataFrame(compared_areas([WITHOUT_B, WITHOUT_C])).set_index(["area_id", "plan"])
    assert areas.loc[("2", 2), ["minutes_plan", "minutes_first", "minutes_difference_first"]].tolist() == [
        5.0,
        25.0,
        -20.0,
    ]
    assert areas.loc[("3", 2), ["site_id_plan", "site_id_first", "plan_name"]].tolist() == ["B", "C", "without C"]
    sites = pd.DataFrame(compared_sites([WITHOUT_B, WITHOUT_C])).set_index(["site_id", "plan"])
    assert sites.loc[("C", 2), ["volume_difference_first", "offered_first", "state"]].tolist() == [
        -50.0,
        True,
        "closes",
    ]
    flows = pd.DataFrame(compared_flows([WITHOUT_B, WITHOUT_C])).set_index(["area_id", "site_id", "plan"])
    shown = ["cases_per_year", "cases_per_year_first", "cases_difference_first", "minutes"]
    assert flows.loc[("3", "B", 2), shown].tolist() == [50.0, 0.0, 50.0, 30.0]
    assert flows.loc[("3", "C", 2), shown].tolist() == [0.0, 50.0, -50.0, 0.0]


def test_inhabitants_by_group_and_staff_are_on_the_layers_and_missing_is_not_zero() -> None:
    areas = run_frame(WITHOUT_B.both, PACKAGE, "areas").set_index("area_id")
    assert areas["inhabitants_65_plus"].loc[["1", "3"]].tolist() == [90.0, 70.0]
    assert np.isnan(areas["inhabitants_65_plus"].loc["2"])
    sites = run_frame(WITHOUT_B.both, PACKAGE, "sites").set_index("site_id")
    assert sites["staff_nurse"].tolist() == [2 + 0.1 * 70, 0.0, 2 + 0.1 * 50]


def test_every_layer_is_drawn_where_its_things_are() -> None:
    shapes = {kind: run_frame(WITHOUT_B.both, PACKAGE, kind).geometry for kind in RUN_KINDS}
    assert shapes["moves"].iloc[0].coords[:] == [(5.1, 52.1), (5.0, 52.0)]
    assert shapes["catchments"].iloc[0].geom_type == "MultiPoint"
    for kind in COMPARISON_KINDS:
        assert len(comparison_frame([WITHOUT_B, WITHOUT_C], PACKAGE, kind))
    regions = dataset_frame(PACKAGE, "regions")
    assert set(DATASET_KINDS) >= {"regions"}
    assert regions[["region_id", "areas", "population"]].to_numpy().tolist() == [["East", 2, 800.0], ["West", 1, 400.0]]


def test_what_a_plan_alone_gives_and_takes_adds_up_to_what_its_audit_says() -> None:
    told = gains_and_losses(WITHOUT_B, PACKAGE, care_type="hips", period="today")
    outcome = WITHOUT_B.outcome
    whole, measures = told["whole"], outcome["measures"]
    assert whole["minutes"] == pytest.approx(measures["mean_minutes_per_case"]["value"])
    assert whole["minutes_today"] == pytest.approx(outcome["baseline"]["measures"]["mean_minutes_per_case"]["value"])
    assert whole["inhabitants"] == 1200
    assert {each["region_id"] for each in told["regions"]} == {"West", "East"}
    for name in ("inhabitants", "cases_per_year", "cases_closer", "cases_farther", "inhabitants_farther"):
        assert sum(each[name] for each in told["regions"]) == pytest.approx(whole[name]), name
    cases = sum(each["cases_per_year"] for each in outcome["plan"]["volumes"])
    for care_type in ("hips", "*"):
        mine = [each for each in told["organisations"] if each["care_type_id"] == care_type]
        assert sum(each["cases"] for each in mine) == pytest.approx(cases)
        assert sum(each["cases_difference"] for each in mine) == pytest.approx(0)


def test_of_a_group_its_inhabitants_are_counted_and_nobody_knows_its_cases() -> None:
    told = gains_and_losses(WITHOUT_B, PACKAGE, care_type="hips", period="today", group="65 plus")
    west = row(told["regions"], region_id="West")
    minutes = {each["area_id"]: each["minutes_plan"] for each in rows_of(area_columns(WITHOUT_B.both))}
    assert (west["inhabitants"], west["cases_per_year"], west["cases_farther"]) == (90, None, None)
    assert west["minutes"] == minutes["1"]
    assert (told["whole"]["inhabitants"], told["whole"]["minutes"]) == (None, None)
