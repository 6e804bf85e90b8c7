"""What talks to HiGHS, with warm_relaxation.py and nothing else: arrays in, an answer out, with progress, a way to stop, and statuses in our own words."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import highspy
import numpy as np
from numpy.typing import NDArray

from solver.model import Model
from solver.retrying import way
from solver.scaling import Scaled, scaled
from solver.watch import Heard, Watch

Floats = NDArray[np.float64]
GRACE_SECONDS = 2.0
"""How long a solve may run on after it was told to end [seconds]."""
LEAST_STEPS, STEPS_PER_ROW = 10_000, 2
NOTHING: Mapping[str, Any] = MappingProxyType({})
INTERIOR: Mapping[str, Any] = MappingProxyType({"solver": "ipm", "run_crossover": "off"})
FEASIBILITY = 1e-7
"""How far a row may be missed inside HiGHS, in the row's unit."""

Ended = Literal["proved", "infeasible", "gap", "interrupted", "failed"]


class SolverFailed(Exception):
    """HiGHS could not take the model or ended in a state that says nothing about it."""


@dataclass(frozen=True)
class Answer:
    """What one solve gave. ``x`` [columns] or None, ``value`` and ``bound`` in the objective's unit or None."""

    ended: Ended
    x: Floats | None
    value: float | None
    bound: float | None
    nodes: int = 0
    confirmed: bool = False
    """An "infeasible" that was found again without presolve and with another seed."""
    prices: Floats | None = None
    """[rows] of a linear program: what one more unit of a row's limit would cost."""
    relaxed: tuple[float, Floats] | None = None
    """The value of the relaxation over all columns, and what each column adds to it at least [columns]; None where nobody worked it out."""


def solve(
    model: Model,
    watch: Watch,
    *,
    seconds: float | None = None,
    relative_gap: float = 0.0,
    seed: int = 0,
    presolve: bool = True,
    start: tuple[NDArray[np.int32], Floats] | None = None,
    on_progress: Heard | None = None,
    doubt_seconds: float = np.inf,
) -> Answer:
    """Minimise a model on one thread, until proof, the gap, the time limit or the watch says stop.

    ``start`` gives columns and values of a plan to begin with, in part or whole; ``on_progress`` hears how it goes. "Infeasible" is asked again without
    presolve and with another seed, for at most ``doubt_seconds``: HiGHS 1.15.1 has been seen to say it of models that have plans. Where it ends
    without a word it is asked again the other way; twice raises SolverFailed.
    """
    began = watch.seconds
    limit = min(watch.left, seconds if seconds is not None else np.inf)
    try:
        answer = _solve_once(model, watch, limit, relative_gap, seed, presolve, start, on_progress)
    except SolverFailed:
        left = limit - (watch.seconds - began)
        answer = _solve_once(model, watch, left, relative_gap, seed + 1, not presolve, start, on_progress)
    if answer.ended != "infeasible" or not presolve:
        return answer
    left = min(limit - (watch.seconds - began), doubt_seconds)
    if left <= 0 or watch.stopped:
        return answer
    try:
        second = _solve_once(model, watch, left, relative_gap, seed + 1, False, start, on_progress)
    except SolverFailed:
        return answer
    if second.ended == "infeasible":
        return replace(answer, confirmed=True)
    return answer if second.x is None else second


def relax(model: Model, watch: Watch, *, seconds: float, seed: int = 0, interior: bool = False) -> Answer:
    """The linear relaxation of a model, with its prices. Where the simplex method goes round in circles an interior point is looked for instead.

    With ``interior`` it is looked for at once, and the simplex method is for where HiGHS ends it without a word.
    """
    linear, until = model.relaxed(), watch.seconds + min(watch.left, seconds)
    if interior:
        with suppress(SolverFailed):
            return _solve_once(linear, watch, until - watch.seconds, 0.0, seed, True, None, None, INTERIOR)
    steps = {"simplex_iteration_limit": most_steps(model)}
    answer = _solve_once(linear, watch, max(0.0, until - watch.seconds), 0.0, seed, True, None, None, steps)
    left = until - watch.seconds
    if answer.ended != "interrupted" or watch.stopped or left <= 0:
        return answer
    return _solve_once(linear, watch, left, 0.0, seed, True, None, None, INTERIOR)


def most_steps(model: Model) -> int:
    """Steps of the simplex method after which it goes round in circles, most likely."""
    return max(LEAST_STEPS, STEPS_PER_ROW * model.rows.shape[0])


def handed_over(model: Model) -> Any:
    """A HiGHS instance that holds the model, scaled, and has not begun. Raises SolverFailed where HiGHS refuses it."""
    highs = with_options(0, 0.0, True, np.inf)
    hand_over(highs, scaled(model).model)
    return highs


def _solve_once(
    model: Model,
    watch: Watch,
    limit: float,
    relative_gap: float,
    seed: int,
    presolve: bool,
    start: tuple[NDArray[np.int32], Floats] | None,
    on_progress: Heard | None,
    options: Mapping[str, Any] = NOTHING,
) -> Answer:
    highs = with_options(seed, relative_gap, presolve, limit)
    for name, value in options.items():
        highs.setOptionValue(name, value)
    small = scaled(model)
    hand_over(highs, small.model)
    if start is not None:
        highs.setSolution(len(start[0]), start[0].astype(np.int32), start[1] / small.column[start[0]])
    best = _Best(small, watch, on_progress)
    best.listen_to(highs)
    if not ran(highs, watch, limit):
        return best.so_far()
    if highs.getModelStatus() == highspy.HighsModelStatus.kSolveError:
        raise SolverFailed("HiGHS ended with an error")
    return _answer(highs, small)


