"""Several futures, one answer: one set of offers and the flows of each future, the combined objectives minimised in order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.behaviours import Steered
from solver.canonical import settle
from solver.case import Case, Flows
from solver.formulations.compact import Written, write_as_told
from solver.formulations.face import compile_face
from solver.formulations.joint import Combined, Expected, Joint, join
from solver.formulations.stage import NotWritten
from solver.in_order import Minimised, held_at, minimise_in_order
from solver.objectives.changes import Changes
from solver.piece import Split, split
from solver.rule import ImpossibleRule
from solver.solved import Layout, Solved, StoppedBy
from solver.watch import OutOfTime, Watch

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
TIDY_SLACK = 1e-11
"""How far a combined objective may move, relative, while flows are tidied."""


@dataclass(frozen=True)
class SolvedJointly:
    """What minimising the combined objectives gave; ``layouts`` holds the same offers with each future's flows, empty without a plan."""

    solved: Solved
    layouts: tuple[Layout, ...]


def solve_jointly(
    futures: Sequence[Case], combined: Sequence[Combined], watch: Watch, start: Bools | None = None
) -> SolvedJointly:
    """Minimise the objectives in order, each combined over the futures as said, from ``start`` [S,K,T] where given. Hard rules hold in every future.

    Raises NotWritten for a behaviour that has no compact form.
    """
    written: list[Written] = []
    for case in futures:
        try:
            face = compile_face(case.land, case.rules, [*case.objectives, Changes()])
        except ImpossibleRule as impossible:
            rule = str(impossible.args[0])
            return SolvedJointly(Solved(None, "proof", infeasible=True, impossible_rule=rule), ())
        if case.limits.formulation == "by_price":
            raise NotWritten(
                "limits.formulation: futures are written side by side, not by price; leave formulation out"
            )
        try:
            written.append(write_as_told(case.land, face, case.limits.formulation, watch, lazily=False))
        except OutOfTime:
            unknown = (None,) * len(combined)
            ended: StoppedBy = "cancel" if watch.cancelled else "time_limit"
            return SolvedJointly(
                Solved(None, ended, values=unknown, bounds=unknown, formulation="not written in time"), ()
            )
    count = len(combined)
    equal = Expected(tuple(1.0 / len(futures) for _ in futures))
    joint = join(written, [*enumerate(combined), (count, equal), (0, equal)])
    return _Solve(futures, written, joint, count, watch, start).solved()


