"""A worker's care for one child at work: it hears its progress, asks it to stop, ends it in time."""

import logging
import math
import queue
import signal
import time
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from app.hard_stop import FACTOR, GRACE_SECONDS
from app.jobs.confinement import OUT_OF_MEMORY
from app.jobs.heard import Heard
from app.jobs.leaving import Leaving
from app.jobs.process import LOST, ChildProcess
from app.settings import Settings
from app.store import best_plans, claims
from app.store.claims import Claim
from app.store.session import DATABASE_AWAY, Store

LOG = logging.getLogger(__name__)
WORDS_FOR_NO_MEMORY = ("bad_alloc", "malloc of size", "Cannot allocate memory", "can't start new thread")
"""How libraries say that there is no memory left."""


@dataclass(frozen=True)
class NoAnswer:
    """A child that left nothing: ended by us (deadline, cancel), or by itself (memory, error, crash)."""

    ended_by: Literal["deadline", "cancel", "memory", "error", "crash"]
    reason: str


class LetGo(Exception):
    """The worker must leave this run: it is told to go, or the run is no longer its own."""


@dataclass(frozen=True)
class Attendance:
    """What a worker needs to attend to a child: the run it holds, its store, and the sign to leave."""

    store: Store
    settings: Settings
    claim: Claim
    leaving: Leaving

    def attend(self, working: ChildProcess, *, seconds: float) -> NoAnswer:
        """Attends for at most `seconds` x 1.25 + 10 s; why the child left nothing, in case it did.

        Raises LetGo when the run is to be left; whoever made the child then kills it.
        """
        ended_by = self._until_it_ends(working, seconds)
        return _why_nothing(working.exit_code(), working.last_words(), ended_by)

    def _until_it_ends(self, working: ChildProcess, seconds: float) -> Literal["deadline", "cancel"] | None:
        """Attends until the child ends; whether we ended it at its deadline, or a caller had it stopped."""
        began = time.monotonic()
        hurry_at, kill_at, beat_at = began + seconds, began + seconds * FACTOR + GRACE_SECONDS, began
        stopped = False
        heard = Heard()
        while True:
            try:
                line = working.next_line(timeout=min(beat_at, kill_at, self.leaving.until) - time.monotonic())
                if line is None:
                    self._beat(heard)
                    return "cancel" if stopped else None
                heard.hear(line)
            except queue.Empty:
                pass
            now = time.monotonic()
            if self.leaving.now:
                raise LetGo
            if now >= beat_at:
                stop = self._beat(heard)
                beat_at = now + self.settings.heartbeat_seconds
                if stop and not stopped:
                    stopped, kill_at = True, min(kill_at, now + self.settings.stop_grace_seconds)
                    working.ask_to_stop()
                if working.has_ended():
                    working.exit_code()
            if now >= hurry_at:
                hurry_at = math.inf
                working.hurry()
            if now >= kill_at:
                working.kill()
                return "cancel" if stopped else "deadline"

    def _beat(self, heard: Heard) -> bool:
        """Shows that the worker lives and what it heard, which is then forgotten; True when the run is to be stopped.

        A database that does not answer just now ends nothing: should the run go to another worker meanwhile, then
        the fence keeps this one from writing.
        """
        try:
            with self.store.writing(self.claim.workspace_id) as session:
                stop = claims.beat(session, self.claim)
                if stop is not None:
                    claims.report(session, self.claim, heard.thinned())
                    self._keep_plan(session, heard)
        except DATABASE_AWAY:
            LOG.warning("run %s: no sign of life could be given, the database does not answer", self.claim.run_id)
            return False
        if stop is None:
            raise LetGo
        heard.written()
        return stop

    def _keep_plan(self, session: Session, heard: Heard) -> None:
        if heard.better is not None:
            best_plans.keep(session, self.claim.workspace_id, self.claim.run_id, heard.better)


def _why_nothing(code: int, words: str, ended_by: Literal["deadline", "cancel"] | None) -> NoAnswer:
    if ended_by == "cancel" and code < 0:
        return NoAnswer("cancel", "Stopped before a plan could be handed in.")
    if (ended_by == "deadline" and code < 0) or code == -signal.SIGXCPU:
        return NoAnswer("deadline", "The solve was ended at its deadline; it handed in no plan.")
    if code == OUT_OF_MEMORY or any(each in words for each in WORDS_FOR_NO_MEMORY):
        return NoAnswer("memory", "The solve needed more memory than it may use.")
    if code < 0:
        return NoAnswer("crash", f"The solver's process ended by signal {-code}. {words}".strip())
    if code == LOST:
        return NoAnswer("crash", "The solver's process was lost.")
    return NoAnswer("error", f"The solver failed: {words}")
