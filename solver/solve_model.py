"""One model, one answer: which way a policy is searched, by knapsacks, by price or in pieces, and what one search leaves to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from solver import by_price
from solver.ask import Ask
from solver.by_capacity import ByCapacity
from solver.formulations.compact import Written, write_as_told
from solver.formulations.crowded import hard_norms
from solver.formulations.face import CompiledFace, compile_face
from solver.formulations.lazily import LazyPart
from solver.formulations.stage import NotWritten
from solver.objectives.changes import Changes
from solver.piece import Index
from solver.probing.tighten import tightened
from solver.rule import ImpossibleRule
from solver.solve_pieces import InPieces, out_of_time
from solver.solved import PROVED_GAP, Layout, Solved, StoppedBy
from solver.watch import OutOfTime, Watch

MOST_COLUMNS = 1_500_000
"""Columns that one model of all flows may have after a search by price; more would not fit beside it."""
MOST_AT_ONCE = 100_000
"""Prefixes of a care type with hard norms up to which the prefix graph may follow the kernel."""
KERNEL_SHARE = 0.15
"""Of the time: what the kernel has of it before."""


def solve_model(ask: Ask, watch: Watch) -> Solved:
    """Minimise the objectives in order, each earlier one held at its value plus its tolerance.

    Care types that no rule ties together are solved apart. Raises NotWritten for a behaviour the formulation does not cover and SolverFailed when
    HiGHS fails.
    """
    measured = [*ask.objectives, *(objective for objective, _ in ask.held)]
    if ask.settle:
        measured.append(Changes())
    try:
        face = _with_given(compile_face(ask.land, ask.rules, measured), ask)
    except ImpossibleRule as impossible:
        return Solved(None, "proof", infeasible=True, impossible_rule=str(impossible.args[0]))
    tight = face if ask.fixed is not None else tightened(ask.land, face, watch)
    if tight is None:
        return Solved(None, "proof", infeasible=True, formulation="probing alone")
    told = ask.limits.formulation
    plain = not ask.held and not ask.excluded and ask.fixed is None and ask.patterns is None
    if plain and told == "auto" and (roomy := ByCapacity.of(ask.land, tight)) is not None:
        return _by_capacity(ask, tight, roomy, watch)
    if plain and (told == "by_price" or (told == "auto" and by_price.worth_pricing(ask.land))):
        return _by_price(ask, tight, watch)
    return compact(ask, tight, watch)


def _by_capacity(ask: Ask, face: CompiledFace, roomy: ByCapacity, watch: Watch) -> Solved:
    """Search by knapsacks; later objectives, and equal optima where they are looked for, are the compact formulation's."""
    until = watch.seconds + min(watch.left, ask.seconds if ask.seconds is not None else np.inf)
    found = roomy.solve(ask.limits, ask.start, watch, seconds=until - watch.seconds, trace=ask.trace)
    solved = _solved_by_search(ask, found, watch)
    if found.layout is not None and solved.stopped_by == "proof" and len(ask.objectives) == 1 and not ask.settle:
        return solved
    return _finished_in_time(ask, face, found, solved, watch, until)


def _by_price(ask: Ask, face: CompiledFace, watch: Watch) -> Solved:
    """Search by price; what that does not cover, or leaves open with time to spare, goes to the compact formulation."""
    until = watch.seconds + min(watch.left, ask.seconds if ask.seconds is not None else np.inf)
    if ask.start is None and ask.first_plan is not None:
        ask.start = ask.first_plan(face)
    if ask.start is not None and watch.over:
        return _interrupted(ask, ask.start, watch)
    found = by_price.solve_by_price(
        ask.land, face, ask.limits, ask.start, watch, seconds=until - watch.seconds, trace=ask.trace
    )
    if isinstance(found, str) and ask.limits.formulation == "by_price":
        raise NotWritten(f"limits.formulation: {found}; leave formulation out, or name compact")
    if isinstance(found, str):
        solved = compact(ask, face, watch)
        return replace(solved, formulation=f"{solved.formulation} ({found})")
    return _finished_in_time(ask, face, found, _solved_by_search(ask, found, watch), watch, until)


def _solved_by_search(ask: Ask, found: by_price.ByPrice, watch: Watch) -> Solved:
    stopped_by: StoppedBy = "proof"
    gap = np.inf if found.value is None or found.bound is None else found.value - found.bound
    size = max(abs(found.value or 0.0), 1e-9)
    if gap > PROVED_GAP * size:
        stopped_by = "gap" if gap <= ask.limits.relative_gap * size else out_of_time(watch)
    later = (None,) * (len(ask.objectives) - 1)
    return Solved(
        found.layout,
        stopped_by,
        values=(found.value, *later),
        bounds=(found.bound, *later),
        formulation=found.formulation,
        size=found.size,
        trace=tuple(ask.trace),
    )


