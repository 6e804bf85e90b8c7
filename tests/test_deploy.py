"""What deploy/ says holds: units that systemd reads, a compose file whose parts fit, settings that exist and start."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import PREFIX, Settings

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
COMMAND = "/opt/care-landscape/bin/care-landscape"
SECRET = "a secret of sixteen characters or more"


def composed() -> dict[str, Any]:
    """The compose file, with a secret where it asks for one."""
    text = re.sub(r"\$\{\w+:\?\}", SECRET, (DEPLOY / "compose.yaml").read_text())
    return dict(yaml.safe_load(text))


def demand_settings(given: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable of ours is a setting, and together they are taken."""
    ours = {name: value for name, value in given.items() if name.startswith(PREFIX)}
    assert ours
    assert {name.removeprefix(PREFIX).lower() for name in ours} <= set(Settings.model_fields)
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    Settings()


@pytest.mark.parametrize("service", ["migrate", "serve", "work"])
def test_a_service_of_the_compose_file_starts_with_its_settings(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = composed()["services"][service]
    demand_settings(told["environment"], monkeypatch)
    known = subprocess.run([sys.executable, "-m", "app.cli", *told["command"], "--help"], capture_output=True)
    assert known.returncode == 0, known.stderr


def test_the_compose_files_parts_fit() -> None:
    file = composed()
    for name, service in file["services"].items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in file["services"], (name, needed)
            healthy = how["condition"] == "service_healthy"
            assert not healthy or "healthcheck" in file["services"][needed], (name, needed)
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in file["volumes"], (name, volume)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_one_that_systemd_reads_and_its_settings_exist(
    unit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = unit.read_text()
    assert f"ExecStart={COMMAND} " in text
    demand_settings(dict(re.findall(rf"({PREFIX}\w+)=(\S+)", text)), monkeypatch)
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed, which reads units")
    copy = tmp_path / unit.name
    copy.write_text(text.replace(COMMAND, "/bin/true"))
    told = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")
