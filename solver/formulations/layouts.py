"""What sets of open sites give: volumes, travel and the like of one care type in one period, for many sets at once.

Where a plan fixes its flows (nearest, choice, observed), a set of sites has exact volumes and trips. This file works them out by matrix products over a batch
of sets; pattern columns and enumerations are made from it.

    choice:    share[a,s] = weight[a,s] * open[s] / sum over s' of weight[a,s'] * open[s'],   weight = attraction * exp(-weight_per_minute * minutes)
    observed:  the same with the flows seen as weights; where none of them remains, the nearest site
    nearest:   1 for the first open site in the order of minutes, ties by site_id
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.behaviours import Choice, Nearest, Observed
from solver.formulations.lattice import Lattice
from solver.formulations.stage import Stage

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
MOST_FREE = 17
"""Sites to choose from up to which sums over all their sets are kept."""
CELLS_AT_ONCE = 8_000_000
"""Sets times areas worked on at a time."""


@dataclass(frozen=True)
class Layouts:
    """A batch of N site sets of one stage: ``open`` [N,S], ``served`` [N] everybody reaches an open site, ``values`` column of the face -> [N]."""

    open: Bools
    served: Bools
    values: dict[int, Floats]


def layouts_of(stage: Stage, sets: Bools) -> Layouts:
    """Work out every quantity of the face that speaks of this stage, for each set [N,S] of open sites."""
    step = max(1, CELLS_AT_ONCE // max(1, len(stage.areas)))
    parts = [_Batch(stage, sets[begin : begin + step]).layouts() for begin in range(0, len(sets), step)]
    if not parts:
        return Layouts(sets, np.zeros(0, bool), {})
    columns = parts[0].values
    return Layouts(
        sets,
        np.concatenate([part.served for part in parts]),
        {column: np.concatenate([part.values[column] for part in parts]) for column in columns},
    )


def every_set(stage: Stage, most: int) -> Bools | None:
    """All sets of open sites [N,S] that the policy's locks leave, or None when there are more than ``most``."""
    free = np.flatnonzero(stage.candidates & ~stage.surely_open)
    if 2 ** len(free) > most:
        return None
    sets = np.repeat(stage.surely_open[None, :], 2 ** len(free), axis=0)
    numbers = np.arange(2 ** len(free))
    for position, s in enumerate(free):
        sets[:, s] = (numbers >> position) & 1
    return sets


