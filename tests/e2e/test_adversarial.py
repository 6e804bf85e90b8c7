"""Models made to be hard end in time, each on its own, and the service answers all the while."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from tests.e2e.adversarial import Adversary, adversaries
from tests.e2e.service import Service

LIMIT_SECONDS = 2.0
MANY = int(os.environ.get("CARE_LANDSCAPE_ADVERSARIES", "4"))
"""How many of the thirty; `make torture` takes them all."""
MEBIBYTE = 1024 * 1024


@dataclass
class Looks:
    """Requests of a caller who only looks, and how they were answered."""

    service: Service
    run_path: str = "/runs"
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def keep_looking(self, enough: threading.Event) -> None:
        """Looks, again and again."""
        while not enough.wait(0.1):
            for path in ("/v1/health/ready", self.run_path):
                began = time.monotonic()
                self.statuses.append(self.service.call("GET", path).status)
                self.seconds.append(time.monotonic() - began)


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looks]:
    """A service with room for small models only, somebody who looks at it all the time, and at the end what they saw."""
    folder = tmp_path_factory.mktemp("adversaries")
    service = Service(folder, {"solve_memory_bytes": str(700 * MEBIBYTE), "most_attempts": "1"})
    service.start()
    made, enough = Looks(service), threading.Event()
    looking = threading.Thread(target=made.keep_looking, args=(enough,))
    looking.start()
    yield made
    enough.set()
    looking.join()
    service.end()
    worst = sorted(made.seconds)[-max(1, len(made.seconds) // 100)]
    print(f"\n{len(made.statuses)} looks meanwhile, 99 of 100 answered within {1000 * worst:.0f} ms")
    assert set(made.statuses) == {200}


@pytest.mark.parametrize("adversary", adversaries()[:MANY], ids=lambda each: each.name)
def test_a_model_made_to_be_hard_ends_and_is_answered_or_fails_alone(
    looks: Looks, adversary: Adversary, tmp_path: Path
) -> None:
    package, scenario = adversary.make(tmp_path)
    run_id = looks.service.run(
        looks.service.scenario_on(package, {**scenario, "limits": {"seconds": LIMIT_SECONDS, "relative_gap": 0.0}})
    )
    looks.run_path = f"/runs/{run_id}"
    run = looks.service.ended(run_id)
    began, ended = (datetime.fromisoformat(run[name]) for name in ("started_at", "finished_at"))
    seconds, most = (ended - began).total_seconds(), 1.25 * LIMIT_SECONDS + 10.0
    print(f"\n| {adversary.name} | {LIMIT_SECONDS:g} | {seconds:.1f} | {most:g} | "
          f"{run['state']}, {run['outcome']}, {run['stopped_by']} | {run['reason'] or ''}")  # fmt: skip
    assert (run["state"], run["attempt"]) in {("successful", 1), ("failed", 1)}
    assert run["state"] == "successful" or run["stopped_by"] == "memory", run["reason"]
