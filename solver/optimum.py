"""The optimum of a case: the best plan of its scenario, settled on one where several are equally good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solver.answer import Answering
from solver.as_if_steered import Begun, solve_as_if_steered
from solver.ask import Ask
from solver.behaviours import Steered
from solver.case import Case
from solver.descent.search import downhill
from solver.formulations.face import CompiledFace
from solver.outcome import Outcome
from solver.rounds import Answers, Json
from solver.solve_model import further, solve_model
from solver.solved import Layout, Solved
from solver.solved_json import solved_json, solved_of
from solver.start import constructive_start, worth_a_start
from solver.watch import Watch

Bools = NDArray[np.bool_]
SHARE_TO_DOUBT = 0.1
"""Where there seems to be no plan, the share of the limit for asking again without presolve."""
A_WHILE, SHARE_TO_BEGIN = 30.0, 0.2
"""Seconds for a plan to begin with, at most, and at most this share of the limit."""
SECOND_TRY = 1 / 3
"""The share of these that the second way to one has at least, where the first found none."""
HALF = 0.5
"""The share of the time for the optimum where a question begins with it and goes on."""


def optimum(answering: Answering, watch: Watch, *, share: float = 1.0) -> Solved:
    """Solve the scenario of a case within a share of the time left, and settle on one of its optima as far as that allows.

    Without a plan there is nothing to go on from: then the rest of the time is for finding one.
    """
    case, watch = answering.case, watch.over_the_optimum()
    asked = Ask(
        case.land,
        case.rules,
        case.objectives,
        case.limits,
        first_plan(answering, watch),
        settle=case.limits.relative_gap == 0,
        seconds=share * watch.left if share < 1 else None,
        doubt_seconds=SHARE_TO_DOUBT * case.limits.seconds,
    )

    def nearest(face: CompiledFace, begin: Bools | None, seconds: float | None) -> Begun | None:
        to_the_first = seconds is None
        while_looking = _a_while(case) if seconds is None else seconds
        return _descended(answering, face, watch, while_looking, begin=begin, to_the_first=to_the_first)

    found = solve_as_if_steered(asked, nearest, watch)
    if found is None or (found.layout is None and not watch.over):
        found = _looked_on(asked, found, watch)
    if share == 1 or found.infeasible or found.layout is not None or watch.over:
        return found
    return _looked_on(replace(asked, seconds=None), found, watch)


def _looked_on(asked: Ask, found: Solved | None, watch: Watch) -> Solved:
    """What one model gives, with the bound that was there."""
    last = solve_model(asked, watch)
    return last if found is None else further(asked, found, last)


def optimum_json(answering: Answering, watch: Watch, *, share: float = 1.0) -> Json:
    """The optimum as the answer to a part of a question (parted.py)."""
    return solved_json(optimum(answering, watch, share=share), answering.case.land)


def optimum_of(answering: Answering, answers: Answers) -> Solved:
    """The optimum that was the only part of a round."""
    (told,) = answers
    return Solved(None, "time_limit") if told is None else solved_of(told, answering.case.land)


def first_plan(answering: Answering, watch: Watch) -> Callable[[CompiledFace], Layout | None]:
    """Makes a plan to begin with where the case is large enough to be worth one.

    Mending sends steered patients on where there is no room; downhill, everybody goes to the nearest, but it sees what care types share.
    """
    land = answering.case.land

    def begun(face: CompiledFace) -> Layout | None:
        if not worth_a_start(answering.case):
            return None
        ways = [_mended, _descended] if all(isinstance(b, Steered) for b in land.behaviours) else [_descended, _mended]
        began, whole, begin = watch.seconds, _a_while(answering.case), None
        for way in ways if len(land.care_types) > 1 else [_mended]:
            left = max(whole - (watch.seconds - began), SECOND_TRY * whole)
            begin = begin or way(answering, face, watch, left)
        return None if begin is None else begin.layout

    return begun


def _mended(answering: Answering, face: CompiledFace, watch: Watch, seconds: float) -> Begun | None:
    """A plan that keeps every hard rule, by mending today's landscape."""
    layout = constructive_start(answering.case, face, watch, seconds=seconds)
    return None if layout is None else _audited(answering, layout, watch, "constructive start")


def _descended(
    answering: Answering,
    face: CompiledFace,
    watch: Watch,
    seconds: float,
    *,
    begin: Bools | None = None,
    to_the_first: bool = True,
) -> Begun | None:
    """A plan that keeps every hard rule, downhill from offers [S,K,T] or today's: the first of them, or the best within so many seconds."""
    land = answering.case.land
    offered = np.repeat(land.offered_today[:, :, None], land.shape[3], axis=2) if begin is None else begin
    layout = downhill(answering.case, face, offered, watch, seconds=seconds, to_the_first=to_the_first)
    return None if layout is None else _audited(answering, layout, watch, "downhill from a layout")


def _a_while(case: Case) -> float:
    """Seconds for a plan to begin with."""
    return min(A_WHILE, SHARE_TO_BEGIN * case.limits.seconds)


def _audited(answering: Answering, layout: Layout, watch: Watch, note: str) -> Begun | None:
    checked = answering.audited(layout)
    if not checked.keeps_every_hard_rule:
        return None
    value = checked.objectives[0]["value"]
    watch.report("solving", value=value, note=note, offers=answering.case.land.offers_of(layout.offered))
    return Begun(layout, value)


def outcome_of(answering: Answering, best: Solved, watch: Watch) -> Outcome:
    """The optimum as an outcome, audited."""
    watch.report("auditing")
    outcome = answering.outcome(best)
    if best.layout is None or best.stopped_by != "proof":
        return outcome
    others = {
        "exist": bool(best.others),
        "complete": best.others_complete,
        "plans": [answering.offers_json(layout) for layout in best.others],
    }
    return replace(outcome, canonical=best.canonical, other_optima=others)
