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
from solver.formulations.face import Asked, CompiledFace, compile_face
from solver.in_order import held_at
from solver.objective import Objective
from solver.rule import ImpossibleRule
from solver.site_sets import SiteSets
from solver.solve_model import Layout

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MOST_SITES = 17
ROUNDING = 1e-9
"""Rows missed by less than this, relative to their terms, hold but for the rounding of sums."""
DOUBTFUL = 4e-6
"""Rows missed by less than this are left to the audit."""
MOST_DOUBTFUL = 500


@dataclass(frozen=True)
class EveryLayout:
    """The layouts that keep every hard rule. ``sets`` [N] numbers of sets, ``values`` [N, objectives] as the objectives are minimised."""

    site_sets: SiteSets
    sets: Ints
    values: Floats
    changes: Ints
    """[N] openings and closings against today."""

    def layout(self, position: int) -> Layout:
        """One of them as a plan."""
        return Layout(self.site_sets.offered(self.sets[[position]])[0][:, None, None], Flows.none())

    def best(self, tolerances: Sequence[float]) -> int | None:
        """Position of the one that minimising the objectives in order leads to, of equals the canonical one; None where there is none."""
        left = np.arange(len(self.sets))
        if not len(left):
            return None
        last = len(tolerances) - 1
        again = range(last) if any(tolerances[:-1]) else range(0)
        for i, tolerance in [*enumerate(tolerances), *((i, 0.0) for i in again)]:
            least = float(self.values[left, i].min())
            left = left[self.values[left, i] <= held_at(least, 0.0 if i == last else tolerance)]
        return int(left[np.lexsort([-self.sets[left], self.changes[left]])[0]])

    def kept(self, which: Bools | Ints) -> EveryLayout:
        """Some of them."""
        return EveryLayout(self.site_sets, self.sets[which], self.values[which], self.changes[which])


def every_layout(answering: Answering, objectives: Sequence[Objective]) -> EveryLayout | None:
    """All layouts of a case with one care type and one period whose flows follow from the plan; None where that is not so or they are too many."""
    case = answering.case
    land = case.land
    _, _, K, T = land.shape
    if (K, T) != (1, 1) or isinstance(land.behaviours[0], Steered) or land.choosable().sum() > MOST_SITES:
        return None
    try:
        face = compile_face(land, case.rules, objectives)
    except ImpossibleRule:
        return None
    site_sets = SiteSets(land, 0, 0)
    known = _columns(site_sets, face)
    if not site_sets.exact or known is None or not set(_used(face)) <= set(known):
        return None
    missed, slacks = _missed(site_sets, face, known)
    holds = site_sets.served & (missed <= ROUNDING)
    doubtful = np.flatnonzero(site_sets.served & (missed > ROUNDING) & (missed <= DOUBTFUL))
    if len(doubtful) > MOST_DOUBTFUL:
        return None
    for one in doubtful:
        layout = Layout(site_sets.offered(np.array([one]))[0][:, None, None], Flows.none())
        holds[one] = answering.audited(layout).keeps_every_hard_rule
    values = np.column_stack([
        face.offsets[i] + _summed(site_sets.count, cost, known | slacks) for i, cost in enumerate(face.objectives)
    ])  # fmt: skip
    sets = np.flatnonzero(holds)
    return EveryLayout(site_sets, sets, values[sets], site_sets.changes()[sets])


def _columns(site_sets: SiteSets, face: CompiledFace) -> dict[int, Floats] | None:
    """[N] values of each column that is an offer, a known number or a quantity of the plan; None when some quantity is not known here."""
    known = {
        int(column): np.full(site_sets.count, face.lower[column]) for column in np.flatnonzero(face.lower == face.upper)
    }
    known |= {column: site_sets.offers(s) for (s, _, _), column in face.offers.items()}
    for asked, column in face.asked.items():
        values = _quantity(site_sets, asked)
        if values is None:
            return None
        known[column] = values
    return known


def _quantity(site_sets: SiteSets, asked: Asked) -> Floats | None:
    match asked.kind:
        case "volume":
            return site_sets.volume(asked.s)
        case "travel":
            return site_sets.travel
        case "worst":
            return site_sets.worst
        case "beyond":
            return site_sets.beyond(asked.max_minutes, asked.reach, asked.group)
        case _:
            return None


def _used(face: CompiledFace) -> list[int]:
    """Columns that some row or objective speaks of, slacks of soft rules left out."""
    used = np.union1d(face.rows.indices[face.rows.data != 0], np.flatnonzero((face.objectives != 0).any(axis=0)))
    return [int(column) for column in used if column < face.slack_from]


def _missed(site_sets: SiteSets, face: CompiledFace, known: dict[int, Floats]) -> tuple[Floats, dict[int, Floats]]:
    """[N] by how much the worst hard row is missed, relative to its terms; and what the slacks of soft rows must be."""
    worst = np.zeros(site_sets.count)
    slacks: dict[int, Floats] = {}
    rows = face.rows
    for i in range(rows.shape[0]):
        span = slice(rows.indptr[i], rows.indptr[i + 1])
        entries = list(zip(rows.indices[span].tolist(), rows.data[span].tolist(), strict=True))
        at, size = np.zeros(site_sets.count), np.ones(site_sets.count)
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


def _summed(count: int, cost: Floats, known: dict[int, Floats]) -> Floats:
    total = np.zeros(count)
    for column in np.flatnonzero(cost):
        total += cost[column] * known[int(column)]
    return total
