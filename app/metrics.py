"""What an operator's Prometheus reads: how requests fare in this process, and how the queue stands in the database."""

import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.store import queue
from app.store.row_security import EVERY
from app.store.session import Store

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0)


class Metrics:
    """The measures of one process."""

    def __init__(self, store: Store) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.registry.register(QueueCollector(store))
        self.requests = Histogram(
            "care_landscape_request_seconds", "Time to answer a request [s].", ("method", "route", "status"),
            buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip


class QueueCollector(Collector):
    """The queue as the database has it, asked anew for every reading: the same whichever process is read."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> Iterable[Metric]:
        """Nothing: the database need not answer for the measures to be known."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Runs by state, those waiting by queue, the longest wait, and the workers at work."""
        with self._store.reading(EVERY) as session:
            now = queue.standing(session)
        runs = GaugeMetricFamily("care_landscape_runs", "Runs by state, parts of runs included.", labels=("state",))
        for state, many in now.by_state.items():
            runs.add_metric((state,), many)
        waiting = GaugeMetricFamily("care_landscape_runs_waiting", "Runs that wait for a worker.", labels=("queue",))
        for size, many in now.waiting.items():
            waiting.add_metric((size,), many)
        yield runs
        yield waiting
        yield GaugeMetricFamily(
            "care_landscape_longest_wait_seconds", "Since the oldest waiting run was accepted [s].",
            value=now.longest_wait_seconds,
        )  # fmt: skip
        yield GaugeMetricFamily("care_landscape_workers_at_work", "Workers that hold a run.", value=now.workers)
        yield GaugeMetricFamily(
            "care_landscape_runs_retried", "Runs that were tried more than once.", value=now.retried
        )


class MeasuringMiddleware:
    """Measures every request under the pattern of its path."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = scope.get("route")
            pattern = route.path if route is not None else "none"
            seconds = time.perf_counter() - began
            self._metrics.requests.labels(scope["method"], pattern, str(status)).observe(seconds)
