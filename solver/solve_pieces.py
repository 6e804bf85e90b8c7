"""A written model solved in pieces: each minimised in order within its share of the time, then the choice among equal optima, and the plan read back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.ask import Ask
from solver.canonical import settle
from solver.case import Flows
from solver.formulations.compact import Written
from solver.formulations.lazily import LazyPart
from solver.formulations.patterns import PatternPart
from solver.in_order import Minimised, held_at, minimise_in_order
from solver.landscape import Landscape
from solver.piece import Index, Split, Warm, split
from solver.solve_piece import worth_apart
from solver.solved import Layout, Solved, StoppedBy
from solver.watch import Offer, Watch

Floats = NDArray[np.float64]
WIDE_GAP = 0.02
"""A gap, relative, above which the kernel is not asked again: norms that bind are seen by rows about volumes and travel together."""


def out_of_time(watch: Watch) -> StoppedBy:
    """Why a search ended before its proof."""
    return "cancel" if watch.cancelled else "time_limit"


class InPieces:
    """A written model and its pieces, each solved within its share of the time; those that did not finish get what is left."""

    def __init__(self, ask: Ask, written: Written, watch: Watch) -> None:
        self._ask, self._written, self._watch = ask, written, watch
        self._model = written.model(0)
        costs = np.zeros((len(written.face.objectives), len(self._model.cost)))
        costs[:, : written.face.objectives.shape[1]] = written.face.objectives
        self._costs = costs
        tolerant = any(objective.tolerance > 0 for objective in ask.objectives[:-1])
        self._split: Split = split(
            self._model,
            costs,
            written.face.offsets,
            written.face.offers,
            written.patterns,
            written.lazy,
            written.following,
            apart=not tolerant,
        )
        pieces = self._split.pieces
        self._small_first = sorted(range(len(pieces)), key=lambda i: pieces[i].base.rows.nnz)
        self._found: list[Minimised | None] = [None] * len(pieces)
        self._chosen: list[Floats | None] = [None] * len(pieces)
        self._others: list[tuple[Floats, ...]] = [()] * len(pieces)
        self._settled = [not ask.settle] * len(pieces)
        self._complete = [False] * len(pieces)
        self._heard: tuple[float, float | None, float | None] = (-1.0, None, None)
        self._planned: float | None = None
        """The value whose plan was told."""
        self._until = min(watch.left, ask.seconds if ask.seconds is not None else np.inf) + watch.seconds

    @property
    def left(self) -> float:
        """Seconds it still has."""
        return max(0.0, self._until - self._watch.seconds)

    @property
    def wide_open(self) -> set[tuple[int, int]]:
        """Care types and periods (k, t) whose rows are made when missed and whose piece was left with a wide gap."""
        stages = set()
        for piece, found in zip(self._split.pieces, self._found, strict=True):
            value, bound = _value(found, 0), _bound(found, 0)
            open_still = value is None or bound is None or value - bound > WIDE_GAP * abs(value)
            if open_still and (found is None or found.ended == "interrupted"):
                stages |= {(k, t) for _, k, t in piece.offers if piece.unwritten}
        return stages

    def solved(self, seconds: float = np.inf) -> Solved:
        """All pieces in turn, twice over those that did not finish; then the choice among equal optima. Within so many seconds."""
        self._until = min(self._until, self._watch.seconds + seconds)
        if self._split.impossible:
            return Solved(None, "proof", infeasible=True, size=self._model.size, formulation="compact")
        for _ in range(2):
            waiting = [
                i for i in self._small_first if (found := self._found[i]) is None or found.ended == "interrupted"
            ]
            for position, i in enumerate(waiting):
                if self._found[i] is None or not self._over():
                    self._solve(i, self.left / (len(waiting) - position))
                if (found := self._found[i]) is not None and found.ended == "infeasible":
                    return Solved(
                        None, "proof", infeasible=True, size=self._model.size, formulation=self._formulation()
                    )
        stopped_by = self._stopped_by()
        if self._ask.settle and stopped_by == "proof":
            self._choose()
        return self._joined(stopped_by)

    def _over(self) -> bool:
        return self._watch.stopped or self.left <= 0.0

    def _solve(self, i: int, seconds: float) -> None:
        piece, before = self._split.pieces[i], self._found[i]
        start: dict[Index, bool] | None = None
        if before is not None and before.x is not None:
            start = piece.offered(before.x)
        elif self._ask.start is not None:
            start = {index: bool(self._ask.start.offered[index]) for index in piece.offers}
        trial = piece.fork()
        if self._ask.start is not None and piece.patterns.any():
            trial.warm = {0: Warm(piece.mine(self._written.patterns_of(self._ask.start.offered)))}
        found = minimise_in_order(
            trial,
            [objective.tolerance for objective in self._ask.objectives],
            self._watch,
            seconds=seconds,
            relative_gap=self._ask.limits.relative_gap,
            seed=self._ask.limits.seed,
            presolve=self._ask.presolve,
            doubt_seconds=self._ask.doubt_seconds,
            start=start,
            heard=lambda value, bound, x: self._hear(i, value, bound, x),
        )
        if before is not None:
            found = _better_of(before, found)
        self._found[i], self._chosen[i] = found, found.x
        self._hear(i, found.values[0], found.bounds[0], found.x)

    def _choose(self) -> None:
        self._watch.report("explaining", note="looking for other optima")
        count = len(self._split.pieces)
        for i, piece in enumerate(self._split.pieces):
            found = self._found[i]
            assert found is not None
            assert found.x is not None
            held = piece.fork()
            for position, objective in enumerate(self._ask.objectives):
                value = found.values[position]
                assert value is not None
                held.hold(position, held_at(value, 0.0 if position + 1 == len(found.values) else objective.tolerance))
            if found.shut is not None:
                held.shut_out(found.shut)
            settled = settle(
                held,
                found.x,
                len(self._costs) - 1,
                self._watch,
                seconds=self.left / (count - i),
                seed=self._ask.limits.seed,
            )
            self._chosen[i], self._settled[i] = settled.x, settled.proved
            self._others[i], self._complete[i] = settled.others, settled.complete

    def _stopped_by(self) -> StoppedBy:
        ends = {found.ended if found is not None else "interrupted" for found in self._found}
        if "interrupted" in ends:
            return out_of_time(self._watch)
        return "gap" if "gap" in ends and self._ask.limits.relative_gap > 0 else "proof"

    def _joined(self, stopped_by: StoppedBy) -> Solved:
        objectives = range(len(self._ask.objectives))
        return Solved(
            self._layout(),
            stopped_by,
            values=tuple(self._total(position, [_value(f, position) for f in self._found]) for position in objectives),
            bounds=tuple(self._total(position, [_bound(f, position) for f in self._found]) for position in objectives),
            formulation=self._formulation(),
            size=self._model.size,
            trace=tuple(self._ask.trace),
            canonical=self._ask.settle and stopped_by == "proof" and all(self._settled),
            multipliers=self._multipliers(),
            others=self._other_layouts(),
            others_complete=all(self._complete) and sum(map(bool, self._others)) <= 1,
        )

    def _formulation(self) -> str:
        count = len(self._split.pieces)
        lazy = sum(bool(piece.unwritten) for piece in self._split.pieces)
        how = "compact" if count == 1 else f"compact, in {count} pieces"
        whole = {k for (k, _), part in self._written.parts.items() if isinstance(part, PatternPart)}
        if whole:
            care_types = f"{len(whole)} of {len({k for k, _ in self._written.parts})} care types"
            how += (
                f"; whole layouts for {care_types}, as rules tie them together over few sites or their patients choose"
            )
        if any(worth_apart(piece) for piece in self._split.pieces):
            how += "; each period by itself first, as so many layouts are looked through"
        if not lazy:
            return how
        which = "" if lazy == count else f" for {lazy} of them"
        return f"{how}; concentration kernel{which}: so many areas and sites that rows of nearest patients are made when missed"

    def _multipliers(self) -> dict[tuple[int, int], Floats]:
        """What the kernel met at the beginning of each care type and period that is a piece by itself."""
        met = {
            id(piece.unwritten[0]): piece.met.multipliers for piece in self._split.pieces if len(piece.unwritten) == 1
        }
        return {
            stage: part.multipliers(*part.prices_of(multipliers))
            for stage, part in self._written.parts.items()
            if isinstance(part, LazyPart) and (multipliers := met.get(id(part))) is not None
        }

    def _total(self, position: int, parts: Sequence[float | None]) -> float | None:
        known = [part for part in parts if part is not None]
        return math.fsum([*known, float(self._split.known_cost[position])]) if len(known) == len(parts) else None

    def _x(self, chosen: Sequence[Floats | None]) -> Floats | None:
        x = self._split.known.copy()
        for piece, part in zip(self._split.pieces, chosen, strict=True):
            if part is None:
                return None
            x[piece.columns] = part
        return x

    def _layout(self) -> Layout | None:
        x = self._x(self._chosen)
        if x is None:
            return self._ask.start
        layout = _read(self._written, self._ask.land, x)
        return self._polished(layout) or layout

    def _other_layouts(self) -> tuple[Layout, ...]:
        layouts = []
        for i, others in enumerate(self._others):
            for other in others:
                x = self._x([other if j == i else chosen for j, chosen in enumerate(self._chosen)])
                if x is not None:
                    layouts.append(_read(self._written, self._ask.land, x))
        return tuple(layouts)

    def _polished(self, layout: Layout) -> Layout | None:
        """The flows once more with every decision fixed at its rounded value: a linear program, so without the rounding noise of branching.

        None where there are no flows to decide or the fixed program does not end well; the layout read before then stands.
        """
        if not len(layout.flows.area) or self._ask.fixed is not None or self._over():
            return None
        last = len(self._ask.objectives) - 1
        model = replace(self._model, cost=self._costs[last])
        lower, upper = model.lower.copy(), model.upper.copy()
        for index, column in self._written.face.offers.items():
            lower[column] = upper[column] = float(layout.offered[index])
        for position in range(last):
            value = self._total(position, [_value(f, position) for f in self._found])
            if value is not None:
                tolerance = self._ask.objectives[position].tolerance
                self._written.hold(position, held_at(value, tolerance))
        model = replace(self._written.model(last), lower=lower, upper=upper)
        try:
            answer = highs.solve(model, Watch(), seed=self._ask.limits.seed, seconds=30.0)
        except highs.SolverFailed:
            return None
        return (
            _read(self._written, self._ask.land, answer.x)
            if answer.ended == "proved" and answer.x is not None
            else None
        )

    def _hear(self, i: int, value: float | None, bound: float | None, x: Floats | None) -> None:
        """Pass progress of the first objective on, at most twice a second unless a better plan was found, and keep its trace."""
        values = [value if j == i else _value(found, 0) for j, found in enumerate(self._found)]
        bounds = [bound if j == i else _bound(found, 0) for j, found in enumerate(self._found)]
        now = (self._watch.seconds, self._total(0, values), self._total(0, bounds))
        if now[1:] == self._heard[1:] or now[1:] == (None, None):
            return
        if now[1] != self._heard[1] or now[0] - self._heard[0] > 0.5:
            self._heard = now
            self._ask.trace.append(now)
            offers = None if now[1] == self._planned else self._offers_with(i, x)
            if offers is not None:
                self._planned = now[1]
            self._watch.report("solving", value=now[1], bound=now[2], offers=offers)

    def _offers_with(self, i: int, x: Floats | None) -> list[Offer] | None:
        """Who offers what when in the best plan, this piece being as heard; None while some piece has no plan."""
        if not self._watch.tells_plans:
            return None
        whole = self._x([x if j == i else None if found is None else found.x for j, found in enumerate(self._found)])
        land = self._ask.land
        return None if whole is None else land.offers_of(self._written.offered(whole, land))


def _better_of(before: Minimised, now: Minimised) -> Minimised:
    """Of two attempts at a piece the one that came further, with the tighter bound on the first objective of both."""
    if now.ended == "infeasible":
        return now
    stays = now.x is None or (now.values[0] is None and before.values[0] is not None)
    better = before if stays and before.x is not None else now
    known = [each.bounds[0] for each in (before, now) if each.bounds[0] is not None]
    return replace(better, bounds=(max(known, default=None), *better.bounds[1:]))


def _value(found: Minimised | None, position: int) -> float | None:
    return None if found is None else found.values[position]


def _bound(found: Minimised | None, position: int) -> float | None:
    return None if found is None else found.bounds[position]


def _read(written: Written, land: Landscape, x: Floats) -> Layout:
    parts = []
    for (k, t), part in written.parts.items():
        found = part.flows(x)
        if found is not None:
            area, site, cases = found
            parts.append(Flows(area, site, np.full(len(area), k), np.full(len(area), t), cases))
    return Layout(written.offered(x, land), Flows.joined(parts))
