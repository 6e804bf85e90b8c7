"""The kill test: workers, API, solvers and the database are killed at random moments, and every accepted run is answered once.

`python -m tests.e2e.torture --kills 500 --restarts 20` prints what became of it on each database.
"""

import argparse
import json
import math
import random
import sys
import tempfile
import threading
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import create_engine, text

from app.store.migrate import migrate
from app.store.row_security import EVERY, enter
from tests.databases import Cluster, own_cluster, own_schema
from tests.e2e.service import Service
from tests.e2e.stage import WORKERS, Caller, Stage

SECONDS_PER_KILL = (0.05, 0.6)
KILLS_PER_LOOK = 25


@dataclass
class Figures:
    """What the kill test found."""

    database: str
    kills: dict[str, int] = field(default_factory=lambda: {"worker": 0, "api": 0, "solver": 0})
    restarts: int = 0
    accepted: int = 0
    answered: int = 0
    lost: int = 0
    answered_twice: int = 0
    orphans: int = 0
    seconds: float = 0.0
    reasons: list[str | None] = field(default_factory=list)
    """Why runs failed, where they did."""

    def line(self) -> str:
        """One line for a person."""
        kills = ", ".join(f"{many} {what}" for what, many in self.kills.items())
        return (
            f"{self.database}: {sum(self.kills.values())} kills ({kills}), {self.restarts} database restarts, "
            f"{self.accepted} jobs, {self.answered} answered, {self.lost} lost, {self.answered_twice} answered twice, "
            f"{self.orphans} orphans, {self.seconds:.0f} s" + "".join(f"\n  {reason}" for reason in self.reasons)
        )