class _Batch:
    def __init__(self, stage: Stage, sets: Bools) -> None:
        self._stage, self._sets, self._open = stage, sets, sets.astype(float)
        self._reachable = np.isfinite(stage.minutes)
        behaviour = stage.land.behaviours[stage.k]
        self._lattice = (
            Lattice(stage, sets) if isinstance(behaviour, Nearest) and stage.free_sites <= MOST_FREE else None
        )
        self._weight = self._weights()
        if self._lattice is not None:
            return
        self._total = self._open @ self._weight.T
        self._astray = self._total <= 0
        self._per_weight = np.divide(1.0, self._total, out=np.zeros_like(self._total), where=~self._astray)
        self._lost = np.flatnonzero(self._astray.any(axis=1))

    def layouts(self) -> Layouts:
        return Layouts(self._sets, self._served(), dict(self._values()))

    def _served(self) -> Bools:
        """[N] every area reaches an open site."""
        if self._lattice is not None:
            return np.asarray(
                self._lattice.at_each_site(np.ones(self._stage.minutes.shape)).sum(axis=1)
                > len(self._stage.areas) - 0.5
            )
        return np.asarray((self._open @ self._reachable.T.astype(float) > 0).all(axis=1))

    def _values(self) -> Iterator[tuple[int, Floats]]:
        stage = self._stage
        for s in range(self._sets.shape[1]):
            if (volume := stage.asked("volume", s)) is not None:
                yield volume, self._volume(s)
        for column, amount in stage.along_the_way():
            yield column, self._sum(amount)
        if (worst := stage.asked("worst")) is not None:
            counted = stage.weight > 0
            minutes = self._nearest_minutes(self._sets)
            yield worst, np.where(counted & np.isfinite(minutes), minutes, 0.0).max(axis=1, initial=0.0)
        if (accessibility := stage.asked("accessibility")) is not None:
            yield accessibility, self._accessibility()

    def _weights(self) -> Floats:
        """[n,S] how an area's cases spread over its sites, before closing any; nothing for nearest."""
        stage, land = self._stage, self._stage.land
        behaviour = land.behaviours[stage.k]
        if isinstance(behaviour, Choice):
            pull = np.ones(stage.minutes.shape[1]) if land.attraction is None else land.attraction[:, stage.k]
            minutes = np.where(self._reachable, stage.minutes - self._first()[:, None], 0.0)
            return np.where(self._reachable, pull[None, :] * np.exp(-behaviour.weight_per_minute * minutes), 0.0)
        if isinstance(behaviour, Observed) and land.observed_flows is not None:
            return np.where(self._reachable, land.observed_flows[stage.areas, :, stage.k], 0.0)
        return np.zeros(stage.minutes.shape)

    def _first(self) -> Floats:
        """[n] minutes of the nearest candidate: weights are counted from there, so that none vanishes."""
        nearest = self._stage.minutes.min(axis=1, initial=np.inf)
        return np.where(np.isfinite(nearest), nearest, 0.0)

    def _nearest_minutes(self, sets: Bools) -> Floats:
        """[sets,n] minutes of the nearest open site."""
        minutes = np.full((len(sets), len(self._stage.areas)), np.inf)
        for s in np.flatnonzero(self._stage.candidates):
            np.minimum(minutes, self._stage.minutes[:, s], out=minutes, where=sets[:, s, None])
        return minutes

    @cached_property
    def _to_the_nearest(self) -> NDArray[np.int64]:
        """[lost sets,n] the site that cases without a share go to; -1 for the others and for those who reach none."""
        sets = self._sets[self._lost]
        site = np.full((len(sets), len(self._stage.areas)), -1)
        for a, minutes in enumerate(self._stage.minutes):
            for s in np.argsort(minutes, kind="stable")[::-1]:
                if np.isfinite(minutes[s]):
                    site[sets[:, s], a] = s
        site[~self._astray[self._lost]] = -1
        return site

    @cached_property
    def _volumes_of_the_nearest(self) -> Floats:
        """[lost sets,S] cases that go to the nearest site for want of a share."""
        site, sites = self._to_the_nearest, self._sets.shape[1] + 1
        place = np.arange(len(site))[:, None] * sites + np.where(site >= 0, site, sites - 1)
        cases = np.broadcast_to(self._stage.cases, site.shape)
        count = np.bincount(place.ravel(), cases.ravel(), minlength=len(site) * sites)
        return np.asarray(count.reshape(len(site), sites)[:, :-1], float)

    @cached_property
    def _arrivals(self) -> Floats:
        """[N,S] cases of the stage's areas at each site."""
        assert self._lattice is not None
        return self._lattice.at_each_site(np.repeat(self._stage.cases[:, None], self._sets.shape[1], axis=1))

    def _volume(self, s: int) -> Floats:
        stage = self._stage
        if self._lattice is not None:
            return np.asarray(self._arrivals[:, s] + stage.external(s) * self._open[:, s])
        volume = self._open[:, s] * (self._per_weight @ (stage.cases * self._weight[:, s]) + stage.external(s))
        if self._lost.size:
            volume[self._lost] += self._volumes_of_the_nearest[:, s]
        return np.asarray(volume)

    def _sum(self, amount: Floats) -> Floats:
        """What the trips bring together, ``amount`` [n,S] being what all cases of an area bring at a site."""
        if self._lattice is not None:
            return np.asarray(self._lattice.at_each_site(amount).sum(axis=1))
        total = np.einsum("na,na->n", self._per_weight, self._open @ (amount * self._weight).T)
        if self._lost.size:
            site = self._to_the_nearest
            padded = np.hstack([amount, np.zeros((len(amount), 1))])
            total[self._lost] += padded.ravel()[site % padded.shape[1] + np.arange(len(amount)) * padded.shape[1]].sum(
                axis=1
            )
        return np.asarray(total)

    def _accessibility(self) -> Floats:
        stage = self._stage
        behaviour = stage.land.behaviours[stage.k]
        assert isinstance(behaviour, Choice), "only care types with a weight per minute have an accessibility"
        known = np.log(self._total, out=np.zeros_like(self._total), where=~self._astray) / behaviour.weight_per_minute
        return np.asarray(np.where(self._astray, 0.0, known - self._first()) @ stage.weight)