def with_options(seed: int, relative_gap: float, presolve: bool, limit: float) -> Any:
    """A HiGHS of our own settings, which ends after ``limit`` seconds."""
    highs = highspy.Highs()
    options: dict[str, Any] = {
        "output_flag": False,
        "threads": 1,
        "random_seed": (seed + way().seed_added) % 2**31,
        "mip_rel_gap": relative_gap,
        "mip_abs_gap": 0.0 if relative_gap == 0 else 1e-9,
        "mip_feasibility_tolerance": FEASIBILITY,
        "primal_feasibility_tolerance": FEASIBILITY,
        "small_matrix_value": 1e-12,
        "presolve": "on" if presolve and way().presolve else "off",
    }
    if np.isfinite(limit):
        options["time_limit"] = max(limit, 0.01)
    for name, value in options.items():
        highs.setOptionValue(name, value)
    return highs


def left_running() -> bool:
    """Some solve did not heed its end and still runs in a thread: end the process with os._exit, not by falling off its end."""
    return any(thread.name == _THREAD and thread.is_alive() for thread in threading.enumerate())


_THREAD = "highs"


def ran(highs: Any, watch: Watch, limit: float) -> bool:
    """Run in a thread and wait for it; False when it did not heed a stop or its time limit and was left behind.

    HiGHS may overlook both for minutes while it solves its first linear program.
    """
    began = watch.seconds
    thread = threading.Thread(target=highs.run, name=_THREAD, daemon=True)
    thread.start()
    stopped_at: float | None = None
    pause = 0.001
    while True:
        thread.join(pause)
        pause = min(0.05, pause * 2)
        if not thread.is_alive():
            return True
        now = watch.seconds
        if watch.stopped and stopped_at is None:
            stopped_at = now
        if (stopped_at is not None and now - stopped_at > GRACE_SECONDS) or now - began > limit + GRACE_SECONDS:
            return False


def hand_over(highs: Any, model: Model) -> None:
    """Pass a model as arrays. Raises SolverFailed where it is refused."""
    m, n, nonzeros = model.size
    status = highs.passModel(
        n, m, nonzeros, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), float(model.offset),
        model.cost, model.lower, model.upper, model.row_lower, model.row_upper,
        model.rows.indptr.astype(np.int32, copy=False), model.rows.indices.astype(np.int32, copy=False), model.rows.data,
        model.integer.astype(np.int32),
    )  # fmt: skip
    if status == highspy.HighsStatus.kError:
        raise SolverFailed("HiGHS refused the model")


class _Best:
    """Hears what HiGHS finds on its way: the best vector, its value, and the bound."""

    def __init__(self, small: Scaled, watch: Watch, on_progress: Heard | None) -> None:
        self._small, self._watch, self._on_progress = small, watch, on_progress
        self._x: Floats | None = None
        self._value: float | None = None
        self._bound: float | None = None

    def listen_to(self, highs: Any) -> None:
        """Subscribe to interrupts and, for integer models, to better plans."""
        highs.cbMipInterrupt.subscribe(self._interrupt)
        highs.cbSimplexInterrupt.subscribe(self._interrupt)
        if self._small.model.integer.any():
            highs.cbMipImprovingSolution.subscribe(self._improved)

    def so_far(self) -> Answer:
        """What was heard until now."""
        return Answer("interrupted", self._x, self._value, self._bound)

    def _interrupt(self, event: Any) -> None:
        if self._watch.stopped:
            event.interrupt()
        if self._small.model.integer.any():
            out = event.data_out
            self._bound = _finite(out.mip_dual_bound, self._small.cost)
            if self._on_progress is not None:
                self._on_progress(_finite(out.mip_primal_bound, self._small.cost), self._bound, self._x)

    def _improved(self, event: Any) -> None:
        self._x = np.array(event.data_out.mip_solution) * self._small.column
        self._value = float(event.data_out.objective_function_value) * self._small.cost


def _answer(highs: Any, small: Scaled) -> Answer:
    mixed = bool(small.model.integer.any())
    status = highs.getModelStatus()
    info = highs.getInfo()
    Status = highspy.HighsModelStatus
    if status in (Status.kInfeasible, Status.kUnboundedOrInfeasible):
        return Answer("infeasible", None, None, None)
    has_plan = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    x = np.array(highs.getSolution().col_value) * small.column if has_plan else None
    value = float(info.objective_function_value) * small.cost if has_plan else None
    nodes = int(info.mip_node_count) if mixed else 0
    if status == Status.kModelEmpty:
        return Answer("proved", x if x is not None else np.zeros(0), value or 0.0, value or 0.0)
    if status == Status.kOptimal:
        bound = _finite(info.mip_dual_bound, small.cost) if mixed else value
        ended: Ended = "proved"
        if mixed and value is not None and bound is not None and abs(value - bound) > 1e-9 * max(1.0, abs(value)):
            ended = "gap"
        prices = None if mixed else np.array(highs.getSolution().row_dual) * small.cost / small.row
        return Answer(ended, x, value, bound, nodes, prices=prices)
    if status in (Status.kTimeLimit, Status.kInterrupt, Status.kSolutionLimit, Status.kIterationLimit):
        return Answer("interrupted", x, value, _finite(info.mip_dual_bound, small.cost) if mixed else None, nodes)
    raise SolverFailed(f"HiGHS ended with {highs.modelStatusToString(status)}")


def _finite(number: float, scale: float) -> float | None:
    return float(number) * scale if np.isfinite(number) and abs(number) < 1e30 else None