def torture(
    folder: Path, url: str, *, kills: int, restarts: int = 0, cluster: Cluster | None = None, seed: int = 1, jobs: int,
    minutes: float = math.inf,
) -> Figures:  # fmt: skip
    """Kills so often, but not for longer, while runs are posted, waits until all have ended, and counts."""
    chance = random.Random(seed)
    figures = Figures(url.partition(":")[0].partition("+")[0])
    began = time.monotonic()
    stage = Stage(folder, url)
    stage.start()
    try:
        scenario_id = stage.service.scenario_on(*tiny_package(folder))
        moments = sorted(chance.sample(range(kills), restarts)) if restarts else []
        caller = Caller(stage.service, scenario_id)
        for number in range(jobs // 2):
            caller.post(f"first-{number}", seed=1000 + number)
        with caller.calling(every_seconds=0.1):
            while sum(figures.kills.values()) < kills and time.monotonic() < began + 60 * minutes:
                threading.Event().wait(chance.uniform(*SECONDS_PER_KILL))
                if moments and sum(figures.kills.values()) >= moments[0] and cluster is not None:
                    moments.pop(0)
                    cluster.restart_at_once()
                    figures.restarts += 1
                if _kill_something(stage, figures, chance) and sum(figures.kills.values()) % KILLS_PER_LOOK == 0:
                    caller.ended = _ended(url)
                    told = f"{figures.database}: {sum(figures.kills.values())} kills, {caller.ended} runs ended"
                    print(told, f"of {len(caller.accepted)}, {time.monotonic() - began:.0f} s", file=sys.stderr)
        wait_until_ended(stage.service)
        _count(figures, url, caller)
    finally:
        stage.look()
        stage.stop()
    _, alive = psutil.wait_procs(stage.seen, timeout=60)
    figures.orphans = len(alive)
    figures.seconds = time.monotonic() - began
    return figures


def _kill_something(stage: Stage, figures: Figures, chance: random.Random) -> bool:
    what = chance.choices(("worker", "solver", "api"), weights=(5, 4, 1))[0]
    if what == "worker":
        stage.kill_worker(chance.randrange(WORKERS))
    elif what == "api":
        stage.kill_api()
    elif not stage.kill_solver(chance):
        return False
    figures.kills[what] += 1
    return True


def _ended(url: str) -> int:
    """How many runs have ended, as the database says."""
    engine = create_engine(url)
    with engine.connect() as connection:
        enter(connection, EVERY)
        found = connection.scalar(text("select count(*) from runs where state not in ('accepted', 'running')"))
    engine.dispose()
    return int(found or 0)


def wait_until_ended(service: Service) -> None:
    """Until no run is accepted or running, as a caller sees it."""
    while any(run["state"] in ("accepted", "running") for run in service.call("GET", "/runs").json["runs"]):
        threading.Event().wait(0.5)


def _count(figures: Figures, url: str, caller: Caller) -> None:
    """What the database holds against what callers were told."""
    engine = create_engine(url)
    with engine.connect() as connection:
        enter(connection, EVERY)
        found = connection.execute(text("select run_id, state, reason from runs")).all()
        answers = [run_id for (run_id,) in connection.execute(text("select run_id from outcomes"))]
    engine.dispose()
    figures.accepted = len(caller.accepted)
    states = {run_id: state for run_id, state, _ in found}
    figures.reasons = [reason for _, state, reason in found if state != "successful"]
    figures.answered = sum(states.get(run_id) == "successful" for run_id in caller.accepted.values())
    figures.lost = figures.accepted - figures.answered
    runs_per_key = len(states) - len(set(caller.accepted.values()))
    figures.answered_twice = len(answers) - len(set(answers)) + runs_per_key


def tiny_package(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Four areas around two sites, as a zip, and a scenario that is solved at once."""
    tables = {
        "areas": ["area_id,population,lat,lon", *(f"a{i},1000,52.{i},5.{i}" for i in range(4))],
        "sites": ["site_id,lat,lon", "s0,52.0,5.0", "s1,52.3,5.3"],
        "care_types": ["care_type_id,name,urgency,unit", "hips,Hips,planned,case"],
        "demand": ["area_id,care_type_id,cases_per_year", *(f"a{i},hips,{10 + i}" for i in range(4))],
        "site_care": ["site_id,care_type_id,offered_today", "s0,hips,true", "s1,hips,true"],
        "travel_times": [
            "area_id,site_id,minutes", *(f"a{i},s{j},{5 + abs(i - 3 * j)}" for i in range(4) for j in range(2))
        ],
    }  # fmt: skip
    target = folder / "tiny.zip"
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("datapackage.json", json.dumps({"name": "tiny"}))
        for name, lines in tables.items():
            file.writestr(f"{name}.csv", "\n".join(lines) + "\n")
    return target, {"name": "one site", "rules": [{"rule": "site_count", "care_type": "hips", "at_least": 1}]}


def main() -> None:
    """The kill test on both databases."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("--kills", type=int, default=500, help="on each database")
    asked.add_argument("--restarts", type=int, default=20, help="immediate restarts of PostgreSQL")
    asked.add_argument("--jobs", type=int, default=100, help="at least so many on each database")
    asked.add_argument("--only", choices=("sqlite", "postgresql"))
    asked.add_argument("--minutes", type=float, default=math.inf, help="kill no longer than that on each database")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    if given.only != "postgresql":
        with tempfile.TemporaryDirectory() as name:
            url = f"sqlite:///{Path(name) / 'runs.sqlite'}"
            migrate(url)
            told = torture(Path(name), url, kills=given.kills, seed=given.seed, jobs=given.jobs, minutes=given.minutes)
            print(told.line(), flush=True)
    if given.only == "sqlite":
        return
    with tempfile.TemporaryDirectory() as name, own_cluster() as cluster, own_schema(cluster.address) as url:
        migrate(url)
        told = torture(
            Path(name), url, kills=given.kills, restarts=given.restarts, cluster=cluster, seed=given.seed,
            jobs=given.jobs, minutes=given.minutes,
        )  # fmt: skip
        print(told.line(), flush=True)


if __name__ == "__main__":
    main()
