"""Two machines on one database: what one leaves behind when it dies the other answers, and big questions use both."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from app.store.migrate import migrate
from app.store.row_security import EVERY, enter
from tests.databases import own_cluster, own_schema
from tests.e2e.machines import Machine, bridge
from tests.e2e.service import Service, made_up
from tests.e2e.torture import tiny_package

LEASE_SECONDS = 3.0
SETTINGS = {
    "heartbeat_seconds": "0.2", "lease_seconds": str(LEASE_SECONDS), "alone_seconds": "0", "embedded_worker": "false",
    "small_lanes": "0",
}  # fmt: skip
SWEEP = {"question": "pareto", "objectives": [{"objective": "travel_time"}, {"objective": "sites"}], "points": 40}


@dataclass
class Pair:
    """A service here, and two machines with a worker each."""

    service: Service
    machines: dict[str, Machine]
    engine: Engine

    def workers(self, run_id: str) -> list[str]:
        """The machines that a run and its parts were last worked on, one for each that was begun."""
        asked = (
            "select worker from runs where run_id = :run or run_id in (select run_id from parts where parent_id = :run)"
        )
        with self.engine.connect() as connection:
            enter(connection, EVERY)
            names = connection.scalars(text(asked), {"run": run_id}).all()
        return [known for known in self.machines for name in names if name and name.startswith(known)]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two machines and a service on a PostgreSQL that the machines reach over the bridge."""
    folder = tmp_path_factory.mktemp("machines")
    with bridge() as between, own_cluster(durable=False, listen="*") as cluster, own_schema(cluster.address) as url:
        migrate(url)
        service = Service(folder, {**SETTINGS, "database_url": url})
        service.start()
        there = make_url(url).set(host=between.address).render_as_string()
        made = [between.machine(folder) for _ in range(2)]
        for machine in made:
            machine.start_worker({**SETTINGS, "database_url": there})
        engine = create_engine(url)
        yield Pair(service, {machine.name: machine for machine in made}, engine)
        engine.dispose()
        service.end()
        for machine in made:
            machine.switch_off()


def test_a_sweep_of_forty_points_uses_both_machines(pair: Pair, tmp_path: Path) -> None:
    scenario_id = pair.service.scenario_on(*made_up(tmp_path))
    run_id = pair.service.run(scenario_id, question=SWEEP)
    assert pair.service.ended(run_id)["state"] == "successful"
    counted = Counter(pair.workers(run_id))
    print(f"a sweep of {SWEEP['points']} points: {dict(counted)} jobs by machine")
    assert len(counted) == 2


def test_the_run_of_a_machine_that_dies_is_answered_by_the_other(pair: Pair, tmp_path: Path) -> None:
    run_id = pair.service.run(pair.service.scenario_on(*tiny_package(tmp_path)), limits={"seconds": 20})
    while not (held := pair.workers(run_id)):
        threading.Event().wait(0.01)
    pair.machines[held[0]].switch_off()
    died = time.monotonic()
    run = pair.service.ended(run_id)
    seconds = time.monotonic() - died
    print(f"answered {seconds:.1f} s after the kill, {seconds / LEASE_SECONDS:.2f} of the lease")
    assert (run["state"], run["outcome"], run["attempt"]) == ("successful", "optimal", 2)
    assert pair.workers(run_id) != held
