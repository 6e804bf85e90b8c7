"""What a child process does: read a data package, or work on a question, from files into files of its folder."""

import os
import sys
from pathlib import Path
from typing import Any, Literal

from app import json_text
from app.jobs.confinement import OUT_OF_MEMORY, confine

PACKAGE = "package.blob"
ASKED = "asked.json"
ORDER = "order.json"
SPLIT = "split.json"
ANSWERS = "answers.json"
OUTCOME = "outcome.json"
READING = "reading.json"
Task = Literal["read", "further", "parts"]


def main(task: str, folder: Path, *, parent: int, memory_bytes: int, cpu_seconds: int) -> int:
    """Does `task` in the folder and returns the exit code; 77 when memory ran out."""
    confine(parent=parent, memory_bytes=memory_bytes, cpu_seconds=cpu_seconds)
    try:
        if task == "read":
            _read(folder)
        else:
            from app.jobs import solving

            solving.further_in(folder) if task == "further" else solving.parts_in(folder)
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


if __name__ == "__main__":
    numbers = [int(number) for number in sys.argv[3:]]
    code = main(sys.argv[1], Path(sys.argv[2]), parent=numbers[0], memory_bytes=numbers[1], cpu_seconds=numbers[2])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a solver that did not heed its end may still run in a thread, and would crash an orderly exit
