"""One running service for the tests that only talk to it, and a made-up region solved in it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.service import Service, made_up, zipped


@dataclass(frozen=True)
class Region:
    """A made-up region as a zip, with its scenario."""

    package: Path
    scenario: dict[str, Any]


@dataclass(frozen=True)
class Solved:
    """A run of the made-up region's scenario that has ended."""

    scenario_id: str
    run_id: str
    run: dict[str, Any]


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The small made-up region."""
    return Region(*made_up(tmp_path_factory.mktemp("region")))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that lives as long as the tests."""
    made = Service(tmp_path_factory.mktemp("service"), {"most_upload_bytes": "20000000"})
    made.start()
    yield made
    made.end()


@pytest.fixture(scope="session")
def solved(service: Service, region: Region) -> Solved:
    """The made-up region's plan."""
    scenario_id = service.scenario_on(region.package, region.scenario)
    run_id = service.run(scenario_id)
    return Solved(scenario_id, run_id, service.ended(run_id))


@pytest.fixture(scope="session")
def shared_nl_acute(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The Netherlands' acute care, zipped, with one of its scenarios."""
    case = shared / "cases" / "nl-acute"
    package = zipped(case, tmp_path_factory.mktemp("nl") / "nl-acute.zip")
    return Region(package, json.loads((case / "scenario-obstetrics-close-1.json").read_text()))
