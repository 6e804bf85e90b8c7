"""A policy written once and asked again and again with little changed: other pairs forced, objectives held, plans left out.

What is kept is the written model, its pieces, the relaxation of each objective, and the best of pieces in which nothing changes. All of that follows from the
policy alone, so that an answer does not depend on what was asked before; only what a ``Warm`` start has met on its way is handed on, within one part of a
question. For care types whose flows follow from the plan.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from solver.behaviours import Steered
from solver.case import Flows, Limits
from solver.formulations.compact import Written, write_as_told
from solver.formulations.face import compile_face
from solver.in_order import Minimised, minimise_in_order
from solver.landscape import Landscape
from solver.objective import Objective
from solver.piece import Index, Piece, Split, Warm, split
from solver.rule import ImpossibleRule, Rule
from solver.sifting import relax
from solver.solved import Layout, Solved, StoppedBy
from solver.watch import Watch

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Change:
    """What is otherwise than in the policy: offers that are ``pinned``, objectives (by position) ``held`` at a limit, plans ``excluded`` [S,K,T]."""

    pinned: Mapping[Index, bool] = field(default_factory=dict)
    held: Sequence[tuple[int, float]] = ()
    excluded: Sequence[Bools] = ()

    @property
    def of_all(self) -> bool:
        """It speaks of the whole plan, so that pieces are no longer apart."""
        return bool(self.held) or bool(self.excluded)


class Kept:
    """A policy and its objectives, written."""

    def __init__(self, land: Landscape, written: Written, objectives: Sequence[Objective], limits: Limits) -> None:
        self._land, self._written, self._limits = land, written, limits
        self._tolerances = [objective.tolerance for objective in objectives]
        self._model = written.model(0)
        self._costs = np.zeros((len(objectives), len(self._model.cost)))
        self._costs[:, : written.face.objectives.shape[1]] = written.face.objectives
        self._splits: dict[bool, Split] = {}
        self._warm: dict[tuple[bool, int, int], Warm] = {}
        self._best: dict[tuple[int, tuple[int, ...]], Minimised] = {}

    def solve(
        self,
        change: Change,
        order: Sequence[int],
        begun: Begun,
        watch: Watch,
        *,
        seconds: float,
        start: Bools | None = None,
    ) -> Solved:
        """Minimise some of the objectives, by their positions, in order, with little changed; ``start`` [S,K,T] a plan to begin with."""
        apart = not change.of_all and not any(self._tolerances[i] > 0 for i in order[:-1])
        parts = self._split(apart)
        if parts.impossible:
            return self._without(infeasible=True)
        until = watch.seconds + seconds
        found: list[Minimised] = []
        touched = [
            i for i, piece in enumerate(parts.pieces) if not apart or not change.pinned.keys().isdisjoint(piece.offers)
        ]
        for i, piece in enumerate(parts.pieces):
            if i not in touched and (i, tuple(order)) in self._best:
                found.append(self._best[i, tuple(order)])
                continue
            changed = self._changed(apart, i, piece, change, order, begun, start, watch)
            if changed is None:
                return self._without(infeasible=True)
            one = minimise_in_order(
                changed,
                [self._tolerances[place] for place in order],
                watch,
                seconds=max(0.0, until - watch.seconds),
                relative_gap=self._limits.relative_gap,
                seed=self._limits.seed,
                start=None if start is None else {index: bool(start[index]) for index in piece.offers},
            )
            if one.ended == "infeasible":
                return self._without(infeasible=True)
            if i not in touched and one.ended == "proved":
                self._best[i, tuple(order)] = one
            found.append(one)
        return self._joined(parts, order, found, watch)

    def _split(self, apart: bool) -> Split:
        if apart not in self._splits:
            written = self._written
            self._splits[apart] = split(
                self._model, self._costs, written.face.offsets, written.face.offers, written.patterns,
                written.lazy, written.following, apart=apart,
            )  # fmt: skip
        return self._splits[apart]

    def _changed(
        self,
        apart: bool,
        i: int,
        piece: Piece,
        change: Change,
        order: Sequence[int],
        begun: Begun,
        start: Bools | None,
        watch: Watch,
    ) -> Piece | None:
        """The piece with the change made and its objectives in order; None where a pinned pair cannot be so."""
        parts = self._split(apart)
        changed = replace(piece.fork(), costs=piece.costs[list(order)])
        if piece.patterns.any():
            first = self._relaxed(apart, i, order[0], watch)
            if first is not None and change.held:
                first = replace(first, relaxation=None)  # its optimum is far from where an objective is held
            warm = begun.warm(apart, i, order[0], first)
            if warm is not None:
                if start is not None:
                    warm.met |= piece.mine(self._written.patterns_of(start))
                changed.warm = {0: warm}
        for index, offers in change.pinned.items():
            if index in piece.offers:
                if not self._written.possible(index, offers=offers):
                    return None
                changed.pin(index, offers)
                against = self._written.patterns_against(index, offers=offers)
                if len(against):
                    changed.shut_out(piece.mine(against))
        for position, limit in change.held:
            changed.hold_cost(piece.costs[position], limit - float(parts.known_cost[position]))
        for offered in change.excluded:
            if all(
                bool(offered[index]) == self._known(index)
                for index in self._written.face.offers
                if index not in piece.offers
            ):
                changed.exclude({index: bool(offered[index]) for index in piece.offers})
        return changed

    def _known(self, index: Index) -> bool:
        return bool(self._model.lower[self._written.face.offers[index]] > 0.5)

    def _relaxed(self, apart: bool, i: int, objective: int, watch: Watch) -> Warm | None:
        """What the relaxation of a piece teaches about an objective, worked out once."""
        known = self._warm.get((apart, i, objective))
        if known is None:
            piece, whole = self._split(apart).pieces[i], watch.over_the_whole()
            known = relax(piece.model(objective), piece.patterns, whole, seconds=whole.left, seed=self._limits.seed)
            if known is not None:
                self._warm[apart, i, objective] = known
        return known

    def _without(self, *, infeasible: bool) -> Solved:
        return Solved(None, "proof", infeasible=infeasible, size=self._model.size, formulation=self._formulation)

    @property
    def _formulation(self) -> str:
        return "compact, written once"

    def _joined(self, parts: Split, order: Sequence[int], found: Sequence[Minimised], watch: Watch) -> Solved:
        ends = {one.ended for one in found}
        stopped_by: StoppedBy = "proof"
        if "interrupted" in ends:
            stopped_by = "cancel" if watch.cancelled else "time_limit"
        elif "gap" in ends and self._limits.relative_gap > 0:
            stopped_by = "gap"

        def total(place: int, values: Sequence[float | None]) -> float | None:
            known = [value for value in values if value is not None]
            return math.fsum([*known, float(parts.known_cost[order[place]])]) if len(known) == len(values) else None

        places = range(len(order))
        x = parts.known.copy()
        for piece, one in zip(parts.pieces, found, strict=True):
            if one.x is not None:
                x[piece.columns] = one.x
        whole = all(one.x is not None for one in found)
        return Solved(
            Layout(self._written.offered(x, self._land), Flows.none()) if whole else None,
            stopped_by,
            values=tuple(total(place, [one.values[place] for one in found]) for place in places),
            bounds=tuple(total(place, [one.bounds[place] for one in found]) for place in places),
            formulation=self._formulation,
            size=self._model.size,
        )


@dataclass
class Begun:
    """What a part of a question has met so far."""

    _warm: dict[tuple[bool, int, int], Warm] = field(default_factory=dict)

    def warm(self, apart: bool, piece: int, objective: int, first: Warm | None) -> Warm | None:
        """What to begin with: what was met before, at first what the relaxation met."""
        if first is None:
            return None
        return self._warm.setdefault((apart, piece, objective), first.fork())


def keep(land: Landscape, rules: Sequence[Rule], objectives: Sequence[Objective], limits: Limits) -> Kept | None:
    """Write a policy once; None where the planner steers, or some rule cannot hold by itself."""
    if any(isinstance(behaviour, Steered) for behaviour in land.behaviours):
        return None
    try:
        face = compile_face(land, rules, objectives)
    except ImpossibleRule:
        return None
    return Kept(land, write_as_told(land, face, limits.formulation), objectives, limits)


__all__ = ["Begun", "Change", "Kept", "keep"]
