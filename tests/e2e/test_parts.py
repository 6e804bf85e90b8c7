"""A question in parts is answered by all workers together, the same as by one, and goes on where it stopped."""

import json
import signal
import sqlite3
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.asking import answer
from app.loading import load
from tests.e2e.conftest import Region
from tests.e2e.service import Service

PARETO = {
    "question": "pareto",
    "objectives": [{"objective": "travel_time"}, {"objective": "sites"}],
    "points": 6,
}


@pytest.fixture
def parted(tmp_path: Path) -> Iterator[Service]:
    """A service that shares out every question in parts at once."""
    made = Service(
        tmp_path, {"alone_seconds": "0", "heartbeat_seconds": "0.2", "lease_seconds": "3", "finish_seconds": "0"}
    )
    made.start()
    yield made
    made.end()


def alone(region: Region, question: dict[str, Any]) -> dict[str, Any]:
    """The answer of one process."""
    package, _ = load(region.package)
    return answer(package, {**region.scenario, "question": question}, on_progress=lambda _: None)


def told_parts(events: list[tuple[str, Any]]) -> list[str]:
    """What the parent's progress said about its parts."""
    return [data["note"] for kind, data in events if kind == "progress" and "parts" in data["note"]]


def test_a_front_found_by_many_is_the_one_found_by_one_and_the_progress_is_the_parents(
    parted: Service, region: Region
) -> None:
    scenario_id = parted.scenario_on(region.package, region.scenario)
    run_id = parted.run(scenario_id, question=PARETO)
    events = parted.events(run_id)
    assert events[-1][1]["state"] == "successful", events[-1]
    parts = told_parts(events)
    assert parts
    assert parts[-1].split()[0] == parts[-1].split()[2]
    outcome = parted.call("GET", f"/runs/{run_id}/outcome").json
    expected = json.loads(json.dumps(alone(region, PARETO)))
    assert outcome["points"] == expected["points"]
    assert outcome["provenance"]["result_sha256"] == expected["provenance"]["result_sha256"]
    listed = parted.call("GET", "/runs").json["runs"]
    assert [run["id"] for run in listed] == [run_id]


def test_a_parent_goes_on_where_it_stopped_when_everybody_died(parted: Service, region: Region) -> None:
    scenario_id = parted.scenario_on(region.package, region.scenario)
    run_id = parted.run(scenario_id, question=PARETO, limits={"seconds": 600})
    until_a_part_has_ended(parted, run_id)
    parted.end(signal.SIGKILL)
    before = answered(parted)
    assert before
    parted.start()
    run = parted.ended(run_id)
    assert (run["state"], run["outcome"]) == ("successful", "optimal")
    after = answered(parted)
    assert before.items() <= after.items()


def until_a_part_has_ended(service: Service, run_id: str) -> None:
    """Follows the run until its progress says so."""
    with urllib.request.urlopen(f"{service.address}/v1/workspaces/local/runs/{run_id}/events") as lines:
        for line in lines:
            note = json.loads(line[6:]).get("note", "") if line.startswith(b"data: ") else ""
            if note.endswith("parts") and not note.startswith("0 "):
                return
    raise AssertionError("the run ended before")


def answered(service: Service) -> dict[str, int]:
    """The parts that have been answered, each with how often it was claimed."""
    with sqlite3.connect(service.directory / "care-landscape.sqlite") as database:
        rows = database.execute(
            "select run_id, fence from runs join parts using (workspace_id, run_id) where state = 'successful'"
        )
        found = dict(rows.fetchall())
    database.close()
    return found
