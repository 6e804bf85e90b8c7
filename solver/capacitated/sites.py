"""Which sites, when each has a worth: in a number that is allowed, or with room for everybody, whichever costs more.

With room: a site that costs something stays closed where the others have room enough; which ones, is a knapsack of what may be lost in room.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.capacitated.knapsack import pack

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
STEPS = 20_000
"""Steps in which room is counted; rounding only ever makes room."""


@dataclass(frozen=True)
class Sites:
    """``may_open``, ``must_open`` [S]; ``fewest`` and ``highest`` of them; ``room`` [S] for ``total`` cases."""

    may_open: Bools
    must_open: Bools
    fewest: int
    highest: int
    room: Floats
    total: float
    unit: float = 0.0
    """What ``room`` and ``total`` are whole multiples of, 0 where nothing is known."""

    def cheapest(self, worth: Floats) -> tuple[float, Bools]:
        """The least total ``worth`` [S] (inf: never) and the sites [S] that have it."""
        chosen = self._counted(worth)
        value = float(worth[chosen].sum())
        if self.fewest == self.highest or self.room[chosen].sum() >= self.total:
            return value, chosen
        with_room = self._with_room(worth)
        if with_room is None or (told := float(worth[with_room].sum())) < value:
            return value, chosen
        return told, with_room

    def turned(self, worth: Floats, value: float, chosen: Bools) -> tuple[Floats, Floats]:
        """[S] twice: what sites cost at least with each one chosen, and with each one left out (inf: never).

        ``value`` and ``chosen`` are those of ``cheapest``.
        """
        inside, outside = chosen & ~self.must_open, ~chosen & self.may_open & np.isfinite(worth)
        opened = np.where(chosen, value, np.inf)
        left_out = np.where(chosen, np.inf, value)
        count, counted = int(chosen.sum()), self._counted(worth)
        if (counted == chosen).all():
            worst_in = float(worth[inside].max(initial=-np.inf))
            best_out = float(worth[outside].min(initial=np.inf))
            gives_way = worst_in if count >= self.highest else max(worst_in, 0.0)
            comes_in = best_out if count <= self.fewest else min(best_out, 0.0)
            opened[outside] = value + worth[outside] - (gives_way if inside.any() else 0.0)
            left_out[inside] = value + comes_in - worth[inside]
        if self.fewest < self.highest:
            for s in np.flatnonzero(inside | outside):
                here, at = (left_out, -1) if chosen[s] else (opened, 1)
                with_room = self._with_room(worth, int(s), at)
                told = np.inf if with_room is None else float(worth[with_room].sum())
                here[s] = told if (counted != chosen).any() else max(here[s], told)
        return opened, left_out

    def _counted(self, worth: Floats) -> Bools:
        chosen = self.must_open.copy()
        free = np.flatnonzero(self.may_open & ~chosen & np.isfinite(worth))
        order = free[np.argsort(worth[free], kind="stable")]
        forced = int(chosen.sum())
        needed = min(max(self.fewest - forced, 0), len(order))
        most = min(max(self.highest - forced, needed), len(order))
        better = int((worth[free] < 0).sum())
        chosen[order[: min(max(needed, better), most)]] = True
        return chosen

    def _with_room(self, worth: Floats, site: int = -1, at: int = 0) -> Bools | None:
        """The cheapest sites that have room for all, with one chosen (``at`` 1) or left out (-1); None where they cannot have it."""
        chosen = (self.may_open & np.isfinite(worth)) | self.must_open
        free = chosen & ~self.must_open & (worth > 0)
        if site >= 0:
            chosen[site], free[site] = at > 0, False
        spare = float(self.room[chosen].sum()) - self.total
        if spare < -1e-9 * self.total:
            return None
        step = self.unit if 0 < self.unit * STEPS >= spare else max(spare / STEPS, 1e-9 * self.total)
        items = np.flatnonzero(free & (self.room <= spare * (1 + 1e-9)))
        weights = np.floor(self.room[items] / step + 1e-9).astype(np.int64)
        most = int(np.floor(spare / step + 1e-6)) if step == self.unit else int(np.ceil(spare / step - 1e-9))
        _, closed = pack(-worth[items], weights, 0, most)
        chosen[items[closed]] = False
        return chosen
