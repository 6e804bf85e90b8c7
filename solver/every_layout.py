"""Every layout of a small case, measured at once: where patients' flows follow from the plan and few sets of sites exist, nothing needs to be searched.

The rules are read off the compiled face: rows whose columns are offers and quantities of the plan are evaluated for all layouts, and so are the objectives.
A row or objective with a variable of its own cannot be evaluated this way; then there is no such table and the question searches instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.answer import Answering
from solver.behaviours import Steered
from solver.case import Flows
from solver.formulations.face import CompiledFace, compile_face
from solver.formulations.layouts import every_set, layouts_of
from solver.formulations.stage import Stage
from solver.formulations.words import Asked
from solver.in_order import held_at
from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import ImpossibleRule
from solver.solved import Layout

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MOST_LAYOUTS = 2**17
ROUNDING = 1e-9
"""Rows missed by less than this, relative to their terms, hold but for the rounding of sums."""
DOUBTFUL = 4e-6
"""Rows missed by less than this are left to the audit."""
MOST_DOUBTFUL = 500


@dataclass(frozen=True)
class EveryLayout:
    """The N layouts that keep every hard rule, of one care type in one period.

    ``open`` [N,S] who offers it; ``values`` [N, objectives] as the objectives are minimised; ``changes`` [N] openings and closings against today;
    ``numbers`` [N] tells the sets apart: of two, the larger offers the earliest site in which they differ.
    """

    open: Bools
    values: Floats
    changes: Ints
    numbers: Ints

    def layout(self, position: int) -> Layout:
        """One of them as a plan."""
        return Layout(self.open[position][:, None, None], Flows.none())

    def kept(self, which: Bools | Ints) -> EveryLayout:
        """Some of them."""
        return EveryLayout(self.open[which], self.values[which], self.changes[which], self.numbers[which])

    def best(self) -> int | None:
        """Position of the one that is best by the objectives in order, of equals the canonical one; None where there is none."""
        left = np.arange(len(self.numbers))
        if not len(left):
            return None
        for i in range(self.values.shape[1]):
            left = left[self.values[left, i] <= held_at(float(self.values[left, i].min()))]
        return int(left[np.lexsort([-self.numbers[left], self.changes[left]])[0]])


def every_layout(answering: Answering, objectives: Sequence[Objective]) -> EveryLayout | None:
    """All layouts of a case with one care type and one period whose flows follow from the plan; None where that is not so or they are too many."""
    case = answering.case
    _, _, K, T = case.land.shape
    if (K, T) != (1, 1) or isinstance(case.land.behaviours[0], Steered):
        return None
    try:
        face = compile_face(case.land, case.rules, objectives)
    except ImpossibleRule:
        return None
    stage = Stage.of(case.land, face, 0, 0, face.lower, face.upper)
    table = _measured(stage, face)
    if table is None:
        return None
    every, missed, served = table
    holds = served & (missed <= ROUNDING)
    doubtful = np.flatnonzero(served & (missed > ROUNDING) & (missed <= DOUBTFUL))
    if len(doubtful) > MOST_DOUBTFUL:
        return None
    for position in doubtful:
        holds[position] = answering.audited(every.layout(int(position))).keeps_every_hard_rule
    return every.kept(holds)


def _measured(stage: Stage, face: CompiledFace) -> tuple[EveryLayout, Floats, Bools] | None:
    """All layouts, by how much each misses the hard row it misses most, and whether everybody is served."""
    sets = every_set(stage, MOST_LAYOUTS)
    if sets is None:
        return None
    allowed, _ = _missed(face, _of_offers(stage, face, sets), len(sets))
    sets = sets[allowed <= DOUBTFUL]
    layouts = layouts_of(stage, sets)
    known = _of_offers(stage, face, sets) | layouts.values
    for asked, column in face.asked.items():
        if asked.kind in ("beyond", "covered"):
            known[column] = _within_reach(stage.land, sets, asked)
    if not _used(face) <= set(known):
        return None
    missed, slacks = _missed(face, known, len(sets))
    known |= slacks
    values = np.column_stack([
        sum((cost[c] * known[int(c)] for c in np.flatnonzero(cost)), np.full(len(sets), offset))
        for cost, offset in zip(face.objectives, face.offsets, strict=True)
    ])  # fmt: skip
    decided = np.flatnonzero(stage.column >= 0)
    numbers = sets[:, decided] @ (1 << np.arange(len(decided))[::-1])
    changes = (sets[:, decided] != stage.land.offered_today[decided, 0]).sum(axis=1)
    return EveryLayout(sets, values, changes, numbers), missed, layouts.served


def _of_offers(stage: Stage, face: CompiledFace, sets: Bools) -> dict[int, Floats]:
    """Columns [N] that are settled by who offers alone: the offers, and numbers known beforehand."""
    known = {int(column): np.full(len(sets), face.lower[column]) for column in np.flatnonzero(face.lower == face.upper)}
    return known | {int(stage.column[s]): sets[:, s].astype(float) for s in np.flatnonzero(stage.column >= 0)}


def _within_reach(land: Landscape, sets: Bools, asked: Asked) -> Floats:
    """[N] inhabitants beyond reach of any open site, or covered by at least n."""
    persons = land.inhabitants(asked.group)
    near = land.within(asked.max_minutes, asked.reach)
    living = np.flatnonzero(persons > 0)
    distinct, which = np.unique(near[living], axis=0, return_inverse=True)
    inhabitants = np.bincount(which.ravel(), persons[living], minlength=len(distinct))
    total = np.zeros(len(sets))
    for sites, number in zip(distinct, inhabitants, strict=True):
        count = sets[:, sites].sum(axis=1)
        total += number * (count == 0 if asked.kind == "beyond" else count >= asked.n)
    return total


def _used(face: CompiledFace) -> set[int]:
    """Columns that some row or objective speaks of, slacks of soft rules left out."""
    used = np.union1d(face.rows.indices[face.rows.data != 0], np.flatnonzero((face.objectives != 0).any(axis=0)))
    return {int(column) for column in used if column < face.slack_from}


def _missed(face: CompiledFace, known: dict[int, Floats], count: int) -> tuple[Floats, dict[int, Floats]]:
    """[N] by how much the worst hard row is missed, relative to its terms; and what the slacks of soft rows must be.

    Rows with a column that is not among the known ones are passed over.
    """
    worst = np.zeros(count)
    slacks: dict[int, Floats] = {}
    rows = face.rows
    for i in range(rows.shape[0]):
        span = slice(rows.indptr[i], rows.indptr[i + 1])
        entries = list(zip(rows.indices[span].tolist(), rows.data[span].tolist(), strict=True))
        if any(column < face.slack_from and coefficient and column not in known for column, coefficient in entries):
            continue
        at, size = np.zeros(count), np.ones(count)
        for column, coefficient in entries:
            if column < face.slack_from and coefficient:
                part = coefficient * known[column]
                at += part
                np.maximum(size, np.abs(part), out=size)
        slack_of = {sign: column for column, sign in entries if column >= face.slack_from}
        for limit, sign in ((face.row_lower[i], 1.0), (face.row_upper[i], -1.0)):
            if np.isfinite(limit):
                short = np.maximum(sign * (limit - at), 0.0)
                if sign in slack_of:
                    slacks[slack_of[sign]] = short
                else:
                    np.maximum(worst, short / np.maximum(size, abs(limit)), out=worst)
    return worst, slacks


__all__ = ["EveryLayout", "every_layout"]
