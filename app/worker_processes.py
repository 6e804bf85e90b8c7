"""Workers in processes of their own beside a service, started with it, started again when they die, ended with it."""

import logging
import signal
import subprocess
import sys
import threading
from os import environ, getpid

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 1.0


class WorkerProcesses:
    """So many `work` processes with the settings of this one; use as a context manager."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._leaving = threading.Event()
        self._keeping = threading.Thread(target=self._keep, name="workers")

    def __enter__(self) -> "WorkerProcesses":
        self._keeping.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._leaving.set()
        self._keeping.join()

    def _keep(self) -> None:
        """All from one thread: a worker ends when the thread that started it does."""
        workers = [_started() for _ in range(self._count)]
        while not self._leaving.wait(LOOK_SECONDS):
            for place, worker in enumerate(workers):
                if worker.poll() is not None:
                    LOG.warning("a worker ended with code %d; another takes its place", worker.returncode)
                    workers[place] = _started()
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.wait()


def _started() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "app.cli", "work", "--beside", str(getpid())]
    return subprocess.Popen(command, env=environ, start_new_session=True)  # noqa: S603 - our own module
