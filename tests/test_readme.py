"""The README's walk, run as it stands: a new caller can paste it and gets what it says."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.service import Service

ROOT = Path(__file__).resolve().parent.parent
PORT = "http://127.0.0.1:8000"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service as `care-landscape serve` starts it, on a free port."""
    (tmp_path / "var").mkdir()
    made = Service(tmp_path / "var")
    made.start()
    yield made
    made.end()


def the_walk() -> str:
    """The README's one bash block."""
    (block,) = re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    return str(block)


def the_planners_lines() -> list[str]:
    """The lines of the README that ask something of the command line and end by themselves."""
    lines = re.findall(r"^care-landscape (.+)$", (ROOT / "README.md").read_text(), flags=re.MULTILINE)
    return [line for line in lines if line.split()[0] in ("demo", "check", "ask", "verify")]


def test_the_planners_lines_make_check_solve_and_verify_a_region(tmp_path: Path) -> None:
    lines = the_planners_lines()
    assert [line.split()[0] for line in lines] == ["demo", "check", "ask", "verify"]
    for line in lines:
        command = [sys.executable, "-m", "app.cli", *line.split()]
        told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert told.returncode == 0, f"{line}: {told.stderr}"
    assert json.loads((tmp_path / "outcome.json").read_text())["outcome"] == "optimal"
    assert list((tmp_path / "layers").iterdir())


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="the walk is told in bash and curl")
def test_the_integrators_walk_ends_with_a_proved_plan_on_the_map(
    service: Service, shared: Path, tmp_path: Path
) -> None:
    walk = the_walk().replace(PORT, service.address).replace("../shared", str(shared))
    told = subprocess.run(
        ["bash", "-euc", walk], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert told.returncode == 0, told.stderr
    outcome = json.loads((tmp_path / "outcome.json").read_text())
    assert (outcome["outcome"], outcome["stopped_by"]) == ("optimal", "proof")
    assert outcome["measures"]["mean_minutes_per_case"]["value"] == pytest.approx(12.940953, abs=5e-7)
    areas = json.loads((tmp_path / "areas.geojson").read_text())
    assert (areas["numberReturned"], areas["numberMatched"]) == (10, 4067)
