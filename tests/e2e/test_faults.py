"""A run that was accepted is answered, whatever dies; one that is stopped keeps its best plan."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from geodata.demo import demo_scenario_steered
from tests.e2e.conftest import Region
from tests.e2e.service import Service, made_up

SHORT = {"seconds": 4}


@pytest.fixture
def fragile(tmp_path: Path) -> Iterator[Service]:
    """A service of its own, to be killed and started again."""
    made = Service(tmp_path, {"heartbeat_seconds": "0.2", "lease_seconds": "2", "finish_seconds": "0.2"})
    made.start()
    yield made
    made.end()


@pytest.fixture(scope="session")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """A nation and one care type whose patients are steered: a plan at once, a proof long after a test may last."""
    package, _ = made_up(tmp_path_factory.mktemp("hard"), "national")
    return Region(package, demo_scenario_steered("national"))


def children(service: Service) -> list[psutil.Process]:
    """The children at work: of the processes that the service has started, those in a session of their own."""
    assert service.process is not None
    started = psutil.Process(service.process.pid).children(recursive=True)
    return [each for each in started if os.getsid(each.pid) == each.pid]


def test_a_killed_workers_run_is_answered_after_the_restart_and_leaves_no_orphan(
    fragile: Service, hard: Region
) -> None:
    run_id = fragile.run(fragile.scenario_on(hard.package, hard.scenario), limits=SHORT)
    fragile.until(run_id, "building")
    solving = children(fragile)
    assert len(solving) == 1
    fragile.end(signal.SIGKILL)
    _, alive = psutil.wait_procs(solving, timeout=10)
    assert alive == []
    fragile.start()
    run = fragile.ended(run_id)
    assert (run["state"], run["stopped_by"], run["attempt"]) == ("successful", "time_limit", 2)


def test_a_killed_solver_is_tried_again(fragile: Service, hard: Region) -> None:
    run_id = fragile.run(fragile.scenario_on(hard.package, hard.scenario), limits=SHORT)
    fragile.until(run_id, "building")
    (solver,) = children(fragile)
    solver.kill()
    run = fragile.ended(run_id)
    assert (run["state"], run["stopped_by"], run["attempt"]) == ("successful", "time_limit", 2)


def test_a_worker_told_to_go_gives_its_run_back_untried(fragile: Service, hard: Region) -> None:
    run_id = fragile.run(fragile.scenario_on(hard.package, hard.scenario))
    fragile.until(run_id, "building")
    fragile.end(signal.SIGTERM)
    fragile.settings["embedded_worker"] = "false"
    fragile.start()
    run = fragile.call("GET", f"/runs/{run_id}").json
    assert (run["state"], run["attempt"]) == ("accepted", 0)


def test_a_stopped_run_keeps_its_best_plan_and_the_service_answers_meanwhile(fragile: Service, hard: Region) -> None:
    run_id = fragile.run(fragile.scenario_on(hard.package, hard.scenario))
    fragile.until(run_id, "solving")
    assert fragile.call("GET", "/v1/health/ready").json == {"status": "ready"}
    (child,) = children(fragile)
    assert (child.nice(), os.getpgid(child.pid)) == (19, child.pid)
    assert fragile.call("POST", f"/runs/{run_id}/cancellation").status == 202
    run = fragile.ended(run_id)
    assert (run["state"], run["outcome"], run["stopped_by"]) == ("successful", "feasible", "cancel")
    outcome = fragile.call("GET", f"/runs/{run_id}/outcome").json
    assert outcome["plan"]["offers"]
    assert {"bound", "gap"} <= set(outcome["objectives"][0])
    assert outcome["verification"]["passed"]


def test_a_solve_that_needs_too_much_memory_fails_alone(tmp_path: Path, region: Region) -> None:
    small = Service(tmp_path, {"solve_memory_bytes": str(60 * 1024 * 1024)})
    small.start()
    try:
        run_id = small.run(small.scenario_on(region.package, region.scenario))
        run = small.ended(run_id)
        assert (run["state"], run["stopped_by"]) == ("failed", "memory"), run["reason"]
        assert small.call("GET", f"/runs/{run_id}/outcome").status == 404
    finally:
        small.end()
