"""Nearest patients of many tied care types in a whole country, by way of each care type apart and of steering them.

Probing first tells who must stay open and who closes with whom (probing/): it leaves so few sites to choose that most care types are solved exactly apart,
and what they cost apart is a bound for all together. Where rules tie them so much that this is not near enough, steered patients are asked next: every plan
for nearest patients is one that a planner could have made, so that their bound holds too. Layouts that come of either are mended until nearest patients keep
the rules on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.ask import Ask
from solver.behaviours import Nearest, Steered
from solver.by_price import solve_by_price
from solver.care_types_apart import solve_care_types_apart
from solver.case import Limits
from solver.formulations.face import CompiledFace, compile_face
from solver.formulations.stage import ALONG_THE_WAY
from solver.landscape import Landscape
from solver.probing.tighten import tightened
from solver.rule import ImpossibleRule
from solver.solved import PROVED_GAP, Layout, Solved, StoppedBy
from solver.tied import tied_to
from solver.watch import Watch

Bools = NDArray[np.bool_]
MANY = 1_000_000
"""Pairs of area and site of care types that are tied together from which one model of all nearest patients comes to nothing."""
CLOSELY = 0.3
"""The share of the gap asked for that a bound may leave."""
APART = 0.4
"""The share of the time for each care type apart."""
DOWNHILL = 0.3
"""The share of what is left then for going downhill from there."""
STEERING = 0.5
"""The share of what is left then for steering all of them together."""
HALF = 0.5
"""The share of what is left then for going downhill from there."""
LOOKING = 0.95
"""The share of what is left then for going downhill from the best so far."""


@dataclass(frozen=True)
class Begun:
    """A layout on which nearest patients keep every hard rule, and the value of the first objective there."""

    layout: Layout
    value: float


Begin = Callable[[CompiledFace, Bools | None, float | None], Begun | None]


def solve_as_if_steered(ask: Ask, begin: Begin, watch: Watch) -> Solved | None:
    """A bound, and a plan where one was found; None where the question is not one of these.

    ``begin`` makes a plan for nearest patients from offers [S,K,T], or with None from today's: the best within so many seconds, or with None the first.
    """
    if not _worth_it(ask):
        return None
    try:
        face = tightened(ask.land, compile_face(ask.land, ask.rules, ask.objectives), watch)
    except ImpossibleRule:
        return None
    if face is None:
        return Solved(None, "proof", infeasible=True, formulation="probing alone")
    if not all(asked.kind in ("volume", *ALONG_THE_WAY) for asked in face.asked):
        return None
    return _Looking(ask, face, begin, watch).solved()


class _Looking:
    """The best plan so far and the best bound, while one way after another is tried."""

    def __init__(self, ask: Ask, face: CompiledFace, begin: Begin, watch: Watch) -> None:
        self._ask, self._face, self._begin, self._watch = ask, face, begin, watch
        self._until = watch.seconds + min(watch.left, np.inf if ask.seconds is None else ask.seconds)
        self._best: Begun | None = None
        self._bound: float | None = None
        self._size = (0, 0, 0)
        self._how: list[str] = []

    def solved(self) -> Solved:
        """One way after another, until the gap is as small as asked for or the time is over."""
        self._keep(self._begin(self._face, None, None))
        for share in (1.0, CLOSELY) if self._ask.limits.relative_gap > 0 else (1.0,):
            if self._stopped_by() == "time_limit" and not self._apart(share):
                return Solved(None, "proof", infeasible=True, formulation="; ".join(self._how))
        if self._stopped_by() == "time_limit":
            self._steered()
        best = self._best
        later = (None,) * (len(self._ask.objectives) - 1)
        return Solved(
            None if best is None else best.layout,
            self._stopped_by(),
            values=(None if best is None else best.value, *later),
            bounds=(self._bound, *later),
            formulation="; ".join([*self._how, "then downhill"]),
            size=self._size,
            trace=tuple(self._ask.trace),
        )

    def _apart(self, share: float) -> bool:
        """Each care type apart within a share of the gap asked for, and downhill from there; False where one of them has no plan."""
        ask = replace(self._ask, limits=self._within(share), trace=[])
        found = solve_care_types_apart(ask, self._face, self._watch, seconds=APART * self._left)
        if found.infeasible:
            return False
        self._learn(found.bound, f"care types apart; {found.formulation}", found.size)
        self._mend(found.offered, DOWNHILL * self._left)
        return True

    def _steered(self) -> None:
        """Everybody steered together, and downhill from there and from the best so far."""
        land = self._ask.land
        steered = replace(land, behaviours=tuple(Steered(mode=behaviour.mode) for behaviour in land.behaviours))
        seconds, limits = STEERING * self._left, self._within(CLOSELY)
        found = solve_by_price(
            steered, self._face, limits, None, self._watch, seconds=seconds, trace=[], tells_plans=False
        )
        if not isinstance(found, str):
            self._learn(found.bound, f"as if steered; {found.formulation}", found.size)
            self._mend(None if found.layout is None else found.layout.offered, HALF * self._left)
        if self._stopped_by() == "time_limit":
            self._mend(None if self._best is None else self._best.layout.offered, LOOKING * self._left)

    def _within(self, share: float) -> Limits:
        return self._ask.limits.model_copy(update={"relative_gap": share * self._ask.limits.relative_gap})

    @property
    def _left(self) -> float:
        return max(0.0, self._until - self._watch.seconds)

    def _mend(self, offered: Bools | None, seconds: float) -> None:
        if offered is not None and self._stopped_by() == "time_limit":
            self._keep(self._begin(self._face, offered, seconds))

    def _keep(self, found: Begun | None) -> None:
        if found is not None and (self._best is None or found.value < self._best.value):
            self._best = found
            self._ask.trace.append((self._watch.seconds, found.value, self._bound))

    def _learn(self, bound: float | None, how: str, size: tuple[int, int, int]) -> None:
        self._how.append(how)
        self._size = max(self._size, size)
        if bound is not None and (self._bound is None or bound > self._bound):
            self._bound = bound
            value = None if self._best is None else self._best.value
            self._ask.trace.append((self._watch.seconds, value, bound))
            self._watch.report("solving", value=value, bound=bound)

    def _stopped_by(self) -> StoppedBy:
        gap = np.inf
        if self._best is not None and self._bound is not None:
            gap = (self._best.value - self._bound) / max(abs(self._best.value), 1e-9)
        if gap <= PROVED_GAP:
            return "proof"
        if gap <= self._ask.limits.relative_gap:
            return "gap"
        return "cancel" if self._watch.cancelled else "time_limit"


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
