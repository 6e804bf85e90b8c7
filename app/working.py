"""A worker in a process of its own, beside one or more servers on the same database."""

import logging
import signal

from app.jobs.worker import Worker
from app.settings import Settings
from app.store.migrate import demand_current
from app.store.session import Store


def work(settings: Settings) -> None:
    """Works on accepted runs until told to stop; the run at work then goes back in the queue."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    demand_current(settings.database_url, guarded=settings.accounts)
    store = Store(settings.database_url)
    worker = Worker(store, settings)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: worker.go())
    try:
        worker.work()
    finally:
        store.close()
