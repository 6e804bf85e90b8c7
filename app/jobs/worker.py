"""The worker: lanes that take runs side by side, and a watchman who puts back what dead workers left."""

import logging
import math
import threading
import time

from app.jobs import scratch
from app.jobs.lane import Lane
from app.jobs.leaving import Leaving
from app.jobs.messenger import Messenger
from app.jobs.names import is_gone, own_name
from app.settings import Settings
from app.store import claims, replies
from app.store.row_security import EVERY
from app.store.session import DATABASE_AWAY, Store
from app.store.tables import SIZES

LOG = logging.getLogger(__name__)
LOOKS_PER_LEASE = 10
TIDY_SECONDS = 600.0


class Worker:
    """Works until told to leave; several may share one database, on one machine or many."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.name = own_name()
        self._store, self._settings = store, settings
        self._leaving = Leaving(settings.finish_seconds)
        sizes = [SIZES] * settings.any_lanes + [("small",)] * settings.small_lanes
        self._lanes = [Lane(store, settings, self._leaving, name=self.name, sizes=each) for each in sizes]

    def announce(self) -> None:
        """Says that a run may be waiting, so that idle lanes look at once."""
        for lane in self._lanes:
            lane.announce()

    def go(self) -> None:
        """Tells the worker to leave: it claims nothing more; runs at work finish soon or go back in the queue untried."""
        self._leaving.tell()
        self.announce()

    def work(self) -> None:
        """Works until told to leave, and until its lanes have left."""
        threads = [threading.Thread(target=lane.work, name=f"lane-{i}") for i, lane in enumerate(self._lanes)]
        threads.append(Messenger(self._store, self._settings, self._leaving).thread())
        for thread in threads:
            thread.start()
        self._keep_watch()
        for thread in threads:
            thread.join()

    def _keep_watch(self) -> None:
        """Looks around several times per lease for runs whose worker is dead or silent."""
        tidied = -math.inf
        while not self._leaving.told.is_set():
            try:
                self._put_back()
                if time.monotonic() > tidied + TIDY_SECONDS:
                    self._tidy()
                    tidied = time.monotonic()
            except DATABASE_AWAY:
                LOG.warning("the database does not answer; trying again", exc_info=True)
            self._leaving.told.wait(self._settings.lease_seconds / LOOKS_PER_LEASE)

    def _put_back(self) -> None:
        most = self._settings.most_attempts
        with self._store.reading(EVERY) as session:
            gone = [worker for worker in claims.workers_at_work(session) if is_gone(worker)]
            silent = claims.any_silent(session, lease_seconds=self._settings.lease_seconds)
        if not gone and not silent:
            return
        with self._store.writing(EVERY) as session:
            taken = claims.requeue_of(session, gone, most_attempts=most)
            taken += claims.requeue_silent(session, lease_seconds=self._settings.lease_seconds, most_attempts=most)
        if taken:
            LOG.warning("%d runs were taken from dead or silent workers", taken)
            self.announce()

    def _tidy(self) -> None:
        scratch.sweep()
        with self._store.writing(EVERY) as session:
            replies.forget(session, older_than_seconds=self._settings.remember_requests_seconds)