class _Solve:
    """A joint model and its pieces. Its objectives are the combined ones, then the changes, then the mean of the first."""

    def __init__(
        self,
        futures: Sequence[Case],
        written: Sequence[Written],
        joint: Joint,
        count: int,
        watch: Watch,
        start: Bools | None,
    ) -> None:
        self._start = start
        self._futures, self._written, self._joint, self._count, self._watch = futures, written, joint, count, watch
        self._tolerances = [objective.tolerance for objective in futures[0].objectives]
        apart = not any(tolerance > 0 for tolerance in self._tolerances[:-1])
        self._split = self._taken_apart(apart=apart)
        self._values: list[Floats] = []
        self._formulation = f"compact, {len(futures)} futures side by side"

    def solved(self) -> SolvedJointly:
        """All pieces in turn, then the choice among equal optima, then each future's flows."""
        size = self._joint.model.size
        none = Solved(None, "proof", infeasible=True, size=size, formulation=self._formulation)
        if self._split.impossible:
            return SolvedJointly(none, ())
        found: list[Minimised] = []
        for i, piece in enumerate(self._split.pieces):
            limits = self._futures[0].limits
            found.append(
                minimise_in_order(
                    piece.fork(),
                    self._tolerances,
                    self._watch,
                    seconds=self._watch.left / (len(self._split.pieces) - i),
                    relative_gap=limits.relative_gap,
                    seed=limits.seed,
                    start=None if self._start is None else {at: bool(self._start[at]) for at in piece.offers},
                    heard=lambda value, bound, _: self._watch.report("solving", value=value, bound=bound),
                )
            )
            if found[-1].ended == "infeasible":
                return SolvedJointly(none, ())
        values = [self._total(i, [one.values[i] for one in found]) for i in range(self._count)]
        bounds = [self._total(i, [one.bounds[i] for one in found]) for i in range(self._count)]
        ends = {one.ended for one in found}
        stopped_by: StoppedBy = "proof"
        if "interrupted" in ends:
            stopped_by = "cancel" if self._watch.stopped else "time_limit"
        elif "gap" in ends and self._futures[0].limits.relative_gap > 0:
            stopped_by = "gap"
        parts = [one.x for one in found]
        x = self._x(parts)
        solved = Solved(
            None, stopped_by, values=tuple(values), bounds=tuple(bounds), formulation=self._formulation, size=size
        )
        if x is None:
            return SolvedJointly(solved, ())
        if stopped_by == "proof" and self._futures[0].limits.relative_gap == 0:
            x, solved = self._settled(found, solved)
        layouts = self._layouts(x, values)
        return SolvedJointly(replace(solved, layout=layouts[0]), layouts)

    def _settled(self, found: Sequence[Minimised], solved: Solved) -> tuple[Floats, Solved]:
        """Of equally good plans the one with the fewest changes, then by the documented order."""
        self._watch.report("explaining", note="looking for other optima")
        chosen: list[Floats | None] = []
        proved = complete = True
        others: list[Layout] = []
        for i, (piece, one) in enumerate(zip(self._split.pieces, found, strict=True)):
            held = piece.fork()
            for position, tolerance in enumerate(self._tolerances):
                value = one.values[position]
                assert value is not None
                held.hold(position, held_at(value, 0.0 if position + 1 == self._count else tolerance))
            if one.shut is not None:
                held.shut_out(one.shut)
            assert one.x is not None
            settled = settle(
                held,
                one.x,
                self._count,
                self._watch,
                seconds=self._watch.left / (len(found) - i),
                seed=self._futures[0].limits.seed,
            )
            chosen.append(settled.x)
            proved &= settled.proved
            complete &= settled.complete
            for other in settled.others:
                rest = [*(piece_found.x for piece_found in found)]
                rest[i] = other
                whole = self._x(rest)
                if whole is not None:
                    others.append(Layout(self._offered(whole), Flows.none()))
        x = self._x(chosen)
        assert x is not None
        complete &= sum(map(bool, others)) <= 1 or len(found) == 1
        return x, replace(solved, canonical=proved, others=tuple(others), others_complete=complete)

    def _layouts(self, x: Floats, values: Sequence[float | None]) -> tuple[Layout, ...]:
        """The offers, with each future's flows."""
        offered = self._offered(x)
        if any(isinstance(behaviour, Steered) for behaviour in self._futures[0].land.behaviours):
            x = self._tidied(x, offered, values)
        return tuple(
            Layout(offered, _flows(written, x[place]))
            for written, place in zip(self._written, self._joint.columns, strict=True)
        )

    def _tidied(self, x: Floats, offered: Bools, values: Sequence[float | None]) -> Floats:
        """The flows once more with the offers fixed and the combined objectives held: the first objective as small on average as that allows.

        What is combined may look at one future only, and leaves the flows of the others to chance.
        """
        piece = self._taken_apart(apart=False)
        fixed = piece.pieces[0].fork()
        for index in fixed.offers:
            fixed.pin(index, bool(offered[index]))
        for position, (value, tolerance) in enumerate(zip(values, self._tolerances, strict=True)):
            if value is None:
                return x
            held = held_at(value, tolerance) if tolerance else value + TIDY_SLACK * max(1.0, abs(value))
            fixed.hold(position, held - float(piece.known_cost[position]))
        try:
            answer = highs.solve(fixed.model(self._count + 1), Watch(), seconds=30.0, seed=self._futures[0].limits.seed)
        except highs.SolverFailed:
            return x
        if answer.ended != "proved" or answer.x is None:
            return x
        tidied = piece.known.copy()
        tidied[fixed.columns] = answer.x
        return tidied

    def _taken_apart(self, *, apart: bool) -> Split:
        joint = self._joint
        patterns = [place[written.patterns] for written, place in zip(self._written, joint.columns, strict=True)]
        return split(joint.model, joint.costs, joint.offsets, joint.offers, np.concatenate(patterns), apart=apart)

    def _offered(self, x: Floats) -> Bools:
        return self._written[0].offered(x[self._joint.columns[0]], self._futures[0].land)

    def _x(self, parts: Sequence[Floats | None]) -> Floats | None:
        x = self._split.known.copy()
        for piece, part in zip(self._split.pieces, parts, strict=True):
            if part is None:
                return None
            x[piece.columns] = part
        return x

    def _total(self, position: int, parts: Sequence[float | None]) -> float | None:
        known = [part for part in parts if part is not None]
        return math.fsum([*known, float(self._split.known_cost[position])]) if len(known) == len(parts) else None


def _flows(written: Written, x: Floats) -> Flows:
    """What the planner decided in one future."""
    sent = [(k, t, part.flows(x)) for (k, t), part in written.parts.items()]
    return Flows.joined([
        Flows(found[0], found[1], np.full(len(found[0]), k), np.full(len(found[0]), t), found[2])
        for k, t, found in sent
        if found is not None
    ])  # fmt: skip
