"""What a child process does: read a data package, or work on a question, from files into files of its folder."""

import math
import os
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from app.jobs.confinement import OUT_OF_MEMORY, confine

PACKAGE = "package.blob"
ASKED = "asked.json"
ORDER = "order.json"
SPLIT = "split.json"
ANSWERS = "answers.json"
OUTCOME = "outcome.json"
READING = "reading.json"
Task = Literal["read", "further", "parts"]


def work(
    task: Task, folder: Path, errors: Path, told: Connection, worker: tuple[int, str], limits: tuple[int, float]
) -> None:
    """Does the task in the folder, for a worker (its process id and start), and ends the process.

    Progress goes into `told`, what went wrong into `errors`. The exit code is 77 when memory ran out.
    """
    os.setsid()
    os.dup2(told.fileno(), sys.stdout.fileno())
    told.close()
    with errors.open("ab") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())
    code = 1
    try:
        confine(worker=worker, memory_bytes=limits[0], cpu_seconds=math.ceil(limits[1]))
        _do(task, folder)
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # a solver that did not heed its end may still run in a thread, and would crash an orderly exit


def nothing() -> None:
    """Ends at once: that it could be started is what its parent wanted to know."""
    os._exit(0)


def _do(task: Task, folder: Path) -> None:
    from app.jobs import solving, uploaded

    if task == "read":
        uploaded.read_in(folder)
    elif task == "further":
        solving.further_in(folder)
    else:
        solving.parts_in(folder)
