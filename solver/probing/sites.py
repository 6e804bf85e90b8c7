"""Sites of one care type that may be open or closed still, and what follows for the rest when nearest patients leave no other choice.

Nearest patients of a site that closes go to the next one open, and the more sites close the more come to those that stay. So with every site that may be
open open, each has the fewest cases it can ever have; with none open but those that must be, the most. A site that has too many at its fewest, or too few at
its most, cannot be open, and its patients go on in turn, until nothing more follows or nobody is left to go to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solver.formulations.stage import Stage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SLACK = 1e-6
"""What is missed by less, relative, is kept, as the audits have it."""


@dataclass
class Choice:
    """What is left to choose: ``may_open``, ``may_close`` [S]; and what follows from it.

    ``nearest`` [n] the first site that may be open, ``fewest`` [S] cases/year of those for whom it is this one, ``beyond`` [n] the place in an area's order
    of the first site that must be open: nobody goes past it. ``largest`` [S] cases/year of those who do not pass by before they come to a site.
    """

    may_open: Bools
    may_close: Bools
    nearest: Ints
    fewest: Floats
    beyond: Ints
    largest: Floats

    def copy(self) -> Choice:
        """The same, to be narrowed down apart."""
        return replace(
            self,
            may_open=self.may_open.copy(),
            may_close=self.may_close.copy(),
            nearest=self.nearest.copy(),
            fewest=self.fewest.copy(),
            beyond=self.beyond.copy(),
            largest=self.largest.copy(),
        )

    @property
    def undecided(self) -> Ints:
        """Sites that may be open and may be closed."""
        return np.flatnonzero(self.may_open & self.may_close)


class Sites:
    """n areas with cases among S sites; ``least``, ``most`` [S] cases/year where a site is open, those from outside the data counted."""

    def __init__(self, stage: Stage, least: Floats, most: Floats) -> None:
        n, S = stage.minutes.shape
        self._cases, self._outside = stage.cases, np.array([stage.external(s) for s in range(S)])
        order = np.argsort(stage.minutes, axis=1, kind="stable")
        self._place = np.empty((n, S), np.int32)
        """[n,S] where a site stands in an area's order; S where it is out of reach."""
        np.put_along_axis(self._place, order, np.arange(S, dtype=np.int32)[None, :], axis=1)
        self._place[~np.isfinite(stage.minutes)] = S
        self._least = np.where(least > 0, least - SLACK * np.maximum(1.0, least), -np.inf)
        self._most = most + SLACK * np.maximum(1.0, np.abs(most))

    def choice(self, may_open: Bools, may_close: Bools) -> Choice | None:
        """What is left to choose; None where nothing is, for no plan keeps the rows."""
        n, S = self._place.shape
        beyond = self._place[:, may_open & ~may_close].min(axis=1, initial=S - 1).astype(np.int64)
        largest = self._cases @ (self._place <= beyond[:, None])
        choice = Choice(may_open.copy(), may_close.copy(), np.zeros(n, np.int64), np.zeros(S), beyond, largest)
        return choice if self._led(choice, np.arange(n)) and self._settled(choice) else None

    def close(self, choice: Choice, sites: Ints) -> bool:
        """Close some sites and all that cannot be open then; False where that comes to no plan."""
        return self._shut(choice, sites) and self._settled(choice)

    def open(self, choice: Choice, sites: Ints) -> bool:
        """Open some sites for good and close all that cannot be open then; False where that comes to no plan."""
        if not choice.may_open[sites].all():
            return False
        choice.may_close[sites] = False
        place = self._place[:, sites].min(axis=1)
        nearer = np.flatnonzero(place < choice.beyond)
        past = (self._place[nearer] > place[nearer, None]) & (self._place[nearer] <= choice.beyond[nearer, None])
        choice.largest -= self._cases[nearer] @ past
        choice.beyond[nearer] = place[nearer]
        return self._settled(choice)

    def neighbours(self, choice: Choice) -> list[tuple[int, int]]:
        """Pairs of sites that may be open where patients of one go to the other next, those with most patients first."""
        S = len(choice.may_open)
        places = np.where(choice.may_open, self._place, S)
        np.put_along_axis(places, choice.nearest[:, None], S, axis=1)
        second = places.argmin(axis=1)
        there = places[np.arange(len(second)), second] < S
        ends = np.sort(np.column_stack([choice.nearest[there], second[there]]), axis=1)
        cases = np.bincount(ends @ [S, 1], self._cases[there], minlength=S * S)
        by_cases = np.argsort(-cases, kind="stable")[: int((cases > 0).sum())]
        return [divmod(int(pair), S) for pair in by_cases]

    def _settled(self, choice: Choice) -> bool:
        """Close sites that have too many at their fewest or too few at their most, until nothing more follows; False where that comes to no plan."""
        few = choice.largest + self._outside < self._least
        while True:
            many = choice.fewest + self._outside > self._most
            going = np.flatnonzero((many | few) & choice.may_open)
            if not len(going):
                return True
            if not self._shut(choice, going):
                return False

    def _shut(self, choice: Choice, sites: Ints) -> bool:
        """Close some sites; False where one of them must be open, or somebody is left with none."""
        if not choice.may_close[sites].all():
            return False
        choice.may_open[sites] = False
        gone = np.zeros(len(choice.may_open), bool)
        gone[sites] = True
        moved = np.flatnonzero(gone[choice.nearest])
        choice.fewest[sites] = 0.0
        return self._led(choice, moved)

    def _led(self, choice: Choice, moved: Ints) -> bool:
        """Lead some areas to the first site that may be open; False where one finds none."""
        S = len(choice.may_open)
        places = np.where(choice.may_open, self._place[moved], S)
        first = places.argmin(axis=1)
        if len(moved) and not (places[np.arange(len(moved)), first] < S).all():
            return False
        choice.nearest[moved] = first
        choice.fewest += np.bincount(first, self._cases[moved], minlength=S)
        return True
