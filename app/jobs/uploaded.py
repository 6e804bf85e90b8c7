"""What a child does about an upload: reads the one file in its folder, and leaves what it found there."""

from pathlib import Path
from typing import Any

from app import json_text
from app.dataset_facts import facts_of
from app.jobs.child import PACKAGE, READING
from app.loading import finding
from geodata.package import read_package, to_blob


def read_in(folder: Path) -> None:
    """Reads the one uploaded file; leaves a reading and, when it can be used, the package in the store's form."""
    (upload,) = folder.glob("upload*")
    reading = read_package(upload)
    answer: dict[str, Any] = {
        "errors": [finding(problem).as_json() for problem in reading.problems if problem.severity == "error"],
        "warnings": [finding(problem).as_json() for problem in reading.problems if problem.severity == "warning"],
        "dataset": None,
    }
    if reading.package is not None:
        (folder / PACKAGE).write_bytes(to_blob(reading.package))
        answer["dataset"] = facts_of(reading.package)
    json_text.write_whole(folder / READING, answer)
