"""A stage: one care type in one period, as its body sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.formulations.face import Asked, CompiledFace
from solver.landscape import Landscape, Reach

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NO_COLUMN = -1


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

    def used(self, column: int | None) -> bool:
        """Some row or objective would like the quantity smaller or larger."""
        return column is not None and bool(self.face.wants_small[column] or self.face.wants_large[column])

    def external(self, s: int) -> float:
        """Cases from outside the data that come to site s while it offers [cases/year]."""
        return float(self.land.external[s, self.k, self.t])
