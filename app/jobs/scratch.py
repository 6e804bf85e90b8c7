"""The folders in which children work: named for their worker, and removed by others when it died before it could."""

import os
import shutil
import tempfile
from pathlib import Path

from app.jobs.names import start_of

PREFIX = "care-landscape-run-"


def folder_prefix() -> str:
    """How the names of this process's folders begin."""
    return f"{PREFIX}{os.getpid()}-{start_of(os.getpid())}-"


def sweep() -> None:
    """Removes the folders of processes that are gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*-*"):
        process, start, *_ = folder.name.removeprefix(PREFIX).split("-")
        if process.isdigit() and start_of(int(process)) != start:
            shutil.rmtree(folder, ignore_errors=True)
