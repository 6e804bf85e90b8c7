"""A worker in a process of its own, beside one or more servers on the same database."""

import signal
import threading
from queue import SimpleQueue

from app.jobs.confinement import end_with_parent
from app.jobs.worker import Worker
from app.logs import set_up_log
from app.settings import Settings
from app.store.migrate import demand_current
from app.store.session import Store
from app.tracing import set_up_traces


def work(settings: Settings, *, beside: int | None = None) -> None:
    """Works on accepted runs until told to stop; runs at work then finish soon or go back in the queue.

    `beside` names the process that started this one, which then ends with it.
    """
    set_up_log(settings.log_format)
    set_up_traces(settings, part="work")
    if beside is not None:
        end_with_parent(beside, number=signal.SIGTERM)
    demand_current(settings.database_url, guarded=settings.accounts)
    store = Store(settings.database_url)
    worker = Worker(store, settings)
    told: SimpleQueue[None] = SimpleQueue()
    threading.Thread(target=_heed, args=(told, worker), name="signals", daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.put(None))
    try:
        worker.work()
    finally:
        store.close()


def _heed(told: "SimpleQueue[None]", worker: Worker) -> None:
    """Tells the worker to leave, for each signal, in a thread of its own.

    A signal handler runs inside whatever the main thread does. If that holds the lock of the event by which the worker is
    told, setting it there would wait for ever; putting into this kind of queue never waits.
    """
    while True:
        told.get()
        worker.go()
