"""One model, one answer: write the policy, minimise its objectives in order, and read the plan back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.case import Flows, Limits
from solver.formulations.compact import Written, write_compact
from solver.formulations.face import CompiledFace, compile_face
from solver.landscape import Landscape
from solver.model import Model
from solver.objective import Objective
from solver.rule import ImpossibleRule, Rule
from solver.watch import Watch, gap_between

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
StoppedBy = Literal["proof", "gap", "time_limit", "cancel", "memory", "error"]
SLACK = 1e-9
"""How far an earlier objective may move while a later one is minimised, relative (contract: held at v + tolerance x |v| + 1e-9 x max(1, |v|))."""
PROVED_GAP = 1e-9


@dataclass(frozen=True)
class Layout:
    """A plan as indices: ``offered`` [S,K,T] and the flows the planner decided (those of the other behaviours follow from the plan)."""

    offered: Bools
    flows: Flows


@dataclass(frozen=True)
class Solved:
    """What minimising in order gave: the best layout found, and per objective the value the model saw and the bound it proved."""

    layout: Layout | None
    stopped_by: StoppedBy
    infeasible: bool = False
    impossible_rule: str = ""
    """Id of a rule that cannot hold by itself, where that is known."""
    values: tuple[float | None, ...] = ()
    bounds: tuple[float | None, ...] = ()
    formulation: str = ""
    size: tuple[int, int, int] = (0, 0, 0)
    trace: tuple[tuple[float, float | None, float | None], ...] = ()
    """(seconds, value, bound) of the first objective as the solve went on."""


@dataclass
class Ask:
    """What to minimise under which rules, and from where to begin."""

    land: Landscape
    rules: Sequence[Rule]
    objectives: Sequence[Objective]
    limits: Limits
    first_plan: Callable[[CompiledFace], Layout | None] | None = None
    """Makes a plan to begin with, one that keeps every hard rule, or None."""
    fixed: Bools | None = None
    """[S,K,T] every offer is given; only flows are left to decide."""
    pinned: Mapping[tuple[int, int, int], bool] = field(default_factory=dict)
    """Some offers are given: (s, k, t) -> offered."""
    held: Sequence[tuple[Objective, float]] = ()
    """Objectives that may be at most so much, in their own unit."""
    excluded: Sequence[Bools] = ()
    """Plans that do not count."""
    seconds: float | None = None
    trace: list[tuple[float, float | None, float | None]] = field(default_factory=list)


def solve_model(ask: Ask, watch: Watch) -> Solved:
    """Minimise the objectives in order, each earlier one held at its value plus its tolerance.

    Raises NotWritten for a behaviour the formulation does not cover and SolverFailed when HiGHS fails.
    """
    try:
        face = compile_face(ask.land, ask.rules, [*ask.objectives, *(objective for objective, _ in ask.held)])
    except ImpossibleRule as impossible:
        return Solved(None, "proof", infeasible=True, impossible_rule=str(impossible.args[0]))
    given = {index: bool(ask.fixed[index]) for index in face.offers} if ask.fixed is not None else ask.pinned
    lower, upper = face.lower.copy(), face.upper.copy()
    for index, offered_here in given.items():
        lower[face.offers[index]] = upper[face.offers[index]] = float(offered_here)
    face = replace(face, lower=lower, upper=upper)
    start = ask.first_plan(face) if ask.first_plan is not None else None
    if start is not None and watch.over:
        return _interrupted(ask, start, watch)
    written = write_compact(ask.land, face)
    for position, (_, limit) in enumerate(ask.held):
        written.hold(len(ask.objectives) + position, limit)
    for offered in ask.excluded:
        written.exclude(offered)
    return _InOrder(ask, written, start, watch).solved()


def _interrupted(ask: Ask, layout: Layout, watch: Watch) -> Solved:
    """Stopped before the first program was solved: the plan to begin with is what we hold."""
    unknown = (None,) * len(ask.objectives)
    return Solved(
        layout,
        "cancel" if watch.stopped else "time_limit",
        values=unknown,
        bounds=unknown,
        formulation="constructive start",
    )


class _InOrder:
    """The objectives of one written model, minimised one after another."""

    def __init__(self, ask: Ask, written: Written, start: Layout | None, watch: Watch) -> None:
        self._ask, self._written, self._watch = ask, written, watch
        self._deadline = watch.seconds + ask.seconds if ask.seconds is not None else np.inf
        self._layout = start
        self._model = written.model(0)
        self._x: Floats | None = None
        self._values: list[float | None] = [None] * len(ask.objectives)
        self._bounds: list[float | None] = [None] * len(ask.objectives)
        self._stopped_by: StoppedBy = "proof"

    def solved(self) -> Solved:
        """Minimise each objective, holding the earlier ones; then give back what a tolerance allowed but no later objective needed."""
        objectives = self._ask.objectives
        size = self._model.size
        ordered = [(position, objective.tolerance) for position, objective in enumerate(objectives)]
        tolerant = any(objective.tolerance > 0 for objective in objectives[:-1])
        for position, tolerance in ordered + ([(position, 0.0) for position, _ in ordered[:-1]] if tolerant else []):
            answer = self._minimise(position)
            if answer.ended == "infeasible" and self._x is None and position == 0:
                return Solved(None, "proof", infeasible=True, size=size, formulation="compact")
            if answer.ended in ("interrupted", "infeasible"):
                self._stopped_by = "cancel" if self._watch.stopped else "time_limit"
                break
            if answer.ended == "gap" and self._ask.limits.relative_gap > 0:
                self._stopped_by = "gap"
            assert answer.value is not None
            self._written.hold(position, held_at(answer.value, tolerance))
        if self._x is not None and self._layout is not None:
            self._layout = _polished(self._ask, self._written, self._model, self._layout) or self._layout
        return Solved(
            self._layout,
            self._stopped_by,
            values=tuple(self._values),
            bounds=tuple(self._bounds),
            formulation="compact",
            size=size,
            trace=tuple(self._ask.trace),
        )

    def _minimise(self, position: int) -> highs.Answer:
        ask, written = self._ask, self._written
        self._model = written.model(position)
        listening = _Listener(ask, self._watch, first=position == 0)
        answer = highs.solve(
            self._model,
            self._watch,
            seconds=max(0.0, self._deadline - self._watch.seconds),
            relative_gap=ask.limits.relative_gap,
            seed=ask.limits.seed,
            start=written.start_from(self._layout.offered) if self._layout is not None and ask.fixed is None else None,
            on_progress=listening,
        )
        if answer.x is not None:
            self._x = answer.x
            self._layout = _read(written, ask.land, answer.x)
            listening(answer.value, answer.bound)
        self._values[position], self._bounds[position] = answer.value, answer.bound
        return answer


def held_at(value: float, tolerance: float = 0.0) -> float:
    """The limit at which an objective is held while later ones are minimised."""
    return value + tolerance * abs(value) + SLACK * max(1.0, abs(value))


def _read(written: Written, land: Landscape, x: Floats) -> Layout:
    parts = []
    for (k, t), part in written.parts.items():
        found = part.flows(x)
        if found is not None:
            area, site, cases = found
            parts.append(Flows(area, site, np.full(len(area), k), np.full(len(area), t), cases))
    return Layout(written.offered(x, land), Flows.joined(parts))


def _polished(ask: Ask, written: Written, model: Model, layout: Layout) -> Layout | None:
    """The flows once more with every decision fixed at its rounded value: a linear program, so without the rounding noise of branching.

    None where there are no flows to decide or the fixed program does not end well; the layout read before then stands.
    """
    if not len(layout.flows.area) or ask.fixed is not None:
        return None
    lower, upper = model.lower.copy(), model.upper.copy()
    for index, column in written.face.offers.items():
        lower[column] = upper[column] = float(layout.offered[index])
    fixed = replace(model, lower=lower, upper=upper)
    try:
        answer = highs.solve(fixed, Watch(), seed=ask.limits.seed, seconds=30.0)
    except highs.SolverFailed:
        return None
    return _read(written, ask.land, answer.x) if answer.ended == "proved" and answer.x is not None else None


class _Listener:
    """Passes progress of the first objective on, at most a few times a second, and keeps its trace."""

    def __init__(self, ask: Ask, watch: Watch, *, first: bool) -> None:
        self._ask, self._watch, self._first = ask, watch, first
        self._last = (-1.0, None, None) if not ask.trace else ask.trace[-1]

    def __call__(self, value: float | None, bound: float | None) -> None:
        seconds = self._watch.seconds
        if not self._first or (value, bound) == self._last[1:]:
            return
        better_plan = value != self._last[1]
        if better_plan or seconds - self._last[0] > 0.5:
            self._last = (seconds, value, bound)
            self._ask.trace.append(self._last)
            self._watch.report("solving", value=value, bound=bound)


__all__ = ["PROVED_GAP", "Ask", "Layout", "Solved", "StoppedBy", "gap_between", "solve_model"]
