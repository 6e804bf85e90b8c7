"""The worker: takes the oldest accepted run, has a child solve it, and writes down how it ended."""

import logging
import tempfile
import threading
import time
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app import json_text
from app.hard_stop import seconds_of
from app.jobs import child
from app.jobs.attendance import Answer, Attendance, LetGo, NoAnswer
from app.jobs.ending import ending_of, nothing_found
from app.jobs.names import is_gone, own_name
from app.settings import Settings
from app.store import claims, datasets, outcomes, runs
from app.store.claims import Claim, Ending
from app.store.row_security import EVERY
from app.store.session import Store

LOG = logging.getLogger(__name__)
IDLE_SECONDS = 0.5


class Worker:
    """Works on one run at a time until told to go; several may share one database."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.name = own_name()
        self._store = store
        self._settings = settings
        self._go = threading.Event()
        self._announced = threading.Event()
        self._looked_for_silent = float("-inf")

    def announce(self) -> None:
        """Says that a run may be waiting, so that an idle worker looks at once."""
        self._announced.set()

    def go(self) -> None:
        """Tells the worker to end; a run at work goes back in the queue untried."""
        self._go.set()
        self._announced.set()

    def work(self) -> None:
        """Works until told to go; a database that does not answer is tried again."""
        dead_looked_for = False
        while not self._go.is_set():
            try:
                if not dead_looked_for:
                    self._take_over_from_the_dead()
                    dead_looked_for = True
                claim = self._next()
                if claim is not None:
                    self._work_on_or_fail(claim)
                    continue
            except OperationalError:
                LOG.exception("the database does not answer; trying again")
            self._announced.wait(IDLE_SECONDS)
            self._announced.clear()

    def _take_over_from_the_dead(self) -> None:
        """Puts back what dead workers of this machine left, without waiting for their lease."""
        with self._store.writing(EVERY) as session:
            gone = [worker for worker in claims.workers_at_work(session) if is_gone(worker)]
            claims.requeue_of(session, gone, most_attempts=self._settings.most_attempts)

    def _next(self) -> Claim | None:
        now = time.monotonic()
        if now - self._looked_for_silent > self._settings.lease_seconds / 3:
            self._looked_for_silent = now
            with self._store.writing(EVERY) as session:
                lease = self._settings.lease_seconds
                claims.requeue_silent(session, lease_seconds=lease, most_attempts=self._settings.most_attempts)
        with self._store.reading(EVERY) as session:
            if not claims.any_waiting(session):
                return None
        with self._store.writing(EVERY) as session:
            return claims.claim_next(session, worker=self.name)

    def _work_on_or_fail(self, claim: Claim) -> None:
        """Works on the run; an error that nobody foresaw ends this run, not the worker."""
        try:
            self._work_on(claim)
        except OperationalError:
            raise
        except Exception as unforeseen:
            LOG.exception("run %s failed in the worker", claim.run_id)
            with self._store.writing(claim.workspace_id) as session:
                reason = f"The worker failed on it: {type(unforeseen).__name__}."
                claims.end(session, claim, Ending("failed", None, "error", reason))

    def _work_on(self, claim: Claim) -> None:
        with tempfile.TemporaryDirectory(prefix="care-landscape-run-") as name:
            folder = Path(name)
            with self._store.reading(claim.workspace_id) as session:
                run = runs.run(session, claim.workspace_id, claim.run_id)
                data = runs.dataset_of(session, run)
                asked, sha256 = run.asked, data.sha256
                (folder / child.PACKAGE).write_bytes(datasets.content(session, data))
            json_text.write_whole(folder / child.ASKED, asked)
            started = time.monotonic()
            seconds = seconds_of(asked) or self._settings.solve_seconds
            try:
                left = Attendance(self._store, self._settings, claim, self._go).solve(folder, seconds=seconds)
            except LetGo:
                with self._store.writing(claim.workspace_id) as session:
                    claims.give_back(session, claim)
                return
            self._write_down(claim, left, asked, sha256, time.monotonic() - started)

    def _write_down(
        self, claim: Claim, left: Answer | NoAnswer, asked: dict[str, object], sha256: str, seconds: float
    ) -> None:
        """Ends the run; a successful one with its outcome, in one transaction; a crashed one may be tried again."""
        ending = ending_of(left)
        LOG.info("run %s: %s, %s, %s", claim.run_id, ending.state, ending.outcome, ending.stopped_by)
        with self._store.writing(claim.workspace_id) as session:
            if isinstance(left, NoAnswer) and left.ended_by == "crash" and claim.attempt < self._settings.most_attempts:
                claims.try_again(session, claim)
            elif ending.state != "successful":
                claims.end(session, claim, ending)
            elif isinstance(left, Answer):
                outcomes.publish(session, claim, ending, left.outcome)
            else:
                nothing = nothing_found(asked, dataset_sha256=sha256, ending=ending, seconds=seconds)
                outcomes.publish(session, claim, ending, nothing)
