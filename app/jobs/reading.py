"""An uploaded data package read in a child process, within limits of time and memory."""

import queue
import time
from dataclasses import dataclass
from pathlib import Path

from app import json_text
from app.errors import DamagedPackage, Finding, InvalidInput, findings_from
from app.jobs import child
from app.jobs.confinement import OUT_OF_MEMORY
from app.jobs.process import ChildProcess, Room
from app.settings import Settings
from app.store.datasets import NewDataset


@dataclass(frozen=True)
class Upload:
    """A received file, alone in a folder of its own under the name `upload` with its kind as suffix."""

    folder: Path


def read(upload: Upload, settings: Settings) -> NewDataset:
    """What is to be kept of the upload; raises DamagedPackage with every problem, or InvalidInput past the limits."""
    room = Room(settings.parse_memory_bytes, settings.parse_seconds + 1)
    with ChildProcess("read", upload.folder, room) as reading:
        if not _ends_within(reading, settings.parse_seconds):
            raise _refused(f"Reading it takes more than {settings.parse_seconds:g} s.")
        code = reading.exit_code()
    answered = upload.folder / child.READING
    if code != 0 or not answered.exists():
        if code == OUT_OF_MEMORY:
            raise _refused(f"Reading it takes more than {settings.parse_memory_bytes} bytes of memory.")
        raise _refused("The reader broke down on it.")
    answer = json_text.read_object(answered)
    if answer["dataset"] is None:
        many = len(answer["errors"])
        raise DamagedPackage(
            f"The data package has {many} error{'' if many == 1 else 's'}; nothing was stored.",
            findings_from(answer["errors"]),
        )
    content = (upload.folder / child.PACKAGE).read_bytes()
    return NewDataset(**answer["dataset"], warnings=answer["warnings"], content=content)


def _ends_within(reading: ChildProcess, seconds: float) -> bool:
    end = time.monotonic() + seconds
    try:
        while reading.next_line(timeout=end - time.monotonic()) is not None:
            pass
    except queue.Empty:
        return False
    return True


def _refused(problem: str) -> InvalidInput:
    fix = "Send a smaller package, or ask the operator for more room (settings PARSE_SECONDS, PARSE_MEMORY_BYTES)."
    return InvalidInput("The upload cannot be read; nothing was stored.", [Finding("upload", problem, fix)])
