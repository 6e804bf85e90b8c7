"""One question answered in this process; a stop from outside keeps the best plan."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from app.assemble import assemble
from app.provenance import with_dataset
from geodata.package import Package
from solver.retrying import Way, in_another_way
from solver.solve import ask
from solver.watch import Progress, Watch

Told = TypeVar("Told")


def answer(
    package: Package,
    scenario: dict[str, Any],
    *,
    on_progress: Callable[[Progress], None],
    on_stop: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """The outcome of the scenario's question as JSON, with the hash of the data in its provenance.

    The first interrupt or SIGTERM asks the solver to stop and keep the best plan; a second one ends the process.
    Raises solver.scenario.InvalidScenario with every problem of the scenario, and solver.solve.NotVerified when the
    answer does not pass its own check.
    """
    case = assemble(package.tables, scenario)
    watch = Watch(on_progress=on_progress)
    return with_dataset(solving(watch, lambda: ask(case, watch).to_json(), on_stop=on_stop), package.sha256)


def solving(watch: Watch, work: Callable[[], Told], *, on_stop: Callable[[], None] = lambda: None) -> Told:
    """What `work` gives, in a thread of its own, so that a signal is heard while it solves and stops the watch."""
    results: list[Told] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=run, name="solve", daemon=True)
    with _stopped_by_signals(watch, on_stop):
        try:
            thread.start()
        except RuntimeError:  # what Python says when there is no memory left for a thread's stack
            raise MemoryError from None
        while thread.is_alive():
            thread.join(timeout=0.2)
    for failure in failures:
        raise failure
    return results[0]


def told_way(way: Way, work: Callable[[], Told]) -> Callable[[], Told]:
    """The work with every model solved that way."""

    def otherwise() -> Told:
        with in_another_way(way):
            return work()

    return otherwise


@contextmanager
def _stopped_by_signals(watch: Watch, on_stop: Callable[[], None]) -> Iterator[None]:
    """While inside, an interrupt or SIGTERM asks the solver to stop; the second one is obeyed at once."""

    def stop(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        watch.stop()
        on_stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
