"""The service as its callers meet it: how fast it answers while it solves, how much it holds, and what sixty runs leave behind."""

import http.client
import os
import threading
import time
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psutil

from app.store.migrate import migrate
from geodata.demo import demo_scenario_steered
from tests.databases import found_postgresql, own_schema
from tests.e2e.service import Service, made_up

Json = dict[str, Any]
CALLERS = 4
REQUESTS = 500
"""Of each caller."""
RUNS = 60
MB = 1024 * 1024


def under_load(database: str = "") -> Json:
    """Sixty runs with their outcomes and layers read, then four callers who only read while two nations are being solved."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        settings = {"database_url": database} if database else {}
        service = Service(
            folder, {**settings, "any_lanes": "1", "small_lanes": "1", "reuse_answers": "false"}, workers=2
        )
        began = time.perf_counter()
        service.start()
        assert service.process is not None
        api = psutil.Process(service.process.pid)
        try:
            rested = api.memory_info().rss / MB
            answered, paths = _sixty_runs(service, folder)
            after_runs, ran = api.memory_info().rss / MB, time.perf_counter() - began
            _two_nations(service, folder)
            seconds, wall = _read(service, paths)
            at_work = sum(run["state"] == "running" for run in service.call("GET", "/runs").json["runs"])
            worst = sorted(seconds)[len(seconds) * 99 // 100]
            figures = {
                "GET p99 [ms]": round(1000 * worst, 1), "GET median [ms]": round(1000 * sorted(seconds)[len(seconds) // 2], 1),
                "requests/s": round(len(seconds) / wall), "solves meanwhile": at_work,
                "API at rest [MB]": round(rested), "after 60 runs [MB]": round(after_runs),
                "after the load [MB]": round(api.memory_info().rss / MB), "load": round(os.getloadavg()[0], 1),
                "60 runs [s]": round(ran),
            }  # fmt: skip
        finally:
            service.end()
    return {"count": answered, "phases": {"60 runs": ran, "reading": wall}, "figures": figures}


def on_postgresql() -> Json:
    """The same on PostgreSQL."""
    with found_postgresql() as address, own_schema(address) as url:
        migrate(url)
        return under_load(url)


def _sixty_runs(service: Service, folder: Path) -> tuple[int, list[str]]:
    """How many were answered with an outcome, and the paths that a planner who looks at the last one reads."""
    scenario_id = service.scenario_on(*made_up(folder))
    run_ids = [service.run(scenario_id, limits={"seconds": 60, "seed": number}) for number in range(RUNS)]
    answered = 0
    for run_id in run_ids:
        assert service.ended(run_id)["state"] == "successful"
        answered += service.call("GET", f"/runs/{run_id}/outcome").status == 200
        assert service.call("GET", f"/collections/run-{run_id}-areas/items").status == 200
    last = f"/runs/{run_ids[-1]}"
    own = "/v1/workspaces/local"
    return answered, [
        "/v1/health/ready", *(f"{own}{path}" for path in ("/scenarios", last, f"{last}/outcome",
        f"/collections/run-{run_ids[-1]}-areas/items?limit=10", f"/collections/run-{run_ids[-1]}-sites/items")),
    ]  # fmt: skip


def _two_nations(service: Service, folder: Path) -> None:
    """Two solves that last longer than the reading."""
    (folder / "nation").mkdir()
    package, _ = made_up(folder / "nation", "national")
    scenario_id = service.scenario_on(package, demo_scenario_steered("national"))
    for seed in (1, 2):
        service.until(service.run(scenario_id, limits={"seconds": 600, "seed": seed}), "solving")


def _read(service: Service, paths: list[str]) -> tuple[list[float], float]:
    """The seconds that each request took, and all of them together on the clock."""
    seconds: list[float] = []

    def call() -> None:
        connection = http.client.HTTPConnection(urlsplit(service.address).netloc)
        for path, _ in zip(cycle(paths), range(REQUESTS), strict=False):
            began = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, path
            seconds.append(time.perf_counter() - began)
        connection.close()

    callers = [threading.Thread(target=call) for _ in range(CALLERS)]
    began = time.perf_counter()
    for each in callers:
        each.start()
    for each in callers:
        each.join()
    return seconds, time.perf_counter() - began
