"""The search: prices and their bound, plans from what the prices choose, and an integer program on what may still be better.

1. Climb by shares, then with whole areas: a bound L. What it chooses is assigned, improved, and decided anew neighbourhood by neighbourhood: a plan U.
2. Guess that the optimum is within a little of L. With that as cutoff most pairs are out, and a small integer program says whether the guess was right: its
   optimum is the optimum of all, or L moves up to the guess, and the next guess is larger, up to U.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from solver.capacitated.ascent import Ascent
from solver.capacitated.bound import Bounding, Relaxed
from solver.capacitated.ground import Ground
from solver.capacitated.neighbourhood import improve
from solver.capacitated.plans import first_plan
from solver.capacitated.written import Plan, WrittenGround
from solver.kernel.unit import greatest_unit
from solver.watch import Watch

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PROVED = 1e-9
ROUNDS_AT_ONCE = 50
BY_SHARES = 10
WITH_WHOLE_AREAS = 12
"""So many times so many rounds at most."""
GUESSES = (0.001, 0.002, 0.004, 0.01, 0.03)
"""How far above the bound the optimum is guessed to lie, relative, one after another."""
NEAR, FEW = 0.004, 1_500
"""Pairs that may be in a plan so near the bound are soon looked through when they are few."""
SEVERAL, MOST = 6_000, 1_000_000
"""Pairs up to which a guess is looked through before neighbourhoods, and at all."""
NEIGHBOURHOODS, LONGEST, FAR = 0.35, 0.8, 0.01
"""The share of the time for improving a plan before proving begins; of what is left, while the plan is further than so much from the bound."""


class Search:
    """One ground on its way to a plan and a bound; ``heard`` hears both whenever one improves."""

    def __init__(
        self,
        ground: Ground,
        watch: Watch,
        *,
        seconds: float,
        relative_gap: float,
        seed: int,
        heard: Callable[[float | None, float | None, Bools | None], None],
    ) -> None:
        self._ground, self._watch, self._gap, self._seed, self._heard = ground, watch, relative_gap, seed, heard
        self._seconds, self._until = seconds, watch.seconds + seconds
        self.plan: Plan | None = None
        self.bound = -np.inf
        self.infeasible = False
        self.relaxed: Relaxed | None = None
        """Where the bound by prices is reached."""
        self._bounding = Bounding(ground)
        self._tried: set[bytes] = set()
        whole = ground.undivided and not ground.offset
        self._unit = greatest_unit(np.r_[ground.fixed, ground.cost[ground.reach]]) if whole else 0.0

    def run(self, start: Plan | None = None) -> None:
        """Search until the gap or the time, from a plan where there is one; ``plan``, ``bound`` and ``infeasible`` say what was found."""
        ascent = Ascent(self._bounding)
        self.relaxed = ascent.best
        if start is not None:
            self._meet(start)
        self._climb(ascent, BY_SHARES)
        if self._ground.undivided:
            self._assign(ascent)
            if self._bounding.whole and not self._done():
                ascent.with_whole_areas()
                self._climb(ascent, WITH_WHOLE_AREAS)
            self._assign(ascent)
            if self._many(ascent.best):
                self._improve(ascent.best, NEIGHBOURHOODS, near=FAR)
                self._climb_again(ascent)
        self._guess(ascent.best, SEVERAL)
        if not self._done() and self._ground.undivided:
            self._improve(ascent.best, 1.0)
        self._guess(ascent.best, MOST)

    @property
    def value(self) -> float:
        """What the best plan costs; inf without one."""
        return np.inf if self.plan is None else self.plan.value

    def _left(self) -> float:
        return max(0.0, self._until - self._watch.seconds)

    def _done(self) -> bool:
        if self._watch.stopped or self._left() <= 0 or self.infeasible:
            return True
        return self.plan is not None and self.value - self.bound <= max(self._gap, PROVED) * max(abs(self.value), 1e-9)

    def _cutoff(self) -> float:
        """What a plan better than the best costs at most."""
        return self.value - 0.999 * self._unit + 1e-9 * abs(self.value) if self.plan is not None else np.inf

    def _higher(self, bound: float) -> None:
        """A new bound; where all values are whole multiples of a unit, the next one."""
        if self._unit and np.isfinite(bound):
            bound = max(bound, float(np.ceil(bound / self._unit - 1e-6)) * self._unit)
        bound = min(bound, self.value)
        if bound > self.bound:
            self.bound = bound
            self._tell()

    def _meet(self, plan: Plan) -> None:
        if plan.value < self.value and self._ground.keeps(plan.chosen, plan.site, plan.area, plan.share):
            self.plan = plan
            self._tell()

    def _tell(self) -> None:
        bound = self.bound if np.isfinite(self.bound) else None
        self._heard(*((None, bound, None) if self.plan is None else (self.value, bound, self.plan.chosen)))

    def _climb(self, ascent: Ascent, times: int) -> None:
        for _ in range(times):
            if self._done() or (ascent.finished and np.isfinite(ascent.best.value)):
                return
            ascent.climb(
                ROUNDS_AT_ONCE, over=self._done, value=lambda: self.value, heard=lambda found: self._higher(found.safe)
            )
            self.relaxed = ascent.best
            if np.isinf(ascent.best.value):
                self.infeasible = True
                return
            if self.plan is not None:
                self._bounding.decide(ascent.best, self._cutoff())

    def _climb_again(self, ascent: Ascent) -> None:
        """With the better plan more is left out, and prices of what is left lead higher."""
        if self.plan is not None and not self._done():
            self._bounding.decide(ascent.best, self._cutoff())
            ascent.again()
            self._climb(ascent, WITH_WHOLE_AREAS)

    def _assign(self, ascent: Ascent) -> None:
        """Plans from what the best prices choose, and from the sites that were chosen oftenest."""
        ground, relaxed, n = self._ground, ascent.best, len(self._ground.cases)
        order = np.argsort(-np.where(self._bounding.may_open, ascent.often, -1.0), kind="stable")
        oftenest = np.isin(np.arange(len(order)), order[: int(relaxed.chosen.sum())])
        for chosen in (relaxed.chosen, oftenest):
            if self._done() or chosen.tobytes() in self._tried:
                continue
            self._tried.add(chosen.tobytes())
            found = first_plan(ground, relaxed.worth, chosen, -relaxed.filled.toll, over=self._done)
            if found is not None:
                self._meet(Plan.of(ground, found.chosen, found.site, np.arange(n), np.ones(n)))

    def _many(self, relaxed: Relaxed) -> bool:
        """So many pairs may be in a plan near the bound that looking for a better plan comes before proving."""
        if self._done():
            return False
        near = relaxed.safe + NEAR * abs(relaxed.safe)
        return Bounding(self._ground, self._bounding).decide(relaxed, min(near, self._cutoff())) > FEW

    def _improve(self, relaxed: Relaxed, share: float, near: float = 0.0) -> None:
        """Neighbourhoods for a share of the time, and on as long as the plan is not within ``near`` of the bound, relative."""
        if self.plan is None or self._done():
            return
        enough_at = self._watch.seconds + share * self._seconds

        def enough(plan: Plan) -> bool:
            close = plan.value - self.bound <= near * abs(plan.value)
            return self._done() or (self._watch.seconds > enough_at and close)

        improve(
            self._ground, self.plan, relaxed, self._watch, seconds=(LONGEST if near else 1.0) * self._left(),
            seed=self._seed, enough=enough, heard=self._meet,
        )  # fmt: skip

    def _guess(self, relaxed: Relaxed, most: int) -> None:
        """Guesses, as long as no more than ``most`` pairs may be in a plan within them."""
        for guess in (*GUESSES, np.inf):
            if self._done():
                return
            known = self._cutoff()
            cutoff = min(known, relaxed.safe + guess * max(abs(relaxed.safe), 1e-9)) if np.isfinite(guess) else known
            if cutoff <= self.bound and np.isfinite(self.bound) and cutoff < known:
                continue
            answered = self._within(relaxed, cutoff, most)
            if answered is None:
                return
            if not answered and self._left() <= 0:
                return
            if answered and cutoff >= known:
                if self.plan is None:
                    self.infeasible = True
                self._higher(self.value)
                return

    def _within(self, relaxed: Relaxed, cutoff: float, most: int) -> bool | None:
        """Look for the best plan of at most ``cutoff``; whether all there are were looked at, None where they are too many to look."""
        bounding = Bounding(self._ground, self._bounding)
        left = bounding.decide(relaxed, cutoff)
        if not left or not np.isfinite(bounding.cost).any(axis=0).all():
            self._higher(cutoff)
            return True
        if left > most:
            return None
        written = WrittenGround.of(bounding.smaller(), np.isfinite(bounding.cost))

        def heard(_: float | None, bound: float | None, x: Floats | None) -> None:
            if x is not None:
                self._meet(written.plan(x))
            if bound is not None:
                self._higher(min(bound, cutoff))

        answer = written.solve(
            self._watch, seconds=self._left() if cutoff >= self._cutoff() else 0.3 * self._left(),
            relative_gap=self._gap, seed=self._seed, start=self.plan, heard=heard,
        )  # fmt: skip
        if answer.x is not None:
            self._meet(written.plan(answer.x))
        if answer.ended == "infeasible":
            self._higher(cutoff)
            return True
        if answer.bound is not None:
            self._higher(min(answer.bound, cutoff))
        return answer.ended != "interrupted"
