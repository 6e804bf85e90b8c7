"""The ascent: better prices step by step, along a running mean of what the relaxed plans missed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from solver.capacitated.bound import Bounding, Relaxed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PATIENCE, PATIENCE_AGAIN = 12, 30
"""Rounds without a better bound after which steps become shorter."""
SMALLEST_STEP = 2e-3
MEMORY = 0.1
"""The share of a round in what was chosen of late."""
BELIEVED = 0.05
"""How far above the bound the optimum is believed to lie while no plan is known, relative."""


class Ascent:
    """Prices on their way up, from ``start`` [n] where there is one; ``often`` [S] says how often each site was chosen of late."""

    def __init__(self, bounding: Bounding, start: Floats | None = None) -> None:
        self._bounding = bounding
        ground, cost = bounding.ground, bounding.cost
        depth = min(len(cost) - 1, max(2, int(bounding.may_open.sum()) // max(ground.fewest, 1)))
        ordered = np.partition(cost, [0, min(depth, len(cost) - 1)], axis=0)
        near, far = ordered[0], ordered[depth]
        near = np.where(np.isfinite(near), near, 0.0)
        wide = np.where(np.isfinite(far), far, 2.0 * near) - near
        self._pace = wide + 1e-3 * (np.abs(near) + 1.0)
        if start is None:
            start = near + (wide if ground.fewest == ground.highest else 0.3 * wide)
        self._size = float(np.abs(start).sum()) + 1e-9
        self.whole, self._patience = False, PATIENCE
        self.best = bounding.at(start, whole=False)
        self.often = self.best.chosen.astype(float)
        self._scale, self._stale = 1.0, 0
        self._at, self._direction = self.best.prices, 1.0 - self.best.covered

    def climb(
        self,
        rounds: int,
        *,
        over: Callable[[], bool],
        value: Callable[[], float],
        heard: Callable[[Relaxed], None],
    ) -> None:
        """So many rounds, fewer when ``over`` or steps have become too short; ``value`` tells what the best plan costs, inf without one."""
        for _ in range(rounds):
            if over() or self.finished:
                return
            norm = float((self._pace * self._direction**2).sum())
            if norm <= 0:
                return
            best, top = self.best.value, value()
            aim = (
                1.002 * abs(top) - abs(top) + top if np.isfinite(top) else best + BELIEVED * max(abs(best), self._size)
            )
            step = self._scale * max(aim - best, 1e-9 * abs(best)) / norm
            tried = self._bounding.at(self._at + step * self._pace * self._direction, whole=self.whole)
            self._at = tried.prices
            self.often += MEMORY * (tried.chosen - self.often)
            if tried.value > self.best.value:
                if not np.isfinite(tried.value):
                    self.best = tried
                    return
                self._stale = 0 if tried.value > self.best.value + 1e-6 * abs(self.best.value) else self._stale + 1
                self.best = tried
                heard(tried)
            else:
                self._stale += 1
            if self._stale >= self._patience:
                self._scale, self._stale = 0.7 * self._scale, 0
                self._at = self.best.prices
                self._direction = 1.0 - self.best.covered
            else:
                self._direction = 0.7 * self._direction + 0.3 * (1.0 - tried.covered)

    @property
    def finished(self) -> bool:
        """Steps have become too short to lead anywhere, or there is no plan to be bounded."""
        return self._scale < SMALLEST_STEP or not np.isfinite(self.best.value)

    def with_whole_areas(self) -> None:
        """Go on with knapsacks of whole areas."""
        self.whole, self._scale, self._stale = True, 0.5, 0
        self.best = self._bounding.at(self.best.prices, whole=True)
        self._at, self._direction = self.best.prices, 1.0 - self.best.covered

    def again(self) -> None:
        """Once more and with more patience, when a better plan is known and less is left to choose from."""
        self._patience = PATIENCE_AGAIN
        self._scale, self._stale = 0.5, 0
        self.best = self._bounding.at(self.best.prices, whole=self.whole)
        self._at, self._direction = self.best.prices, 1.0 - self.best.covered
