"""What a child process does: read one data package, or answer one question, from files into files of its folder."""

import math
import os
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from app import json_text
from app.jobs.confinement import OUT_OF_MEMORY, confine

PACKAGE = "package.blob"
ASKED = "asked.json"
ORDER = "order.json"
OUTCOME = "outcome.json"
READING = "reading.json"


Task = Literal["read", "solve"]


def main(task: str, folder: Path, *, parent: int, memory_bytes: int, cpu_seconds: int) -> int:
    """Does `task` in the folder and returns the exit code; 77 when memory ran out."""
    confine(parent=parent, memory_bytes=memory_bytes, cpu_seconds=cpu_seconds)
    try:
        if task == "read":
            _read(folder)
        else:
            _solve(folder)
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _read(folder: Path) -> None:
    """Reads the one uploaded file; leaves a reading and, when it can be used, the package in the store's form."""
    from app.dataset_facts import facts_of
    from app.loading import finding
    from geodata.package import read_package, to_blob

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


def _solve(folder: Path) -> None:
    """Answers the question and checks the answer; leaves the outcome with the reasons to refuse it, if any."""
    from app.asking import answer
    from app.jobs.ladder import WAYS
    from app.reasons import reasons_to_refuse
    from geodata.package import from_blob
    from solver.solve import NotVerified
    from solver.watch import Progress

    writing = threading.Lock()

    def tell(progress: Progress) -> None:
        line = json_text.canonical(_finite(asdict(progress))).decode()
        with writing:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    package = from_blob((folder / PACKAGE).read_bytes())
    step = json_text.read_object(folder / ORDER)["step"]
    try:
        outcome = answer(package, json_text.read_object(folder / ASKED), on_progress=tell, way=WAYS[step])
    except NotVerified as withheld:
        json_text.write_whole(folder / OUTCOME, {"outcome": {}, "refused": withheld.reasons})
        return
    tell(Progress(phase="auditing", seconds=_seconds(outcome), value=None, bound=None, gap=None))
    outcome["provenance"] = {**outcome["provenance"], "retried": step}
    outcome = json_text.parse_object(json_text.canonical(outcome), called="the outcome")
    json_text.write_whole(folder / OUTCOME, {"outcome": outcome, "refused": reasons_to_refuse(outcome, package)})


def _finite(progress: dict[str, Any]) -> dict[str, Any]:
    """The progress with None for what is not a number yet (an infinite bound or gap)."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in progress.items()
    }


def _seconds(outcome: dict[str, Any]) -> float:
    return float((outcome.get("provenance") or {}).get("seconds") or 0.0)


if __name__ == "__main__":
    numbers = [int(number) for number in sys.argv[3:]]
    code = main(sys.argv[1], Path(sys.argv[2]), parent=numbers[0], memory_bytes=numbers[1], cpu_seconds=numbers[2])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a solver that did not heed its end may still run in a thread, and would crash an orderly exit
