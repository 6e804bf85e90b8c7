"""One child process as its parent sees it: started apart, listened to, asked to stop, killed with all it started."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Literal

from app.jobs import child

ERRORS = "errors.txt"
MOST_REASON_CHARACTERS = 500


class ChildProcess:
    """A child at work in a folder of its own; use as a context manager, leaving it kills what is left of it."""

    def __init__(self, task: Literal["read", "solve"], folder: Path, *, memory_bytes: int) -> None:
        command = [sys.executable, "-m", child.__name__, task, str(folder), str(os.getpid()), str(memory_bytes)]
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
        self._process.wait()
        self._listening.join()

    @property
    def pid(self) -> int:
        """The child's process id, which is its group's too."""
        return self._process.pid

    def next_line(self, *, timeout: float) -> dict[str, Any] | None:
        """The next progress line; None at the end. Raises queue.Empty after `timeout` seconds without either."""
        return self._lines.get(timeout=max(0.0, timeout))

    def exit_code(self, *, timeout: float | None = None) -> int:
        """The exit code, negative for the signal that ended it; raises subprocess.TimeoutExpired."""
        return self._process.wait(timeout)

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
        if self._process.poll() is None:
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
