"""A lane of a worker: takes one run after the other, of the sizes it is for, has a child solve it, writes down how it ended."""

import logging
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.jobs.attendance import Attendance, LetGo
from app.jobs.leaving import Leaving
from app.jobs.leavings import ANSWERED, Left, failed_part, left_in, write_down
from app.jobs.process import ChildProcess, NurseryLost, open_nursery
from app.jobs.scratch import folder_prefix
from app.jobs.task import Task, task_of
from app.settings import Settings
from app.store import claims
from app.store.claims import Claim, Ending
from app.store.row_security import EVERY
from app.store.session import DATABASE_AWAY, Store
from app.tracing import tracer

LOG = logging.getLogger(__name__)
IDLE_SECONDS = 0.5
AWAY_SECONDS = 0.2


class Lane:
    """Works on one run at a time; many, on many machines, may share one database."""

    def __init__(
        self, store: Store, settings: Settings, leaving: Leaving, *, name: str, sizes: tuple[str, ...]
    ) -> None:
        self._store, self._settings, self._leaving = store, settings, leaving
        self._name, self._sizes = name, sizes
        self._announced = threading.Event()

    def announce(self) -> None:
        """Says that a run may be waiting, or that it is time to leave, so that an idle lane looks at once."""
        self._announced.set()

    def work(self) -> None:
        """Works until told to leave; a database that does not answer is tried again."""
        while not self._leaving.told.is_set():
            try:
                claim = self._next()
                if claim is not None:
                    self._work_on_or_fail(claim)
                    continue
            except DATABASE_AWAY:
                LOG.warning("the database does not answer; trying again", exc_info=True)
            except NurseryLost:
                LOG.warning("no child can be started; trying again", exc_info=True)
            self._announced.wait(IDLE_SECONDS)
            self._announced.clear()

    def _next(self) -> Claim | None:
        with self._store.reading(EVERY) as session:
            if not claims.any_waiting(session, sizes=self._sizes):
                return None
        open_nursery()  # before the claim: nobody would give its signs of life meanwhile
        with self._store.writing(EVERY) as session:
            return claims.claim_next(session, worker=self._name, sizes=self._sizes)

    def _work_on_or_fail(self, claim: Claim) -> None:
        """Works on the run; an error that nobody foresaw ends this run, not the worker."""
        about: dict[str, str | int] = {
            "run_id": claim.run_id,
            "workspace_id": claim.workspace_id,
            "attempt": claim.attempt,
        }
        try:
            with tracer().start_as_current_span("job", attributes=about):
                self._work_on(claim)
        except (LetGo, NurseryLost):
            self._surely(lambda: self._give_back(claim))
        except DATABASE_AWAY:
            self._surely(lambda: self._give_back(claim))
            raise
        except Exception as unforeseen:
            LOG.exception("run %s failed in the worker", claim.run_id)
            ending = Ending("failed", None, "error", f"The worker failed on it: {type(unforeseen).__name__}.")
            self._surely(lambda: self._end(claim, ending))

    def _work_on(self, claim: Claim) -> None:
        with self._store.reading(claim.workspace_id) as session:
            failed = failed_part(session, claim)
            task = None if failed else task_of(session, claim, self._settings)
        if task is None:
            ending = failed or ANSWERED
            self._surely(lambda: self._end(claim, ending))
            return
        told = (claim.run_id, task.kind, claim.attempt, task.order["step"])
        LOG.info("run %s begins: %s, try %d, %s", *told, extra={"run_id": claim.run_id})
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix=folder_prefix()) as name:
            folder = Path(name)
            task.lay_out(folder)
            how = {"run_id": claim.run_id, "kind": task.kind, "step": task.order["step"]}
            with (
                tracer().start_as_current_span("solve", attributes=how),
                ChildProcess(task.kind, folder, task.room(self._settings)) as working,
            ):
                attendance = Attendance(self._store, self._settings, claim, self._leaving)
                nothing = attendance.attend(working, seconds=task.seconds)
            left = left_in(folder, nothing)
        if left == nothing and nothing.ended_by == "crash" and self._leaving.told.is_set():
            raise LetGo  # whoever ends the worker may end its children too: that is not the run's fault
        self._surely(lambda: self._write_down(claim, task, left, time.monotonic() - started))

    def _write_down(self, claim: Claim, task: Task, left: Left, seconds: float) -> None:
        with self._store.writing(claim.workspace_id) as session:
            ending = write_down(session, claim, task, left, self._settings, seconds=seconds)
        what = "goes on" if ending is None else f"{ending.state}, {ending.outcome}, {ending.stopped_by}"
        LOG.info("run %s: %s", claim.run_id, what, extra={"run_id": claim.run_id})

    def _give_back(self, claim: Claim) -> None:
        with self._store.writing(claim.workspace_id) as session:
            claims.give_back(session, claim)
        LOG.info("run %s is given back", claim.run_id, extra={"run_id": claim.run_id})

    def _end(self, claim: Claim, ending: Ending) -> None:
        with self._store.writing(claim.workspace_id) as session:
            claims.end(session, claim, ending)

    def _surely(self, write: Callable[[], None]) -> None:
        """Writes once the database answers; should the run have gone to another worker meanwhile, nothing is written.

        After a lease without an answer it is left to whoever takes the run over.
        """
        until = time.monotonic() + self._settings.lease_seconds
        while True:
            try:
                write()
                return
            except DATABASE_AWAY:
                if time.monotonic() > until:
                    raise
            time.sleep(AWAY_SECONDS)
