"""Nearest patients of one care type in one period while its sites open and close: who goes where, and what each opening or closing would change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.formulations.stage import Stage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Patients:
    """n areas with cases among S sites. ``quantities`` are (column of the face, [n,S] what all cases of an area bring when they go to a site).

    ``volume`` [S] cases/year; ``sums`` what each quantity adds up to. A patient goes to the nearest open site, of equally near ones to the first.
    """

    def __init__(self, stage: Stage, open_sites: Bools) -> None:
        self.stage = stage
        self._minutes, self._cases = stage.minutes, stage.cases
        self._everyone = np.arange(len(stage.cases))
        self.quantities = [
            (column, np.where(np.isfinite(stage.minutes), a, 0.0)) for column, a in stage.along_the_way()
        ]
        self.open = open_sites.copy()
        n = len(stage.cases)
        self._site = np.zeros((2, n), np.int64)
        """[2,n] the nearest open site and the next."""
        self._near = np.full((2, n), np.inf)
        """[2,n] the minutes to them, inf where there is none."""
        self._place(self._everyone)

    @property
    def strays(self) -> float:
        """Cases/year of those who reach no open site."""
        return float(self._cases[~np.isfinite(self._near[0])].sum())

    def neighbours(self, s: int, among: Ints) -> Ints:
        """Some sites, those first that are near for the patients to whom site s is nearest of all."""
        nearest = self._minutes.argmin(axis=1) == s
        far = np.where(np.isfinite(self._minutes[nearest]), self._minutes[nearest], 1e6)
        return among[np.argsort(self._cases[nearest] @ far[:, among], kind="stable")]

    def nearest_of(self, open_sites: Bools) -> tuple[Ints, Ints]:
        """Those who reach one of some sites, and where the nearest is."""
        minutes = np.where(open_sites, self._minutes, np.inf)
        areas = np.flatnonzero(np.isfinite(minutes).any(axis=1))
        return areas, minutes[areas].argmin(axis=1)

    def turn(self, s: int) -> None:
        """Open the site when it is closed, close it when it is open."""
        self.open[s] = not self.open[s]
        if self.open[s]:
            moved = np.flatnonzero(self._minutes[:, s] <= self._near[1])
        else:
            moved = np.flatnonzero((self._site == s).any(axis=0))
        self._place(moved)

    def turned(self, sites: Ints) -> tuple[Floats, Floats, Floats]:
        """What turning each of some sites alone would change: volumes [m,S], each quantity's sum [m,quantities], and strays [m]."""
        S = len(self.open)
        volume, sums = np.zeros((len(sites), S)), np.zeros((len(sites), len(self.quantities)))
        strays = np.zeros(len(sites))
        (first, second), (now, then) = self._site, self._near
        for row, s in enumerate(sites):
            if self.open[s]:
                areas = np.flatnonzero((first == s) & np.isfinite(now))
                to, reached = second[areas], np.isfinite(then[areas])
            else:
                here = self._minutes[:, s]
                areas = np.flatnonzero((here < now) | ((here == now) & np.isfinite(here) & (s < first)))
                to, reached = np.full(len(areas), s), np.ones(len(areas), bool)
            old, was, cases = first[areas], np.isfinite(now[areas]), self._cases[areas]
            volume[row] += np.bincount(to[reached], cases[reached], minlength=S)
            volume[row] -= np.bincount(old[was], cases[was], minlength=S)
            strays[row] = float(cases[~reached].sum() - cases[~was].sum())
            for j, (_, amount) in enumerate(self.quantities):
                sums[row, j] = float(amount[areas[reached], to[reached]].sum() - amount[areas[was], old[was]].sum())
        return volume, sums, strays

    def _place(self, areas: Ints) -> None:
        """Find the two nearest sites of some areas anew, and count everybody."""
        minutes = np.where(self.open, self._minutes[areas], np.inf)
        row = np.arange(len(areas))
        for place in (0, 1):
            self._site[place, areas] = site = minutes.argmin(axis=1)
            self._near[place, areas] = minutes[row, site]
            minutes[row, site] = np.inf
        reached = np.flatnonzero(np.isfinite(self._near[0]))
        site = self._site[0, reached]
        self.volume = np.bincount(site, self._cases[reached], minlength=len(self.open)).astype(float)
        self.sums = np.array([float(amount[reached, site].sum()) for _, amount in self.quantities])
