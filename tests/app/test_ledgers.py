"""A criteria ledger is locked before results, named by every outcome made under it, and so are departures from it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.record.ledger import departures
from tests.app.two_tables import LEDGER, TwoTables, two_tables

LEDGERS = "/v1/workspaces/north/ledgers"


@pytest.fixture
def tables(database: str, tmp_path: Path) -> Iterator[TwoTables]:
    """The service with its two care tables."""
    with two_tables(database, tmp_path) as both:
        yield both


def under(*rules: dict[str, Any], objectives: Any = None) -> dict[str, Any]:
    """A ledger of these norms."""
    rest = {"criterion": "x", "reason": "x", "party": "x", "source": "x"}
    criteria = [{"id": f"C{number}", **rest, "rule": rule} for number, rule in enumerate(rules, 1)]
    return {"name": "x", "criteria": criteria, "objectives": objectives}


NORM = {"rule": "volume_norm", "care_type": "hip", "at_least": 50, "bearer": "site"}
COUNT = {"rule": "site_count", "care_type": "hip", "exactly": 2}


def has(*rules: dict[str, Any], objectives: Any = None) -> dict[str, Any]:
    """A canonical scenario of these rules about hips and knees."""
    whole = [{"hardness": "hard", "periods": ["today"], **rule} for rule in rules]
    capacity = {"id": "capacity:hip", "rule": "capacity", "care_type": "hip", "factor": 1.0, "hardness": "hard"}
    return {"care_types": ["hip", "knee"], "rules": [*whole, capacity], "objectives": objectives or []}


def test_a_scenario_that_does_what_the_ledger_says_does_not_depart() -> None:
    scenario = has(COUNT, {**NORM, "id": "n", "source": "s", "reason": "r", "party": "p"})
    assert departures(under(NORM, COUNT), scenario) == []


def test_a_norm_for_every_care_type_is_held_to_each_and_softening_one_departs() -> None:
    ledger = under({**NORM, "care_type": "*"})
    knee = {**NORM, "care_type": "knee"}
    assert departures(ledger, has(NORM, knee)) == []
    assert departures(ledger, has(NORM, {**knee, "hardness": "soft", "penalty_per_unit": 1.0})) == [
        "Criterion C1: hardness is soft instead of hard."
    ]


def test_a_norm_changed_left_out_or_added_and_other_objectives_are_told() -> None:
    time, changes = {"objective": "travel_time"}, {"objective": "changes"}
    scenario = has({**NORM, "at_least": 40.0}, {"rule": "budget", "at_most_eur": 5}, objectives=[changes])
    assert departures(under(NORM, COUNT, objectives=[time, changes]), scenario) == [
        "Criterion C1: at_least is 40.0 instead of 50.0.",
        "Criterion C2: the scenario does not have a site_count for hip.",
        "The scenario has a budget, which is not in the ledger.",
        "The objectives are changes; the ledger has travel_time, changes, in that order.",
    ]


def test_an_outcome_names_its_ledger_and_where_the_scenario_departs_from_it(tables: TwoTables) -> None:
    path = f"/v1/workspaces/north/runs/{tables.north.ids['run_id']}/outcome"
    told = tables.call("GET", path, key=tables.north.keys["planner"]).json()["provenance"]["ledger"]
    assert (told["ledger_id"], told["runs_before"]) == (tables.north.ids["ledger_id"], 0)
    assert "Criterion C2: at_least is 450.0 instead of 500.0." in told["departures"]
    assert not any("C1" in line for line in told["departures"])


def test_a_locked_ledger_is_locked_for_good_and_a_newer_one_takes_its_place(tables: TwoTables) -> None:
    planner, manager = tables.north.keys["planner"], tables.north.keys["manager"]
    drafted = tables.call("POST", LEDGERS, key=planner, body={**LEDGER, "name": "Second"})
    assert (drafted.status_code, drafted.json()["locked_at"]) == (201, None)
    lock = f"{drafted.headers['location']}/lock"
    assert tables.call("POST", lock, key=planner).status_code == 403
    locked = tables.call("POST", lock, key=manager)
    assert (locked.status_code, locked.json()["runs_before"], locked.json()["sha256"]) == (
        200, 2, drafted.json()["sha256"],
    )  # fmt: skip
    assert tables.call("POST", lock, key=manager).status_code == 409
    assert tables.call("GET", LEDGERS, key=planner).json()["in_force"] == drafted.json()["id"]


def test_a_ledger_with_norms_that_cannot_be_is_refused_with_each_place(tables: TwoTables) -> None:
    bad = under({"rule": "volume_norm", "at_least": "many"}, {"rule": "nothing"}, objectives=[{"objective": "luck"}])
    answer = tables.call("POST", LEDGERS, key=tables.north.keys["planner"], body=bad)
    assert answer.status_code == 400
    places = {error["where"] for error in answer.json()["errors"]}
    assert any(place.startswith("criteria.0.rule") for place in places)
    assert any(place.startswith("criteria.1.rule") for place in places)
    assert any(place.startswith("objectives.0") for place in places)
    empty = tables.call("POST", LEDGERS, key=tables.north.keys["planner"], body={"name": "", "criteria": []})
    assert {error["where"] for error in empty.json()["errors"]} == {"name", "criteria"}
