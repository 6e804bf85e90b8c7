"""A stage: one care type in one period, as its body sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.formulations.face import CompiledFace
from solver.formulations.words import Asked
from solver.landscape import Landscape, Reach

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NO_COLUMN = -1
ALONG_THE_WAY = ("travel", "kilometres", "group_minutes")
"""Quantities that add up over trips: so much for each case that goes from an area to a site."""


class NotWritten(Exception):
    """The formulation does not cover a behaviour or quantity that was asked for; the sentence says what to use instead."""


@dataclass(frozen=True)
class Trips:
    """Possible trips, as arrays of equal length: ``cases`` [cases/year] times a column (or its constant, where NO_COLUMN) take so many ``minutes``."""

    minutes: Floats
    column: Ints
    cases: Floats
    constant: Floats


@dataclass(frozen=True)
class Stage:
    """One care type in one period: who needs it, which sites may offer it, and which columns of the face speak of it.

    ``areas`` [n] indices of the areas with demand; ``cases`` [n] cases/year; ``weight`` [n] cases whose minutes count (0 outside the region);
    ``minutes`` [n,S] inf where unreachable or never offered.
    """

    land: Landscape
    face: CompiledFace
    k: int
    t: int
    areas: Ints
    cases: Floats
    weight: Floats
    minutes: Floats
    column: Ints
    """[S] column of the decision, NO_COLUMN where nothing is decided."""
    constant: Floats
    """[S] 1 for pairs that are always open, else 0."""
    candidates: Bools
    """[S] may be open."""
    surely_open: Bools
    """[S] open in every plan the policy allows."""

    @classmethod
    def of(cls, land: Landscape, face: CompiledFace, k: int, t: int, lower: Floats, upper: Floats) -> Stage:
        """Read a stage off the landscape and the face, given the columns' implied bounds."""
        _, S, _, _ = land.shape
        column = np.full(S, NO_COLUMN)
        for s in range(S):
            column[s] = face.offers.get((s, k, t), NO_COLUMN)
        always = land.always_open()[:, k]
        decided = column != NO_COLUMN
        candidates = always | (decided & (upper[column] > 0.5))
        surely_open = always | (decided & (lower[column] > 0.5))
        areas = np.flatnonzero(land.demand[:, k, t] > 0)
        cases = land.demand[areas, k, t]
        mode = land.behaviours[k].mode
        minutes = np.where(candidates, land.reach_minutes(Reach(mode))[areas], np.inf)
        weight = np.where(land.area_in_region[areas], cases, 0.0)
        return cls(
            land, face, k, t, areas, cases, weight, minutes, column, always.astype(float), candidates, surely_open
        )

    def asked(self, kind: str, s: int = -1) -> int | None:
        """Column of a quantity of this stage, if anybody used it."""
        return self.face.asked.get(Asked(kind, self.k, self.t, s=s))

    def along_the_way(self) -> Iterator[tuple[int, Floats]]:
        """The quantities that add up over trips, as their column and [n,S] what all cases of an area bring when they go to a site."""
        land = self.land
        for asked, column in self.face.asked.items():
            if asked.kind not in ALONG_THE_WAY or (asked.k, asked.t) != (self.k, self.t):
                continue
            each = np.where(np.isfinite(self.minutes), self.minutes, 0.0)
            if asked.kind == "kilometres":
                each = np.nan_to_num(land.kilometres[land.behaviours[self.k].mode][self.areas])
            if asked.people is not None:
                each = each * land.share(asked.people)[self.areas, None]
            yield column, self.weight[:, None] * each

    @property
    def free_sites(self) -> int:
        """How many sites are to be decided about."""
        return int((self.candidates & ~self.surely_open).sum())

    def used(self, column: int | None) -> bool:
        """Some row or objective would like the quantity smaller or larger."""
        return column is not None and bool(self.face.wants_small[column] or self.face.wants_large[column])

    def external(self, s: int) -> float:
        """Cases from outside the data that come to site s while it offers [cases/year]."""
        return float(self.land.external[s, self.k, self.t])