def _finished_in_time(
    ask: Ask, face: CompiledFace, found: by_price.ByPrice, solved: Solved, watch: Watch, until: float
) -> Solved:
    """What a search found, finished by the compact formulation where there is time and need for it."""
    left = until - watch.seconds
    if solved.stopped_by == "gap" or watch.stopped or left <= 1.0 or found.size[1] > MOST_COLUMNS:
        if solved.layout is None and ask.start is not None:
            return replace(_interrupted(ask, ask.start, watch), bounds=solved.bounds, formulation=solved.formulation)
        return solved
    return _finished(replace(ask, seconds=left, start=found.layout, first_plan=None), face, found, solved, watch)


def _finished(ask: Ask, face: CompiledFace, found: by_price.ByPrice, solved: Solved, watch: Watch) -> Solved:
    """The compact formulation on what prices left undecided, from the plan that they found."""
    tolerant = any(objective.tolerance > 0 for objective in ask.objectives[:-1])
    given = face if tolerant else _with_pins(face, found.decided)
    return further(ask, solved, compact(ask, given, watch))


def further(ask: Ask, first: Solved, last: Solved) -> Solved:
    """The better plan and the tighter bound of two attempts, the second of which began from the first one's plan if it had one."""
    formulation = f"{first.formulation}; then {last.formulation}"
    if last.infeasible:
        return replace(last if first.layout is None else first, formulation=formulation)
    if first.stopped_by == "proof" and last.stopped_by != "proof" and len(ask.objectives) == 1:
        return replace(first, formulation=formulation)
    bounds = [one.bounds[0] for one in (first, last) if one.bounds and one.bounds[0] is not None]
    value, better = (one.values[0] if one.values else None for one in (first, last))
    stays = last.layout is None or (value is not None and (better is None or better > value))
    best = replace(first, stopped_by=last.stopped_by) if stays else last
    proved = best.values[0] if best.values else None
    bound = max(bounds, default=None)
    if bound is not None and proved is not None:
        bound = min(bound, proved)
    return replace(best, bounds=(bound, *best.bounds[1:]), formulation=formulation, trace=tuple(ask.trace))


def compact(ask: Ask, face: CompiledFace, watch: Watch) -> Solved:
    """The compact formulation of a face, solved in pieces."""
    told = ask.limits.formulation
    try:
        written = write_as_told(ask.land, face, told, watch, patterns=ask.patterns, lazily=ask.lazily)
    except OutOfTime:
        return _interrupted(ask, ask.start, watch)
    if ask.first_plan is not None and not written.begins_itself:
        ask.start = ask.first_plan(face)
    if ask.start is not None and watch.over:
        return _interrupted(ask, ask.start, watch)
    first = _as_written(ask, written, watch)
    crowded = {(part.stage.k, part.stage.t) for part in written.lazy if _may_follow(part)}
    if not crowded or told != "auto" or ask.lazily is not None:
        return first.solved()
    until = watch.seconds + first.left
    solved = first.solved(KERNEL_SHARE * first.left)
    left = until - watch.seconds
    if solved.stopped_by != "time_limit" or watch.stopped or left <= 0:
        return solved
    try:
        written = write_as_told(ask.land, face, told, watch, patterns=ask.patterns, at_once=crowded & first.wide_open)
    except OutOfTime:
        return solved
    start = solved.layout if solved.layout is not None else ask.start
    again = _as_written(replace(ask, seconds=left, start=start), written, watch)
    return further(ask, solved, again.solved())


def _may_follow(part: LazyPart) -> bool:
    """Rows of the kernel see travel and volumes apart, so norms that bind leave its gap wide; the prefix graph, where it is small enough, sees both."""
    return int(part.useful.length.sum()) <= MOST_AT_ONCE and bool(hard_norms(part.stage).any())


def _as_written(ask: Ask, written: Written, watch: Watch) -> InPieces:
    """A written policy with what is held and excluded, ready to be solved."""
    for position, (_, limit) in enumerate(ask.held):
        written.hold(len(ask.objectives) + position, limit)
    for offered in ask.excluded:
        written.exclude(offered)
    return InPieces(ask, written, watch)


def _with_given(face: CompiledFace, ask: Ask) -> CompiledFace:
    given = {index: bool(ask.fixed[index]) for index in face.offers} if ask.fixed is not None else ask.pinned
    return _with_pins(face, given)


def _with_pins(face: CompiledFace, given: Mapping[Index, bool]) -> CompiledFace:
    lower, upper = face.lower.copy(), face.upper.copy()
    for index, offered_here in given.items():
        if index in face.offers:
            lower[face.offers[index]] = upper[face.offers[index]] = float(offered_here)
    return replace(face, lower=lower, upper=upper)


def _interrupted(ask: Ask, layout: Layout | None, watch: Watch) -> Solved:
    """Stopped before the first program was solved: the plan to begin with is what we hold, if there is one."""
    unknown = (None,) * len(ask.objectives)
    formulation = "not written in time" if layout is None else "constructive start"
    return Solved(layout, out_of_time(watch), values=unknown, bounds=unknown, formulation=formulation)
