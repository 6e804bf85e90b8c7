"""Folders of workers that died are removed; those of workers that live, or that another system numbers, are not."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.jobs.scratch import PREFIX, folder_prefix, sweep

TELL = "from app.jobs.scratch import folder_prefix; print(folder_prefix())"


def test_only_the_folders_of_our_own_dead_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    told = subprocess.run([sys.executable, "-c", TELL], check=True, capture_output=True, text=True)
    dead, alive = tmp_path / f"{told.stdout.strip()}x", tmp_path / f"{folder_prefix()}x"
    of_a_container_that_shares_the_folder = tmp_path / f"{PREFIX}00c0ffee-1-1-x"
    for each in (dead, alive, of_a_container_that_shares_the_folder):
        each.mkdir()
    sweep()
    assert set(tmp_path.iterdir()) == {alive, of_a_container_that_shares_the_folder}
