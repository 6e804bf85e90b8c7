"""Plans among some of a model's patterns: those near a known bound, ever more where there is none yet, and fewer again as plans get better."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.model import Model
from solver.piece import Relaxation
from solver.sifted_relaxation import SiftedRelaxation
from solver.some_columns import among_all, heard_over_all, some_columns
from solver.watch import Heard, Watch

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FEW = 1_500
"""Patterns near the bound up to which the integer model is tried on them without another relaxation."""
NEAR = 1e-4
"""How near, relative to the bound, at first."""
FEW_OF_EACH = 15
"""The same for each care type and period, where that is more."""
TRIES = 4
WIDER = 3
"""How many times more patterns are tried where those before have no plan."""
MANY = 20_000
"""Patterns that may be left over for the last search without looking for a better plan first."""
COARSE = 1e-2
"""How near, relative, a first plan must be that was hard to find."""
ROUNDING = 1e-7
"""How far, relative, a relaxation's value may be off."""


class SiftedPlans:
    """Searches of a model on some of its patterns; ``plan`` is the best of them that was kept."""

    def __init__(
        self,
        model: Model,
        relaxation: SiftedRelaxation,
        watch: Watch,
        seconds: float,
        relative_gap: float,
        seed: int,
        start: tuple[NDArray[np.int32], Floats] | None,
        on_progress: Heard | None,
    ) -> None:
        self._model, self._relaxation, self._watch = model, relaxation, watch
        self._patterns = relaxation.patterns
        self._until = watch.seconds + seconds
        self._gap, self._seed, self._start, self._on_progress = relative_gap, seed, start, on_progress
        self.plan: highs.Answer | None = None

    def wider(self, more: Floats) -> highs.Answer:
        """The first plan among ever more of the patterns that cost least."""
        order = np.flatnonzero(self._patterns)[np.argsort(more[self._patterns], kind="stable")]
        count = int((self._relaxation.met & self._patterns).sum())
        plan = highs.Answer("infeasible", None, None, None)
        while plan.ended == "infeasible" and (count := count * WIDER) < len(order):
            keep = ~self._patterns | self._relaxation.met
            keep[order[:count]] = True
            plan = self.among(keep, share=0.4, gap=COARSE, doubt_seconds=0.0)
        return plan

    def narrowed(self, plan: highs.Answer, found: Relaxation) -> tuple[highs.Answer, Bools]:
        """A plan so good that not too many patterns could be in a better one, as far as wider and wider searches find one; and those patterns."""
        order = np.argsort(np.where(self._patterns, found.more, np.inf), kind="stable")
        count = int((self._relaxation.met & self._patterns).sum())
        while True:
            assert plan.x is not None
            assert plan.value is not None
            keep = ~self._patterns | (found.more <= plan.value - found.least + ROUNDING * max(1.0, abs(plan.value)))
            count *= WIDER
            if (keep & self._patterns).sum() <= max(MANY, count) or self._watch.stopped:
                return plan, keep
            some = ~self._patterns | (plan.x > 0.5)
            some[order[:count]] = True
            wider = self.among(some, share=0.25, gap=1e-3, start=whole(plan.x), doubt_seconds=0.0)
            if wider.x is not None and wider.value is not None and wider.value < plan.value:
                plan = wider

    def near(self, known: Relaxation) -> highs.Answer | None:
        """The optimum among the patterns whose reduced cost is small, if it shows that no other can be better; None where it does not."""
        mine, group = np.flatnonzero(self._patterns), self._relaxation.group
        smallest = np.full(group.max() + 1, np.inf)
        np.minimum.at(smallest, group[mine], known.more[mine])
        more = np.where(self._patterns, known.more - smallest[group], 0.0)
        least = known.least + float(smallest[np.isfinite(smallest)].sum())
        few = np.zeros(len(more), bool)
        few[self._relaxation.some_of_each(mine, more)] = True
        most = max(FEW, FEW_OF_EACH * int(np.isfinite(smallest).sum()))
        room = min(NEAR * max(1.0, abs(least)), _room_for(more[mine[~few[mine]]], most - int(few.sum())))
        start = self._start
        for _ in range(TRIES):
            keep = ~self._patterns | few | (more <= room)
            if keep[mine].sum() > most:
                return None
            answer = self.among(keep, share=0.5, gap=self._gap, start=start, doubt_seconds=0.0)
            if self.keep(answer):
                self._relaxation.met |= answer.x > 0.5 if answer.x is not None else False
            if answer.ended == "interrupted":
                return None
            if answer.x is None or answer.value is None:
                room *= 10
                continue
            lost = answer.value - least + ROUNDING * max(1.0, abs(answer.value))
            if lost <= room:
                bound = answer.bound if answer.bound is not None else least
                return replace(answer, bound=min(max(bound, least), answer.value), relaxed=(least, more))
            room, start = lost, whole(answer.x)
        return None

    def keep(self, answer: highs.Answer) -> bool:
        """Keep a plan that is as good as any so far; whether it is."""
        if answer.x is None or answer.value is None:
            return False
        if self.plan is not None and self.plan.value is not None and answer.value > self.plan.value:
            return False
        self.plan = answer
        return True

    def among(
        self,
        kept: Bools,
        *,
        share: float,
        gap: float,
        start: tuple[NDArray[np.int32], Floats] | None = None,
        doubt_seconds: float = np.inf,
    ) -> highs.Answer:
        """The integer model on some columns, within a share of the time left; the vector of all columns comes back.

        Of ``start``, columns and values, what is decided counts.
        """
        model, at = self._model, np.flatnonzero(kept)
        part = some_columns(model, self._relaxation.by_column, at)
        begin = None
        if start is not None:
            place = np.full(len(model.cost), -1)
            place[at] = np.arange(len(at))
            decided = model.integer[start[0]] & kept[start[0]]
            begin = place[start[0][decided]].astype(np.int32), start[1][decided]
        left = max(0.0, self._until - self._watch.seconds)
        answer = highs.solve(
            part,
            self._watch,
            seconds=left * share,
            relative_gap=gap,
            seed=self._seed,
            start=begin,
            on_progress=heard_over_all(self._on_progress, at, len(model.cost)),
            doubt_seconds=doubt_seconds,
        )
        return answer if answer.x is None else replace(answer, x=among_all(answer.x, at, len(model.cost)))


def _room_for(more: Floats, count: int) -> float:
    """How large a reduced cost may be so that no more than ``count`` of these are as small."""
    if count >= len(more):
        return np.inf
    return float(np.nextafter(np.partition(more, count)[count], -np.inf)) if count >= 0 else 0.0


def whole(x: Floats) -> tuple[NDArray[np.int32], Floats]:
    """A solution as a start."""
    return np.arange(len(x), dtype=np.int32), x
