"""The plain question behind a piece of one care type: which sites, so many, with what each costs and what each group's trips cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Ground:
    """Choose sites: minimise sum over groups of the least cost of a chosen site, plus what the chosen sites cost. G groups, F sites.

    Other rules of the piece are not in it; ``allowed`` knows them.
    """

    cost: Floats
    """[G,F] cost of a group at a site, at most that of its last resort."""
    last: Floats
    """[G] cost of a group at its last resort."""
    fixed: Floats
    """[F] what a site costs."""
    forced: Bools
    """[F] chosen in every plan."""
    fewest: int
    most: int
    """How many sites are chosen, the forced ones included."""
    cases: Floats
    """[G] cases of a group."""
    allowed: Callable[[Bools], bool]
    """Whether chosen sites [F] keep every rule that can be checked at once."""

    def value(self, chosen: Bools) -> float:
        """What a choice costs."""
        trips = self.cost[:, chosen].min(axis=1) if chosen.any() else self.last
        return float(trips.sum() + self.fixed[chosen].sum())

    def thinned(self, chosen: Bools) -> Bools | None:
        """The choice with ever fewer sites, the one with the fewest cases closed first, until it is allowed; None where it never is."""
        chosen = chosen.copy()
        while not self.allowed(chosen):
            now = np.flatnonzero(chosen)
            if len(now) <= max(self.fewest, 1):
                return None
            cases = np.bincount(self.cost[:, now].argmin(axis=1), self.cases, minlength=len(now)).astype(np.float64)
            cases[self.forced[now]] = np.inf
            if np.isinf(cases.min()):
                return None
            chosen[now[cases.argmin()]] = False
        return chosen

    def least(self, worth: Floats) -> Bools:
        """[F] the sites of least total ``worth`` [F] in a number that is allowed."""
        chosen = self.forced.copy()
        order = np.argsort(np.where(self.forced, np.inf, worth), kind="stable")
        left = len(worth) - int(self.forced.sum())
        needed = min(max(self.fewest - int(self.forced.sum()), 0), left)
        room = min(max(self.most - int(self.forced.sum()), needed), left)
        better = int((worth[~self.forced] < 0).sum())
        chosen[order[: min(max(needed, better), room)]] = True
        return chosen
