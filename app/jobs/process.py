"""One child process as its parent sees it: started apart, listened to, asked to stop, killed with all it started."""

import contextlib
import json
import math
import os
import queue
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.jobs import child
from app.jobs.child import Task

ERRORS = "errors.txt"
MOST_REASON_CHARACTERS = 500


@dataclass(frozen=True)
class Room:
    """How much a child may use."""

    memory_bytes: int
    cpu_seconds: float


class ChildProcess:
    """A child at work in a folder of its own; use as a context manager, leaving it kills what is left of it."""

    def __init__(self, task: Task, folder: Path, room: Room) -> None:
        numbers = [str(os.getpid()), str(room.memory_bytes), str(math.ceil(room.cpu_seconds))]
        command = [sys.executable, "-m", child.__name__, task, str(folder), *numbers]
        self._folder = folder
        self._lines: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        with (folder / ERRORS).open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no words of a caller
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"},
            )
        self._listening = threading.Thread(target=self._listen, name="child-lines", daemon=True)
        self._listening.start()

    def __enter__(self) -> "ChildProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.exit_code()
        self._listening.join()

    @property
    def pid(self) -> int:
        """The child's process id, which is its group's too."""
        return self._process.pid

    def next_line(self, *, timeout: float) -> dict[str, Any] | None:
        """The next progress line; None at the end. Raises queue.Empty after `timeout` seconds without either."""
        return self._lines.get(timeout=max(0.0, timeout))

    def has_ended(self) -> bool:
        """Whether it has ended; what it started may still run, and hold its output open."""
        return self._process.returncode is not None or _has_ended(self._process.pid, wait=False)

    def exit_code(self) -> int:
        """The exit code, negative for the signal that ended it; waits for it, and ends all that it started."""
        if self._process.returncode is None:
            _has_ended(self._process.pid, wait=True)
            self.kill()
        return self._process.wait()

    def ask_to_stop(self) -> None:
        """Asks for the best plan so far."""
        self.hurry()
        self._signal(signal.SIGTERM)

    def hurry(self) -> None:
        """Gives the child an ordinary priority, where the system allows that.

        On a busy machine a process of the lowest priority could take minutes to notice that it should end.
        """
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpriority(os.PRIO_PGRP, self._process.pid, 0)

    def kill(self) -> None:
        """Ends the child and everything it started."""
        self._signal(signal.SIGKILL)

    def last_words(self) -> str:
        """The last line of what it wrote on standard error."""
        lines = (self._folder / ERRORS).read_text("utf-8", "replace").strip().splitlines()
        return lines[-1][:MOST_REASON_CHARACTERS] if lines else ""

    def _signal(self, number: int) -> None:
        """Tells the whole group. Until we take note of its end, the child's number stays its own and its group's."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                try:
                    self._lines.put(json.loads(line))
                except ValueError:
                    continue
        self._lines.put(None)


def _has_ended(pid: int, *, wait: bool) -> bool:
    """Whether our child has ended, without taking note of it."""
    options = os.WEXITED | os.WNOWAIT | (0 if wait else os.WNOHANG)
    return os.waitid(os.P_PID, pid, options) is not None
