"""Every call of the description, with values made up from it: no server error, and no answer that it does not name.

A few examples a call here; `make fuzz` tries many, and every boundary (CARE_LANDSCAPE_TEST_EXAMPLES says how many).
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Region
from tests.e2e.service import Service

EXAMPLES = os.environ.get("CARE_LANDSCAPE_TEST_EXAMPLES")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory, region: Region) -> tuple[Service, str]:
    """A service of its own, and the names of things that are in it, as schemathesis is told them."""
    service = Service(tmp_path_factory.mktemp("called"))
    service.start()
    run_id = service.run(service.scenario_on(region.package, region.scenario))
    service.ended(run_id)
    other = service.run(service.call("GET", f"/runs/{run_id}").json["scenario_id"], question={"question": "evaluate"})
    service.ended(other)
    names = {
        "workspace_id": "local",
        "run_id": run_id,
        "scenario_id": service.call("GET", f"/runs/{run_id}").json["scenario_id"],
        "collection_id": f"run-{run_id}-areas",
        "comparison_id": service.post("/comparisons", {"run_ids": [other, run_id]}).json["id"],
        "dataset_id": service.call("GET", "/datasets").json["datasets"][0]["id"],
        "tile_matrix_set_id": "WebMercatorQuad",
        "style_id": "minutes",
    }
    lines = [f'"path.{name}" = "{value}"' for name, value in names.items()]
    yield service, "\n".join(["[parameters]", *lines])
    service.end()


def test_no_call_meets_a_server_error_or_an_answer_that_is_not_described(
    known: tuple[Service, str], tmp_path: Path
) -> None:
    service, settings = known
    (tmp_path / "schemathesis.toml").write_text(settings)
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run",
        f"{service.address}/v1/openapi.json", "--checks", CHECKS, "--max-examples", EXAMPLES or "4", "--seed", "1",
        "--no-color", "--generation-database", "none", "--exclude-method", "DELETE", "--exclude-path-regex", "events$",
        "--request-timeout", "60", *([] if EXAMPLES else ["--phases", "fuzzing"]),
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)
    print(told.stdout)
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    assert "unforeseen error" not in (service.directory / "log.txt").read_text()
