"""Nearest patients of many tied care types in a whole country, by way of steering them.

Every plan for nearest patients is one that a planner could have made, so that the bound for steered patients is theirs as well. A layout that is good for
steered patients is mended until nearest patients keep the rules on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.ask import Ask
from solver.behaviours import Nearest, Steered
from solver.by_price import solve_by_price
from solver.formulations.face import CompiledFace, compile_face
from solver.landscape import Landscape
from solver.rule import ImpossibleRule
from solver.solved import PROVED_GAP, Layout, Solved, StoppedBy
from solver.tied import tied_to
from solver.watch import Watch

Bools = NDArray[np.bool_]
MANY = 1_000_000
"""Pairs of area and site of care types that are tied together from which one model of all nearest patients comes to nothing."""
STEERING = 0.6
"""The share of the time for the layout and the bound of steered patients."""
LOOKING = 0.95
"""The share of what is left then for going downhill."""


@dataclass(frozen=True)
class Begun:
    """A layout on which nearest patients keep every hard rule, and the value of the first objective there."""

    layout: Layout
    value: float


def solve_as_if_steered(
    ask: Ask, begin: Callable[[CompiledFace, Bools | None, float | None], Begun | None], watch: Watch
) -> Solved | None:
    """A bound, and a plan where one was found; None where the question is not one of these.

    ``begin`` makes a plan for nearest patients from offers [S,K,T], or with None from today's: the best within so many seconds, or with None the first.
    """
    if not _worth_it(ask):
        return None
    try:
        face = compile_face(ask.land, ask.rules, ask.objectives)
    except ImpossibleRule:
        return None
    best = begin(face, None, None)
    steered = replace(ask.land, behaviours=tuple(Steered(mode=behaviour.mode) for behaviour in ask.land.behaviours))
    if best is not None:
        ask.trace.append((watch.seconds, best.value, None))
    until = watch.seconds + min(watch.left, np.inf if ask.seconds is None else ask.seconds)
    seconds = STEERING * (until - watch.seconds)
    found = solve_by_price(steered, face, ask.limits, None, watch, seconds=seconds, trace=[], tells_plans=False)
    if isinstance(found, str):
        return None
    waiting = [None if best is None else best.layout.offered]
    waiting += [] if found.layout is None else [found.layout.offered]
    while waiting and _stopped_by(best, found.bound, ask.limits.relative_gap, watch) == "time_limit":
        seconds = LOOKING * (until - watch.seconds) / len(waiting)
        other = begin(face, waiting.pop(), seconds)
        if other is not None and (best is None or other.value < best.value):
            best = other
    later = (None,) * (len(ask.objectives) - 1)
    layout, value = (None, None) if best is None else (best.layout, best.value)
    ask.trace.append((watch.seconds, value, found.bound))
    return Solved(
        layout,
        _stopped_by(best, found.bound, ask.limits.relative_gap, watch),
        values=(value, *later),
        bounds=(found.bound, *later),
        formulation=f"as if steered, then downhill; {found.formulation}",
        size=found.size,
        trace=tuple(ask.trace),
    )


def _stopped_by(best: Begun | None, bound: float | None, asked: float, watch: Watch) -> StoppedBy:
    gap = np.inf
    if best is not None and bound is not None:
        gap = (best.value - bound) / max(abs(best.value), 1e-9)
    if gap <= PROVED_GAP:
        return "proof"
    if gap <= asked:
        return "gap"
    return "cancel" if watch.cancelled else "time_limit"


def _worth_it(ask: Ask) -> bool:
    """Nobody chooses or is observed, and nearest patients of several tied care types are many: one alone is the kernel's, however large."""
    land = ask.land
    plain = all(isinstance(b, Nearest) or (isinstance(b, Steered) and not b.undivided) for b in land.behaviours)
    if ask.limits.formulation != "auto" or not plain or _pairs(land, range(len(land.behaviours))) <= MANY:
        return False
    tied = set(tied_to(land, ask.rules, ask.objectives))
    return any(len(together) > 1 and _pairs(land, together) > MANY for together in tied)


def _pairs(land: Landscape, care_types: Iterable[int]) -> int:
    return sum(
        int((land.demand[:, k, :] > 0).sum()) * int(land.may_offer[:, k].sum())
        for k in care_types
        if isinstance(land.behaviours[k], Nearest)
    )
