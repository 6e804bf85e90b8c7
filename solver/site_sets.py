"""Every set of sites of one care type in one period, and what its patients do in each: volumes, travel, longest trip, inhabitants beyond reach.

A set is a number of n bits, one per site the table decides about; the first site is the highest bit, so that among two sets the larger number is the one that
offers the earliest site in which they differ. Everything is worked out for all 2^n sets at once, area by area.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.behaviours import Choice, Nearest, Observed
from solver.landscape import Landscape, Reach

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
FEWEST_WEIGHTS = 1e-250
"""Sums of weights below this have lost their digits."""


class SiteSets:
    """All sets of the ``sites`` [n] that may offer care type k in period t; those outside the region stay as they are.

    N = 2^n sets. ``served`` [N] everybody reaches a site; ``travel`` [N] case-minutes/year of the region; ``worst`` [N] minutes of the longest trip, of
    everybody with a case in the region, to the nearest offering site.
    """

    def __init__(self, land: Landscape, k: int, t: int) -> None:
        self._land, self._k, self._t = land, k, t
        self.sites: Ints = np.flatnonzero(land.choosable()[:, k])
        self._always: Ints = np.flatnonzero(land.always_open()[:, k])
        n = len(self.sites)
        self._bit = np.array([1 << (n - 1 - i) for i in range(n)], np.int64)
        self._masks = np.arange(1 << n)
        self.count = len(self._masks)
        _, S, _, _ = land.shape
        relevant = np.concatenate([self.sites, self._always])
        self._place = np.full(S, -1)
        self._place[relevant] = np.arange(len(relevant))
        self.served: Bools = np.ones(self.count, bool)
        self._volume: Floats = np.zeros((self.count, len(relevant)))
        self.travel: Floats = np.zeros(self.count)
        self.worst: Floats = np.zeros(self.count)
        self.exact = True
        """No set's weights were too small to add up."""
        for s, bit in zip(self.sites, self._bit, strict=True):
            self._volume[:, self._place[s]] = np.where(self._masks & bit, land.external[s, k, t], 0.0)
        self._volume[:, self._place[self._always]] = land.external[self._always, k, t]
        self._send_everybody()

    def volume(self, s: int) -> Floats:
        """[N] cases/year at site s, those from outside the data included; of a site that can never offer the care type 0."""
        return np.asarray(self._volume[:, self._place[s]]) if self._place[s] >= 0 else np.zeros(self.count)

    def offers(self, s: int) -> Floats:
        """[N] 1 where site s, one of the sites, offers the care type."""
        bit = self._bit[np.searchsorted(self.sites, s)]
        return np.where(self._masks & bit, 1.0, 0.0)

    def offered(self, sets: Ints) -> Bools:
        """[m,S] who offers the care type in some of the sets."""
        offered = np.zeros((len(sets), len(self._land.site_ids)), bool)
        offered[:, self._always] = True
        offered[:, self.sites] = (np.asarray(sets)[:, None] & self._bit[None, :]) != 0
        return offered

    def changes(self) -> Ints:
        """[N] sites that open or close against today."""
        today = int(self._bit[self._land.offered_today[self.sites, self._k]].sum())
        return np.asarray(np.bitwise_count(self._masks ^ today), np.int64)

    def beyond(self, max_minutes: float, reach: Reach, group: str | None) -> Floats:
        """[N] inhabitants of the region whose nearest offering site is beyond reach."""
        persons = self._land.inhabitants(group)
        near = self._land.within(max_minutes, reach)
        living = np.flatnonzero((persons > 0) & ~near[:, self._always].any(axis=1))
        within = near[np.ix_(living, self.sites)] @ self._bit if len(self.sites) else np.zeros(len(living), np.int64)
        beyond = np.zeros(self.count)
        for sites, number in zip(*_summed(within, persons[living]), strict=True):
            beyond += np.where(self._masks & sites, 0.0, number)
        return beyond

    def _send_everybody(self) -> None:
        land, k, t = self._land, self._k, self._t
        behaviour = land.behaviours[k]
        minutes = land.reach_minutes(Reach(behaviour.mode))
        for a in np.flatnonzero(land.demand[:, k, t] > 0):
            cases, inside = float(land.demand[a, k, t]), bool(land.area_in_region[a])
            order = np.argsort(minutes[a], kind="stable")
            first = self._first_open(order, np.isfinite(minutes[a]))
            reached = first < len(order)
            self.served &= reached
            nearest = np.append(order, self._always[:1] if len(self._always) else self.sites[:1])[first]
            far = np.where(reached, minutes[a][nearest], 0.0)
            if inside:
                np.maximum(self.worst, far, out=self.worst)
            if isinstance(behaviour, Nearest):
                self._send_to(nearest, far, cases, inside, reached)
                continue
            weight = self._weights(behaviour, int(a), minutes[a])
            total = self._total(weight)
            nobody = total <= FEWEST_WEIGHTS
            if isinstance(behaviour, Choice):
                self.exact &= not bool((nobody & reached).any())
            elif nobody.any():
                self._send_to(nearest, far, cases, inside, reached & nobody)
            self._spread(weight, np.where(nobody, np.inf, total), minutes[a], cases, inside)

    def _first_open(self, order: Ints, reachable: Bools) -> Ints:
        """[N] place in the area's order of the first open site, its length where none is."""
        rank = np.full(len(order), len(order))
        rank[order] = np.where(reachable[order], np.arange(len(order)), len(order))
        first = np.array([rank[self._always].min(initial=len(order))])
        for s in self.sites[::-1]:
            first = np.concatenate([first, np.minimum(first, rank[s])])
        return first

    def _send_to(self, site: Ints, minutes: Floats, cases: float, inside: bool, who: Bools) -> None:
        self._volume[self._masks[who], self._place[site[who]]] += cases
        if inside:
            self.travel[who] += cases * minutes[who]

    def _weights(self, behaviour: object, a: int, minutes: Floats) -> Floats:
        """[S] how strongly each site draws the area's patients while it is open."""
        land, k = self._land, self._k
        reachable = np.isfinite(minutes)
        if isinstance(behaviour, Choice):
            assert land.attraction is not None
            candidates = reachable & (land.may_offer[:, k] | land.always_open()[:, k])
            if not candidates.any():
                return np.zeros(len(minutes))
            pull = np.log(land.attraction[:, k]) - behaviour.weight_per_minute * np.where(reachable, minutes, 0.0)
            return np.where(candidates, np.exp(pull - pull[candidates].max()), 0.0)
        assert isinstance(behaviour, Observed)
        if land.observed_flows is None:
            return np.zeros(len(minutes))
        return np.where(reachable, land.observed_flows[a, :, k], 0.0)

    def _total(self, weight: Floats) -> Floats:
        """[N] sum of the weights of the open sites."""
        total = np.array([weight[self._always].sum()])
        for s in self.sites[::-1]:
            total = np.concatenate([total, total + weight[s]])
        return total

    def _spread(self, weight: Floats, total: Floats, minutes: Floats, cases: float, inside: bool) -> None:
        open_here = [(s, None) for s in self._always] + list(zip(self.sites, self._bit, strict=True))
        for s, bit in open_here:
            if weight[s] > 0:
                sent = cases * weight[s] / total
                if bit is not None:
                    sent = np.where(self._masks & bit, sent, 0.0)
                self._volume[:, self._place[s]] += sent
                if inside:
                    self.travel += sent * minutes[s]


def _summed(keys: Ints, amounts: Floats) -> tuple[Ints, Floats]:
    distinct, inverse = np.unique(keys, return_inverse=True)
    return distinct, np.bincount(inverse.ravel(), amounts, minlength=len(distinct)).astype(float)
