"""A stream: the steered patients of one care type in one period as arrays, area by area or in groups of areas.

Where everybody reaches every site, groups are an exact restriction: their members go where the group goes, so that a plan for groups is a plan for areas,
with the same volumes, travel and kilometres.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.formulations.stage import NO_COLUMN, Stage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Stream:
    """n areas or groups with cases, S sites.

    ``areas`` [n] indices of the areas (their positions among the groups where grouped); ``cases`` [n] cases/year; ``reach`` [S,n] who may go where;
    ``quantities`` (column of the face, [S,n] what all cases of an area bring when they go to a site); ``volume`` and ``offer`` [S] columns of the face or
    NO_COLUMN; ``constant`` [S] 1 for pairs that are always open; ``external`` [S] cases from outside the data that come while the pair is offered.
    """

    k: int
    t: int
    areas: Ints
    cases: Floats
    reach: Bools
    quantities: tuple[tuple[int, Floats], ...]
    volume: Ints
    offer: Ints
    constant: Floats
    external: Floats

    @classmethod
    def of(cls, stage: Stage) -> Stream:
        """Read a stream off its stage."""
        S = len(stage.column)
        volumes = [stage.asked("volume", s) for s in range(S)]
        return cls(
            stage.k,
            stage.t,
            stage.areas,
            stage.cases,
            np.ascontiguousarray(np.isfinite(stage.minutes).T),
            tuple((column, np.ascontiguousarray(amount.T)) for column, amount in _finite(stage)),
            np.array([NO_COLUMN if column is None else column for column in volumes]),
            stage.column,
            stage.constant,
            np.array([stage.external(s) for s in range(S)]),
        )

    @property
    def columns(self) -> Ints:
        """The columns of the face that are this stream's alone: its offers, volumes and quantities."""
        pairs = np.r_[self.offer, self.volume]
        quantities = np.array([column for column, _ in self.quantities], np.int64)
        return np.concatenate([pairs[pairs != NO_COLUMN], quantities])

    def grouped(self, label: Ints) -> Stream:
        """The same patients in groups; ``label`` [n] is each area's group.

        A group reaches a site when most of its patients do; those who do not are counted with half more than their mean trip.
        """
        count = int(label.max(initial=-1)) + 1
        cases = np.bincount(label, self.cases, minlength=count).astype(float)
        most = 0.5 * cases[None, :]
        reaching = np.asarray(_summed(self.reach * self.cases[None, :], label, count) > most, bool)
        anybody = np.asarray(_summed(self.reach.astype(float), label, count) > 0, bool)
        return replace(
            self,
            areas=np.arange(count),
            cases=cases,
            reach=np.where(reaching.any(axis=0, keepdims=True), reaching, anybody),
            quantities=tuple((c, _summed(self._far(amount), label, count)) for c, amount in self.quantities),
        )

    def _far(self, amount: Floats) -> Floats:
        if self.reach.all():
            return amount
        mean = np.where(self.reach, amount, 0.0).sum(axis=0) / np.maximum(self.reach.sum(axis=0), 1)
        return np.where(self.reach, amount, np.maximum(1.5 * mean, 0.0)[None, :])


def _summed(amount: Floats, label: Ints, count: int) -> Floats:
    """[S,count] sums over the columns of [S,n] that have the same label."""
    into = sp.csr_array((np.ones(len(label)), (label, np.arange(len(label)))), shape=(count, len(label)))
    return np.ascontiguousarray(np.asarray(into @ amount.T, float).T)


def _finite(stage: Stage) -> list[tuple[int, Floats]]:
    near = np.isfinite(stage.minutes)
    return [(column, np.where(near, amount, 0.0)) for column, amount in stage.along_the_way()]
