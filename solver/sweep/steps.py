"""The steps of a sweep as they are found, and as an outcome lists them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from solver.answer import Answering, objective_lines
from solver.landscape import Landscape
from solver.solved import Layout
from solver.solved_json import layout_json, layout_of
from solver.sweep.limit import Limit

Json = dict[str, Any]
ALIKE = 1e-9
"""Objective values this close, relative, are one value."""


@dataclass(frozen=True)
class Step:
    """A range of the limit, from ``loose`` to ``strict``, and the plan that is best in it.

    ``values`` are those of the objectives throughout, where the flows follow from the plan. ``from_values`` and ``to_values`` are those at the smaller and the
    larger end where the planner steers and the value moves with the limit.
    """

    loose: float
    strict: float | None
    outcome: Literal["optimal", "infeasible", "unknown"]
    layout: Layout | None = None
    values: tuple[float | None, ...] = ()
    loose_values: tuple[float | None, ...] | None = None


def merged(steps: list[Step]) -> Iterator[Step]:
    """Neighbours of one value are one step; the plan of the stricter one bears both."""
    last: Step | None = None
    for step in steps:
        if last is not None and _alike(last, step):
            last = replace(step, loose=last.loose)
            continue
        if last is not None:
            yield last
        last = step
    if last is not None:
        yield last


def _alike(one: Step, other: Step) -> bool:
    if one.outcome != "optimal" or other.outcome != "optimal" or one.loose_values is not None:
        return False
    return other.loose_values is None and all(
        a is not None and b is not None and abs(a - b) <= ALIKE * max(1.0, abs(a))
        for a, b in zip(one.values, other.values, strict=True)
    )


def step_json(step: Step, land: Landscape) -> Json:
    """A step as the answer to a part of a sweep."""
    return {**vars(step), "layout": None if step.layout is None else layout_json(step.layout, land)}


def step_of(told: Json, land: Landscape) -> Step:
    """The step that ``step_json`` told."""
    loose = told["loose_values"]
    return Step(
        told["loose"],
        told["strict"],
        told["outcome"],
        None if told["layout"] is None else layout_of(told["layout"], land),
        tuple(told["values"]),
        None if loose is None else tuple(loose),
    )


def as_json(answering: Answering, limit: Limit, step: Step) -> Json:
    """A step as an outcome lists it."""
    row: Json = {**limit.ends(step.loose, step.strict), "outcome": step.outcome}
    if step.layout is None:
        return {**row, "objectives": [], "plan": None}
    plan = answering.plan_json(step.layout, answering.audited(step.layout))
    strict = _lines(answering, step.values)
    if step.loose_values is None:
        return {**row, "objectives": strict, "plan": plan}
    loose = _lines(answering, step.loose_values)
    first, last = (strict, loose) if limit.lever.up else (loose, strict)
    return {**row, "objectives_from": first, "objectives_to": last, "plan": plan}


def _lines(answering: Answering, values: tuple[float | None, ...]) -> list[Json]:
    """Each value with its unit; a step is optimal, so its value is its bound."""
    return objective_lines(answering.case, values, values)
