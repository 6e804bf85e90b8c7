"""Nearest patients over all sets of sites at once: a sum over subsets instead of a look at every set.

An area goes to site s when s is open and none of the sites before it is. Let ``before[a,s]`` be the set of sites the area would pass on its way to s.
Then for a set M of open sites

    cases at s = [s in M] * sum over areas a with before[a,s] inside the complement of M of cases[a]

and the sums over all subsets of all complements are one zeta transform (Yates 1937): n * 2^n additions for n sites, instead of areas * 2^n.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.formulations.stage import Stage

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Lattice:
    """The sums of one stage of nearest patients; ``sets`` [N,S] of open sites are looked up in them."""

    def __init__(self, stage: Stage, sets: Bools) -> None:
        self._stage, self._sets = stage, sets
        self._free = np.flatnonzero(stage.candidates & ~stage.surely_open)
        bits = np.int64(1) << np.arange(len(self._free), dtype=np.int64)
        self._closed = (~sets[:, self._free]).astype(np.int64) @ bits
        self._bit = np.zeros(sets.shape[1], np.int64)
        self._bit[self._free] = bits
        self._steps = self._way()

    def _way(self) -> list[tuple[Ints, Ints, Ints]]:
        """By depth: the areas that may come that far, the site they meet there, and the free sites passed before it."""
        stage = self._stage
        order = np.argsort(stage.minutes, axis=1, kind="stable")
        reach = np.isfinite(stage.minutes).sum(axis=1)
        passed = np.zeros(len(stage.areas), np.int64)
        going = np.flatnonzero(reach > 0)
        steps = []
        for depth in range(stage.minutes.shape[1]):
            if not going.size:
                break
            site = order[going, depth]
            steps.append((going, site, passed[going].copy()))
            passed[going] |= self._bit[site]
            going = going[~stage.surely_open[site] & (depth + 1 < reach[going])]
        return steps

    def at_each_site(self, amount: Floats) -> Floats:
        """[N,S] what arrives at each site, ``amount`` [n,S] being what all of an area brings there."""
        n, sites = len(self._free), self._sets.shape[1]
        table = np.zeros(sites << n)
        for area, site, passed in self._steps:
            np.add.at(table, (site << n) + passed, amount[area, site])
        table = table.reshape(sites, *([2] * n))
        for axis in range(1, n + 1):
            upper, lower = [slice(None)] * (n + 1), [slice(None)] * (n + 1)
            upper[axis], lower[axis] = slice(1, 2), slice(0, 1)
            table[tuple(upper)] += table[tuple(lower)]
        return np.asarray(np.where(self._sets, table.reshape(sites, -1)[:, self._closed].T, 0.0))
