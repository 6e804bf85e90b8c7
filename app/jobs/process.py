"""One child process as its parent sees it: started apart, listened to, asked to stop, killed with all it started."""

import contextlib
import json
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from app.jobs import child
from app.jobs.child import Task
from app.jobs.names import start_of

ERRORS = "errors.txt"
MOST_REASON_CHARACTERS = 500
MOST_NURSERIES = 3
LOST = 255
"""The exit code of a child of whose end nobody could tell."""


@dataclass(frozen=True)
class Room:
    """How much a child may use."""

    memory_bytes: int
    cpu_seconds: float


def nursery() -> ForkServerContext:
    """Where children come from: a process that has read our code, and nothing else, and is copied for each child.

    A fresh interpreter would spend two seconds of processor time on reading the same code for every child.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # whoever is to be copied must have no threads
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["app.jobs.solving", "app.jobs.uploaded", "typer"])
    return context


def open_nursery() -> None:
    """Waits until children can be had at once; for seconds when our code has yet to be read there."""
    first = _started(lambda: nursery().Process(target=child.nothing, daemon=True))
    first.join()
    first.close()


def _started(make: Callable[[], ForkServerProcess]) -> ForkServerProcess:
    """A started process; should the nursery be lost just then, another one is opened. Raises NurseryLost."""
    for _ in range(MOST_NURSERIES):
        made = make()
        try:
            made.start()
        except (EOFError, OSError):
            continue
        return made
    raise NurseryLost


class NurseryLost(Exception):
    """No child could be started, though it was tried with several nurseries."""


class ChildProcess:
    """A child at work in a folder of its own; use as a context manager, leaving it kills what is left of it."""

    def __init__(self, task: Task, folder: Path, room: Room) -> None:
        self._folder = folder
        self._lines: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        (folder / ERRORS).touch()
        ours, theirs = multiprocessing.Pipe(duplex=False)
        worker = (os.getpid(), start_of(os.getpid()))
        limits = (room.memory_bytes, room.cpu_seconds)
        told = (task, folder, folder / ERRORS, theirs, worker, limits)
        self._process = _started(lambda: nursery().Process(target=child.work, args=told, name=task, daemon=True))
        theirs.close()
        self._listening = threading.Thread(target=self._listen, args=(ours,), name="child-lines", daemon=True)
        self._listening.start()

    def __enter__(self) -> "ChildProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.exit_code()
        self._listening.join()
        self._process.close()

    @property
    def pid(self) -> int:
        """The child's process id, which is its group's too."""
        assert self._process.pid is not None
        return self._process.pid

    def next_line(self, *, timeout: float) -> dict[str, Any] | None:
        """The next progress line; None at the end. Raises queue.Empty after `timeout` seconds without either."""
        return self._lines.get(timeout=max(0.0, timeout))

    def has_ended(self) -> bool:
        """Whether it has ended; what it started may still run, and hold its output open."""
        return bool(wait([self._process.sentinel], timeout=0))

    def exit_code(self) -> int:
        """The exit code, negative for the signal that ended it; waits for it, and ends all that it started."""
        self._process.join()
        self._signal_group(signal.SIGKILL)
        assert self._process.exitcode is not None
        return self._process.exitcode

    def ask_to_stop(self) -> None:
        """Asks for the best plan so far."""
        self.hurry()
        self._signal(signal.SIGTERM)

    def hurry(self) -> None:
        """Gives the child an ordinary priority, where the system allows that.

        On a busy machine a process of the lowest priority could take minutes to notice that it should end.
        """
        if not self.has_ended():
            with contextlib.suppress(PermissionError, ProcessLookupError):
                os.setpriority(os.PRIO_PGRP, self.pid, 0)

    def kill(self) -> None:
        """Ends the child and everything it started."""
        self._signal(signal.SIGKILL)
        self._signal_group(signal.SIGKILL)

    def last_words(self) -> str:
        """The last line of what it wrote on standard error."""
        lines = (self._folder / ERRORS).read_text("utf-8", "replace").strip().splitlines()
        return lines[-1][:MOST_REASON_CHARACTERS] if lines else ""

    def _signal(self, number: int) -> None:
        if not self.has_ended():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _signal_group(self, number: int) -> None:
        """Reaches what the child started; there is no such group before it began or after all of it has ended."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _listen(self, told: Connection) -> None:
        with os.fdopen(os.dup(told.fileno()), "rb") as lines:
            told.close()
            for line in lines:
                try:
                    self._lines.put(json.loads(line))
                except ValueError:
                    continue
        self._lines.put(None)
