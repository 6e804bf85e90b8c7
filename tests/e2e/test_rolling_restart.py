"""Workers and service are restarted one after the other while runs come in: none is lost, and none is charged with it."""

import os
from pathlib import Path

from sqlalchemy import create_engine, text

from app.store.migrate import migrate
from app.store.row_security import EVERY, enter
from tests.e2e.stage import WORKERS, Caller, Stage
from tests.e2e.torture import tiny_package, wait_until_ended

ROUNDS = int(os.environ.get("CARE_LANDSCAPE_ROLLING_RESTARTS", "1"))
"""In each of them every worker and the service are restarted once."""


def test_a_rolling_restart_under_load_loses_no_run_and_costs_none_a_try(empty_database: str, tmp_path: Path) -> None:
    migrate(empty_database)
    stage = Stage(tmp_path, empty_database)
    stage.settings["most_attempts"] = "1"
    stage.start()
    try:
        caller = Caller(stage.service, stage.service.scenario_on(*tiny_package(tmp_path)))
        with caller.calling(every_seconds=1.0):
            for _ in range(ROUNDS):
                for which in range(WORKERS):
                    stage.restart_worker(which)
                stage.restart_api()
        wait_until_ended(stage.service)
    finally:
        stage.stop()
    engine = create_engine(empty_database)
    with engine.connect() as connection:
        enter(connection, EVERY)
        found = connection.execute(text("select run_id, state, attempt from runs")).all()
    engine.dispose()
    print(f"{ROUNDS * (WORKERS + 1)} restarts, {len(caller.accepted)} runs accepted, {len(found)} in the store")
    assert len(found) == len(caller.accepted) > 0
    assert {(run_id, "successful", 1) for run_id in caller.accepted.values()} == {tuple(row) for row in found}
