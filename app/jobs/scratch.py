"""The folders in which children work: named for their worker, and removed by others when it died before it could."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from app.jobs.names import numbering, start_of

PREFIX = "care-landscape-run-"


def folder_prefix() -> str:
    """How the names of this process's folders begin."""
    return f"{_ours()}{os.getpid()}-{start_of(os.getpid())}-"


def sweep() -> None:
    """Removes the folders of processes that are gone; of others' processes, who share the folder with us, we know nothing."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_ours()}*-*-*"):
        process, start, *_ = folder.name.removeprefix(_ours()).split("-")
        if process.isdigit() and start_of(int(process)) != start:
            shutil.rmtree(folder, ignore_errors=True)


def _ours() -> str:
    """The beginning of the names of all folders whose processes were numbered by whom ours is."""
    return f"{PREFIX}{hashlib.sha256(numbering().encode()).hexdigest()[:8]}-"
