"""A worker in a process of its own, beside one or more servers on the same database."""

import signal

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
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: worker.go())
    try:
        worker.work()
    finally:
        store.close()
