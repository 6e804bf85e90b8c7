"""The messenger: tells webhooks of ended runs, one after the other, and again later where they did not answer."""

import logging
import threading
import time

from app import json_text
from app.jobs.leaving import Leaving
from app.outward import Allowed, NotSentError, post
from app.settings import Settings
from app.store import webhooks
from app.store.row_security import EVERY
from app.store.session import DATABASE_AWAY, Store
from app.store.webhooks import Due

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 1.0


class Messenger:
    """Delivers until told to leave; many, on many machines, may share one database."""

    def __init__(self, store: Store, settings: Settings, leaving: Leaving) -> None:
        self._store, self._leaving = store, leaving
        self._allowed = Allowed.read(settings.webhook_addresses)

    def thread(self) -> threading.Thread:
        """A thread that delivers; it ends by itself where webhooks are turned off."""
        return threading.Thread(target=self.work, name="messenger")

    def work(self) -> None:
        """Delivers what is due until told to leave."""
        while self._allowed and not self._leaving.told.is_set():
            try:
                if self.deliver_one():
                    continue
            except DATABASE_AWAY:
                LOG.warning("the database does not answer; trying again", exc_info=True)
            self._leaving.told.wait(LOOK_SECONDS)

    def deliver_one(self) -> bool:
        """Tries one delivery that is due; whether there was one."""
        with self._store.writing(EVERY) as session:
            due = webhooks.take_due(session)
        if due is None:
            return False
        trouble = self._tried(due)
        with self._store.writing(due.workspace_id) as session:
            if trouble is None:
                webhooks.delivered(session, due)
            else:
                webhooks.failed(session, due, trouble)
        return True

    def _tried(self, due: Due) -> str | None:
        body = json_text.compact(due.body)
        sent = {"secret": due.secret, "message_id": due.delivery_id}
        try:
            post(due.url, body, **sent, timestamp=int(time.time()), allowed=self._allowed)
        except NotSentError as trouble:
            LOG.warning("webhook delivery %s: %s", due.delivery_id, trouble)
            return str(trouble)
        return None
