"""What operators rely on: measures of the queue, a log that machines read, readiness that goes first."""

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.logs import JsonLines
from app.main import create_app
from app.settings import Settings
from app.store import claims, queue
from app.store.migrate import migrate
from app.store.row_security import EVERY
from app.store.session import Store
from tests.app.noted import accepted_run


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A service without a worker, in this process."""
    settings = Settings(data_directory=tmp_path, embedded_worker=False, metrics_token="let me in")
    migrate(settings.database_url)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as made:
        yield made


def test_the_queue_is_counted_by_state_and_by_size(store: Store) -> None:
    with store.writing(EVERY) as session:
        for size in ("small", "small", "big"):
            accepted_run(session).size = size
    with store.writing(EVERY) as session:
        claims.claim_next(session, worker="one", sizes=("big",))
    with store.reading(EVERY) as session:
        now = queue.standing(session)
    assert (now.by_state["accepted"], now.by_state["running"], now.waiting) == (2, 1, {"small": 2, "big": 0})
    assert (now.workers, now.retried) == (1, 0)
    assert now.longest_wait_seconds >= 0


def test_the_measures_are_for_who_has_the_token(client: TestClient) -> None:
    assert client.get("/v1/catalogue").status_code == 200
    assert client.get("/v1/metrics").status_code == 403
    told = client.get("/v1/metrics", headers={"Authorization": "Bearer let me in"})
    assert told.status_code == 200
    assert 'care_landscape_runs{state="accepted"} 0.0' in told.text
    assert 'care_landscape_request_seconds_count{method="GET",route="/v1/catalogue",status="200"} 1.0' in told.text
    assert "process_resident_memory_bytes" in told.text


def test_a_service_about_to_end_is_not_ready_but_lives(client: TestClient) -> None:
    assert client.get("/v1/health/ready").status_code == 200
    client.app.state.services.leave()  # type: ignore[attr-defined]
    told = client.get("/v1/health/ready")
    assert (told.status_code, told.headers["retry-after"]) == (503, "2")
    assert client.get("/v1/health/live").status_code == 200


def test_a_line_of_the_log_is_one_json_object_with_the_run_it_is_about() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        error = sys.exc_info()
    record = logging.LogRecord("app.jobs.lane", logging.INFO, "lane.py", 1, "run %s: %s", ("r1", "é\nx"), error)
    record.__dict__["run_id"] = "r1"
    line = JsonLines().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["run_id"], told["level"], told["message"]) == ("r1", "INFO", "run r1: é\nx")
    assert "ValueError: no" in told["error"]
