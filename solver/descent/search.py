"""Downhill for nearest patients: turn the offer that helps most, care type by care type, then exchange one site for another, until nothing helps.

Missing a row is dear, so that the descent leads to layouts that miss nothing first and to cheap ones then. An offer that requires another one brings it along;
one that others require takes them with it. Where nothing helps and rows are missed still, those count for more and more until others give way to them
(breakout, Morris 1993). Where none is missed, a few offers are turned at random and must stay so until the others have followed; what comes of it is kept
when it is better (iterated local search, Lourenço, Martin & Stützle 2003).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solver.behaviours import Nearest, Steered
from solver.case import Case
from solver.descent.standing import Standing, Turn
from solver.formulations.face import CompiledFace
from solver.formulations.stage import ALONG_THE_WAY
from solver.solved import Layout
from solver.watch import Watch

Bools = NDArray[np.bool_]
TRIED = 4
"""Of one care type at a time: the openings and closings tried in earnest, most promising first."""
EXCHANGED = 8
"""Sites of one care type at a time that are exchanged for others, those whose closing costs least first."""
EXCHANGES = 2
"""Sites that take the place of one, tried in earnest."""
TAKEN_ALONG = 12
"""Offers turned together at most."""
SHAKEN = 3
"""Offers turned at random at most."""
NEAR = 10
"""Sites around a place, its own included."""
PATIENCE = 3
"""Shakes without gain, for every offer that may be turned, after which it is enough."""
PRESSED = 3
"""Times that missed rows count for more, for every offer that may be turned, after which that is enough."""
DEAREST = 1e6
"""What missing one row counts for at most, in others: from there, offers are turned at random."""
HELPS = 1e-9
"""What is better by less than this, relative, is no better."""


def downhill(
    case: Case, face: CompiledFace, begin: Bools, watch: Watch, *, seconds: float, to_the_first: bool = False
) -> Layout | None:
    """A layout that keeps every row, where one is found from offers ``begin`` [S,K,T]: the first of them, or the best within so many seconds.

    None also where a row speaks of more than offers, volumes and what adds up along the way, or somebody chooses.
    """
    land = case.land
    if not all(asked.kind in ("volume", *ALONG_THE_WAY) for asked in face.asked):
        return None
    if not all(isinstance(b, Nearest) or (isinstance(b, Steered) and not b.undivided) for b in land.behaviours):
        return None
    standing = Standing(land, face, begin)
    descent = Descent(standing, watch, seconds=seconds, seed=case.limits.seed)
    descent.run(to_the_first=to_the_first)
    if descent.best is None:
        return None
    return standing.layout(descent.best, np.array([isinstance(b, Steered) for b in land.behaviours]))


class Descent:
    """A layout on its way down; ``best`` [S,K,T] is the best that keeps every row, None until there is one."""

    def __init__(self, standing: Standing, watch: Watch, *, seconds: float, seed: int) -> None:
        self._at, self._watch, self._until = standing, watch, watch.seconds + seconds
        self._rng = np.random.default_rng(seed)
        self._stays: set[Turn] = set()
        """Offers turned at random, which stay so until the rest has followed."""
        self.best: Bools | None = None
        self._least = np.inf
        self._keep()

    def run(self, *, to_the_first: bool) -> None:
        """Down until the time is over, or until nothing is missed."""
        at = self._at
        self._down(range(len(at.patients)))
        self._break_out()
        patience = fruitless = PATIENCE * sum(map(len, at.movable))
        while fruitless > 0 and not self._over() and not (to_the_first and self.best is not None):
            before, offered = (at.missed, at.value), at.offered
            shaken = self._shake()
            for _ in range(2):
                self._down(sorted({shaken, *at.stages_of(at.missed_rows())}))
                self._stays.clear()
            fruitless = patience if (at.missed, at.value) < before else fruitless - 1
            if (at.missed, at.value) > before:
                at.back_to(offered)

    def _break_out(self) -> None:
        """Rows that stay missed count for more and more, until nothing is missed."""
        at, stuck = self._at, False
        for _ in range(PRESSED * sum(map(len, at.movable))):
            if self.best is not None or self._over():
                break
            offered, missed = at.offered, at.missed_rows()
            if at.press(missed, harder=stuck) > DEAREST or not len(missed):
                at.ease()
                self._down(sorted({self._shake(), *at.stages_of(at.missed_rows())}))
                self._stays.clear()
            else:
                self._down(at.stages_of(missed))
            stuck = np.array_equal(at.offered, offered)
        at.ease()

    def _down(self, stages: Sequence[int]) -> None:
        """Turns, then exchanges, until nothing helps in some stages."""
        while not self._over():
            turned = [self._turned(q) for q in stages if not self._over()]
            if not any(turned) and not any([self._exchanged(q) for q in stages if not self._over()]):  # noqa: C419 - each has its turn
                return

    def _turned(self, q: int) -> bool:
        """The best openings and closings of a stage, one after another while they help."""
        helped = False
        while not self._over():
            sites = self._at.movable[q]
            gains = self._at.promise(q, sites)
            first = np.argsort(gains, kind="stable")[:TRIED]
            if not any(self._try([Turn(q, int(sites[i]))]) for i in first if gains[i] < 0):
                return helped
            helped = True
        return helped

    def _exchanged(self, q: int) -> bool:
        """One site of a stage for another, for the sites whose closing costs least."""
        at, helped, sites = self._at, False, self._at.movable[q]
        is_open = sites[at.patients[q].open[sites]]
        closing = at.promise(q, is_open)
        for i in np.argsort(closing, kind="stable")[:EXCHANGED]:
            closes = Turn(q, int(is_open[i]))
            if self._over() or not at.patients[q].open[closes.s]:
                continue
            at.turn(closes)
            others = sites[~at.patients[q].open[sites] & (sites != closes.s)]
            gains = closing[i] + at.promise(q, others)
            at.turn(closes)
            best = np.argsort(gains, kind="stable")[:EXCHANGES]
            helped |= any(self._try([closes, Turn(q, int(others[j]))]) for j in best if gains[j] < 0)
        return helped

    def _try(self, turns: Sequence[Turn]) -> bool:
        """Turn these and what they require or are required by; back again where that is no better."""
        at = self._at
        before, worth = (at.value, at.missed), at.worth
        done: list[Turn] = []
        waiting = list(turns)
        while waiting and len(done) < TAKEN_ALONG:
            turn = waiting.pop()
            if turn not in done and turn not in self._stays:
                at.turn(turn)
                done.append(turn)
                waiting += at.brought_along(turn)
        at.judge()
        if at.worth < worth - HELPS * max(1.0, abs(worth)):
            self._keep()
            return True
        for turn in reversed(done):
            at.turn(turn)
        at.value, at.missed = before
        return False

    def _shake(self) -> int:
        """A few offers turned at random, near where a row is missed if one is; the stage they are in."""
        at, rng = self._at, self._rng
        missed = at.missed_rows()
        spoken = at.columns_of(rng.choice(missed, size=1)) if len(missed) else np.array(list(at.pair_of))
        turns = [at.pair_of[int(column)] for column in spoken if int(column) in at.pair_of]
        place = turns[int(rng.integers(len(turns)))] if turns else Turn(int(rng.integers(len(at.patients))), 0)
        near = at.patients[place.stage].neighbours(place.s, at.movable[place.stage])[:NEAR]
        for s in rng.choice(near, size=min(int(rng.integers(1, SHAKEN + 1)), len(near)), replace=False):
            self._stays.add(Turn(place.stage, int(s)))
            at.turn(Turn(place.stage, int(s)))
        at.judge()
        self._keep()
        return place.stage

    def _keep(self) -> None:
        if self._at.missed == 0 and self._at.value < self._least:
            self.best, self._least = self._at.offered, self._at.value

    def _over(self) -> bool:
        return self._watch.seconds > self._until or self._watch.stopped
