"""One question answered in this process; a stop from outside keeps the best plan."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from app.assemble import assemble
from app.provenance import with_dataset
from geodata.package import Package
from solver.case import Case
from solver.retrying import Way, in_another_way
from solver.solve import ask
from solver.watch import Progress, Watch

AS_ASKED = Way()


def answer(
    package: Package,
    scenario: dict[str, Any],
    *,
    on_progress: Callable[[Progress], None],
    on_stop: Callable[[], None] = lambda: None,
    way: Way = AS_ASKED,
) -> dict[str, Any]:
    """The outcome of the scenario's question as JSON, with the hash of the data in its provenance.

    The first interrupt or SIGTERM asks the solver to stop and keep the best plan; a second one ends the process.
    The solver runs in a thread of its own, so that a signal is heard while it works.
    Raises solver.scenario.InvalidScenario with every problem of the scenario, and solver.solve.NotVerified when the
    answer does not pass its own check.
    """
    case = assemble(package.tables, scenario)
    watch = Watch(on_progress=on_progress)
    results: list[dict[str, Any] | BaseException] = []
    solving = threading.Thread(target=lambda: results.append(_asked(case, watch, way)), name="solve", daemon=True)
    with _stopped_by_signals(watch, on_stop):
        solving.start()
        while solving.is_alive():
            solving.join(timeout=0.2)
    result = results[0]
    if isinstance(result, BaseException):
        raise result
    return with_dataset(result, package.sha256)


def _asked(case: Case, watch: Watch, way: Way) -> dict[str, Any] | BaseException:
    try:
        with in_another_way(way):
            return ask(case, watch).to_json()
    except BaseException as error:
        return error


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
