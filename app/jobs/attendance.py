"""A worker's care for one child at work: it hears its progress, asks it to stop, ends it in time."""

import math
import queue
import threading
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from app import json_text
from app.hard_stop import FACTOR, GRACE_SECONDS
from app.jobs import child
from app.jobs.confinement import OUT_OF_MEMORY
from app.jobs.process import ChildProcess
from app.settings import Settings
from app.store import claims
from app.store.claims import Claim
from app.store.session import Store

MOST_LINES_PER_BEAT = 20


@dataclass(frozen=True)
class Answer:
    """The outcome a child handed in, with every reason its check found to refuse it."""

    outcome: dict[str, Any]
    refused: list[str]


@dataclass(frozen=True)
class NoAnswer:
    """A child that left no outcome: ended by us (deadline, cancel), or by itself (memory, error, crash)."""

    ended_by: Literal["deadline", "cancel", "memory", "error", "crash"]
    reason: str


class LetGo(Exception):
    """The worker must leave this run: it is told to go, or the run is no longer its own."""


@dataclass(frozen=True)
class Attendance:
    """What a worker needs to attend to a child: the run it holds, its store, and the sign to go."""

    store: Store
    settings: Settings
    claim: Claim
    go: threading.Event

    def solve(self, folder: Path, *, seconds: float) -> Answer | NoAnswer:
        """What the child leaves after at most `seconds` x 1.25 + 10 s; raises LetGo, with the child dead."""
        with ChildProcess("solve", folder, memory_bytes=self.settings.solve_memory_bytes) as working:
            ended_by = self._attend(working, seconds)
            return _left(folder, working, ended_by)

    def _attend(self, working: ChildProcess, seconds: float) -> Literal["deadline", "cancel"] | None:
        """Attends until the child ends; whether we ended it at its deadline, or a caller had it stopped."""
        began = time.monotonic()
        hurry_at, kill_at, beat_at = began + seconds, began + seconds * FACTOR + GRACE_SECONDS, began
        stopped = False
        heard: list[dict[str, Any]] = []
        while True:
            try:
                line = working.next_line(timeout=min(beat_at, kill_at) - time.monotonic())
                if line is None:
                    self._beat(heard)
                    return "cancel" if stopped else None
                heard.append(line)
            except queue.Empty:
                pass
            now = time.monotonic()
            if self.go.is_set():
                raise LetGo
            if now >= beat_at:
                stop = self._beat(heard)
                heard, beat_at = [], now + self.settings.heartbeat_seconds
                if stop and not stopped:
                    stopped, kill_at = True, min(kill_at, now + self.settings.stop_grace_seconds)
                    working.ask_to_stop()
            if now >= hurry_at:
                hurry_at = math.inf
                working.hurry()
            if now >= kill_at:
                working.kill()
                return "cancel" if stopped else "deadline"

    def _beat(self, heard: list[dict[str, Any]]) -> bool:
        """Shows that the worker lives and what it heard; True when the run is to be stopped."""
        with self.store.writing(self.claim.workspace_id) as session:
            stop = claims.beat(session, self.claim)
            if stop is None:
                raise LetGo
            claims.report(session, self.claim, thinned(heard))
        return stop


def thinned(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines that say something new, the newest twenty of them; the last line is always among them."""
    if not lines:
        return []
    told = [
        line
        for line, following in pairwise(lines)
        if any(line.get(key) != following.get(key) for key in ("phase", "value", "bound"))
    ]
    return [*told, lines[-1]][-MOST_LINES_PER_BEAT:]


def _left(folder: Path, working: ChildProcess, ended_by: Literal["deadline", "cancel"] | None) -> Answer | NoAnswer:
    code = working.exit_code()
    handed_in = folder / child.OUTCOME
    if handed_in.exists():  # written whole or not at all, whatever became of the process afterwards
        left = json_text.read_object(handed_in)
        return Answer(left["outcome"], left["refused"])
    words = working.last_words()
    if ended_by == "cancel" and code < 0:
        return NoAnswer("cancel", "Stopped before a plan could be handed in.")
    if ended_by == "deadline" and code < 0:
        return NoAnswer("deadline", "The solve was ended at its deadline; it handed in no plan.")
    if code == OUT_OF_MEMORY or "bad_alloc" in words:
        return NoAnswer("memory", "The solve needed more memory than it may use.")
    if code < 0:
        return NoAnswer("crash", f"The solver's process ended by signal {-code}. {words}".strip())
    return NoAnswer("error", f"The solver failed: {words}")
