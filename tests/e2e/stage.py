"""A service and workers that a test kills, restarts and counts, and a caller who posts runs to it all the while."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.e2e.service import Service

SETTINGS = {
    "heartbeat_seconds": "0.2", "lease_seconds": "3", "finish_seconds": "0", "most_attempts": "1000",
    "embedded_worker": "false", "most_open_runs": "100000", "reuse_answers": "false",
}  # fmt: skip
"""Tries are not counted here: so many kills would set runs aside, which is another promise with tests of its own."""
WORKERS = 2
MOST_WAITING = 100
"""No more runs are posted while so many have not ended: a slow machine would be at it for hours."""


class Stage:
    """A service without a worker inside, and workers beside it, on one database; each is started again when it dies."""

    def __init__(self, folder: Path, url: str) -> None:
        self.settings = {**SETTINGS, "database_url": url}
        self.service = Service(folder, self.settings)
        self.workers: list[subprocess.Popen[bytes]] = []
        self.seen: set[psutil.Process] = set()
        self._log = (folder / "workers.txt").open("ab")

    def start(self) -> None:
        """Starts the service and its workers."""
        self.service.start()
        self.workers = [self._worker() for _ in range(WORKERS)]

    def stop(self) -> None:
        """Kills everything."""
        for worker in self.workers:
            worker.kill()
            worker.wait()
        self.service.end(signal.SIGKILL)
        self._log.close()

    def kill_worker(self, which: int) -> None:
        """Kills a worker and starts another in its place."""
        self.look()
        self.workers[which].kill()
        self.workers[which].wait()
        self.workers[which] = self._worker()

    def restart_worker(self, which: int) -> None:
        """Tells a worker to leave, waits until it has, and starts another in its place."""
        self.look()
        self.workers[which].send_signal(signal.SIGTERM)
        self.workers[which].wait()
        self.workers[which] = self._worker()

    def restart_api(self) -> None:
        """Tells the service to end, and starts it again."""
        self.service.end()
        self.service.start()

    def kill_api(self) -> None:
        """Kills the service and starts it again."""
        self.service.end(signal.SIGKILL)
        self.service.start()

    def kill_solver(self, chance: random.Random) -> bool:
        """Kills one child at work, or what children are copies of; False when there is none."""
        children = self.look()
        if children:
            with contextlib.suppress(psutil.NoSuchProcess):
                chance.choice(children).kill()
        return bool(children)

    def look(self) -> list[psutil.Process]:
        """The processes that the workers have started."""
        found: list[psutil.Process] = []
        for worker in self.workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                found += psutil.Process(worker.pid).children(recursive=True)
        self.seen.update(found)
        return sorted(found, key=lambda each: each.pid)

    def _worker(self) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, **{f"CARE_LANDSCAPE_{k.upper()}": v for k, v in self.settings.items()}}
        command = [sys.executable, "-m", "app.cli", "work"]
        return subprocess.Popen(command, env=environment, stdout=self._log, stderr=self._log)


class Caller:
    """Posts runs, each with a key, and posts again until it is told that one was accepted."""

    def __init__(self, service: Service, scenario_id: str) -> None:
        self._service, self._scenario_id = service, scenario_id
        self.accepted: dict[str, str] = {}
        self.ended = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._call)

    @contextlib.contextmanager
    def calling(self, *, every_seconds: float) -> Iterator[None]:
        """Posts until left."""
        self._every = every_seconds
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join()

    def _call(self) -> None:
        number = 0
        while not self._stop.wait(self._every):
            if len(self.accepted) - self.ended > MOST_WAITING:
                continue
            number += 1
            self.post(f"run-{number}", seed=number)

    def post(self, key: str, *, seed: int) -> None:
        """Posts one run until it is accepted."""
        body = json.dumps({"scenario_id": self._scenario_id, "limits": {"seed": seed, "seconds": 20}}).encode()
        while True:
            try:
                answer = self._service.call("POST", "/runs", body, Idempotency_Key=key)
            except (OSError, urllib.error.URLError):
                answer = None
            if answer is not None and answer.status == 202:
                self.accepted[key] = str(answer.json["id"])
                return
            assert answer is None or answer.status == 503, answer
            threading.Event().wait(0.05)
