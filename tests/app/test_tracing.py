"""Requests, jobs and solves are spans where somebody listens, and nothing is where nobody does."""

import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.jobs.worker import Worker
from app.main import create_app
from app.settings import Settings
from app.store import runs
from app.store.migrate import migrate
from app.store.parts import ENDED
from app.store.row_security import EVERY
from app.store.session import Store
from app.store.workspaces import LOCAL
from app.tracing import set_up_traces
from tests.app.noted import accepted_run


@pytest.fixture(scope="module")
def heard() -> InMemorySpanExporter:
    """Listens to every span of this process; one may set that up only once."""
    memory = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(memory))
    trace.set_tracer_provider(provider)
    return memory


def test_without_an_address_nothing_is_set_up() -> None:
    before = trace.get_tracer_provider()
    set_up_traces(Settings(), part="serve")
    assert trace.get_tracer_provider() is before


def test_a_request_is_a_span(heard: InMemorySpanExporter, tmp_path: Path) -> None:
    settings = Settings(data_directory=tmp_path, embedded_worker=False)
    migrate(settings.database_url)
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
        assert client.get("/v1/catalogue").status_code == 200
    assert any("/v1/catalogue" in span.name for span in heard.get_finished_spans())


def test_a_job_is_a_span_with_its_solve_inside(heard: InMemorySpanExporter, tmp_path: Path) -> None:
    settings = Settings(data_directory=tmp_path, small_lanes=0)
    migrate(settings.database_url)
    store = Store(settings.database_url)
    with store.writing(EVERY) as session:
        run_id = accepted_run(session).run_id
    worker = Worker(store, settings)
    working = threading.Thread(target=worker.work)
    working.start()
    ended = False
    while not ended:
        with store.reading(LOCAL) as session:
            ended = runs.run(session, LOCAL, run_id).state in ENDED
        threading.Event().wait(0.05)
    worker.go()
    working.join()
    store.close()
    told = {span.name: span for span in heard.get_finished_spans() if (span.attributes or {}).get("run_id") == run_id}
    assert set(told) == {"job", "solve"}
    parent, job = told["solve"].parent, told["job"].context
    assert parent is not None
    assert job is not None
    assert parent.span_id == job.span_id
