"""The published description passes the linter of the NL GOV API Design Rules, with the one exception that OGC asks for."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from app.main import create_app
from app.settings import Settings
from tests.conftest import ROOT

LINTER = ROOT / ".ci" / "linter"


@pytest.fixture(scope="session")
def spectral() -> Path:
    """The linter at its pinned version, fetched from npm when it is not there yet."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("needs Node.js and npm, which are not here")
    program = LINTER / "node_modules" / ".bin" / "spectral"
    if not program.exists():
        fetched = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=LINTER, capture_output=True, text=True
        )
        if fetched.returncode != 0:
            pytest.skip(f"the linter cannot be fetched from npm: {fetched.stderr.strip().splitlines()[-1:]}")
    return program


def lint(spectral: Path, rules: Path, description: Path) -> list[dict[str, object]]:
    """What the linter has to say about a description."""
    command = [str(spectral), "lint", "--quiet", "--format", "json", "--ruleset", str(rules), str(description)]
    environment = {**os.environ, "SCARF_ANALYTICS": "false"}
    told = subprocess.run(command, capture_output=True, text=True, env=environment)
    found: list[dict[str, object]] = json.loads(told.stdout)
    return found


def test_the_description_has_no_error_under_the_dutch_api_design_rules(
    spectral: Path, shared: Path, tmp_path: Path
) -> None:
    rules = shared / "tools" / "adr" / "ruleset-with-exception.yaml"
    document = create_app(Settings(data_directory=tmp_path, embedded_worker=False)).openapi()
    whole = tmp_path / "openapi.json"
    whole.write_text(json.dumps(document))
    assert lint(spectral, rules, whole) == []
    document["paths"]["/badlyNamed/"] = {"get": {"responses": {"200": {"description": "no version"}}}}
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(document))
    assert {row["code"] for row in lint(spectral, rules, broken)} >= {"nlgov:missing-header", "nlgov:paths-kebab-case"}
