"""The Lagrangian bound: what the policy costs at least when everybody's treatment and every shared row has a price.

    L(v, p) = sum over areas of v[a]  +  sum over priced rows r of p[r] * limit[r]
              + sum over pairs (s, stream) of the least of   0   and   offer's reduced cost + knapsack(s)
              + sum over other columns j of the least of reduced[j] * lower[j] and reduced[j] * upper[j]

    knapsack(s) = least of  sum over a of (cost[a,s] - v[a]) * share[a]   with   least[s] <= sum of cases[a] * share[a] <= most[s],   0 <= share <= 1

cost[a,s] holds what an area's trips cost with the prices of the rows that speak of travel and volumes. For any v and any p of the right sign L is at most the
cost of every plan, so that rounding may move a price but never a bound: ``Relaxed.safe`` takes off more than floating point can have added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.formulations.stage import NO_COLUMN
from solver.priced.policy import Policy
from solver.priced.streams import Stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
ROUNDING = 2e-12
"""More than the rounding of sums of some thousand terms, relative to the sum of their sizes."""


@dataclass(frozen=True)
class Prices:
    """What treating an area's patients earns, per stream [n], and what one more unit of each priced row's limit saves [R]."""

    areas: tuple[Floats, ...]
    rows: Floats


@dataclass(frozen=True)
class Relaxed:
    """L at some prices, and where it was reached.

    ``worth`` [Q,S] what offering a pair costs (negative: it pays); ``missed_areas`` per stream [n] 1 less what of the area is treated; ``missed_rows`` [R]
    limit less activity; ``columns`` [N] values of the face's columns there; ``size`` sum of the sizes of all terms.
    """

    value: float
    size: float
    worth: Floats
    open: Bools
    missed_areas: tuple[Floats, ...]
    missed_rows: Floats
    columns: Floats

    @property
    def safe(self) -> float:
        """The bound with rounding taken off."""
        return self.value - ROUNDING * self.size


class Pricing:
    """Evaluates L for one policy. Costs of trips are kept from one evaluation to the next while the prices of travel stay as they are."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._rows = policy.rows
        self._by_row = self._rows.T.tocsr()
        self._lower, self._upper = policy.model.row_lower[policy.priced], policy.model.row_upper[policy.priced]
        touched = np.diff(self._by_row.indptr) > 0
        self._travel_priced = [[bool(touched[column]) for column, _ in stream.quantities] for stream in policy.streams]
        self._kept: list[tuple[tuple[float, ...], Floats] | None] = [None] * len(policy.streams)
        other = np.ones(len(policy.model.cost), bool)
        other[policy.flow_columns] = False
        for stream in policy.streams:
            other[stream.offer[stream.offer != NO_COLUMN]] = False
        self._other = np.flatnonzero(other)

    def at(self, prices: Prices) -> Relaxed:
        """L, where it is reached and what is missed there."""
        policy, model = self.policy, self.policy.model
        p = self.signed(prices.rows)
        reduced = model.cost - self._by_row @ p
        limit = np.where(p > 0, self._lower, np.where(p < 0, self._upper, 0.0))
        terms = [p * limit, np.array([model.offset])]
        columns = np.zeros(len(reduced))
        low, high = reduced[self._other] * model.lower[self._other], reduced[self._other] * model.upper[self._other]
        columns[self._other] = np.where(low <= high, model.lower[self._other], model.upper[self._other])
        terms.append(np.minimum(low, high))
        worth = np.zeros(policy.least.shape)
        opened = np.zeros(worth.shape, bool)
        missed = []
        size = 0.0
        for q, stream in enumerate(policy.streams):
            v = prices.areas[q]
            terms.append(v)
            toll = np.where(stream.volume != NO_COLUMN, reduced[stream.volume], 0.0)
            ready = np.where(stream.offer != NO_COLUMN, reduced[stream.offer], 0.0) + toll * stream.external
            knapsack, chosen, magnitude = self._knapsacks(q, stream, reduced, v, ready)
            worth[q] = np.where(policy.may_open[q], ready + knapsack, 0.0)
            here = policy.may_open[q] & ((worth[q] < 0) | ~policy.may_close[q])
            opened[q] = here
            terms.append(worth[q][here])
            size += float(magnitude[here].sum())
            share = chosen.shares(here)
            missed.append(1.0 - share.sum(axis=0))
            self._fill(columns, stream, here, share, q)
        joined = np.concatenate(terms)
        activity = self._rows @ columns
        at_limit = np.where(p > 0, self._lower, np.where(p < 0, self._upper, self._nearest(activity)))
        return Relaxed(
            float(joined.sum()),
            float(np.abs(joined).sum()) + size,
            worth,
            opened,
            tuple(missed),
            at_limit - activity,
            columns,
        )

    def reduced(self, prices: Prices) -> Floats:
        """[N] what is left of each column's cost after the rows took their share."""
        return np.asarray(self.policy.model.cost - self._by_row @ self.signed(prices.rows))

    def signed(self, rows: Floats) -> Floats:
        """Prices of the rows with a sign that their limits allow, else 0."""
        p = np.where(np.isfinite(self._lower), rows, np.minimum(rows, 0.0))
        return np.where(np.isfinite(self._upper), p, np.maximum(p, 0.0))

    def _nearest(self, activity: Floats) -> Floats:
        """The value within its limits that is nearest to each row's activity: nothing is missed inside them."""
        return np.clip(activity, self._lower, self._upper)

    def cost(self, q: int, reduced: Floats) -> Floats:
        """[S,n] what all cases of an area cost at a site, without tolls on volume; inf where out of reach."""
        stream = self.policy.streams[q]
        rates = tuple(float(reduced[column]) for column, _ in stream.quantities)
        kept = self._kept[q]
        if kept is not None and kept[0] == rates:
            return kept[1]
        total = np.zeros(stream.reach.shape)
        for rate, (_, amount) in zip(rates, stream.quantities, strict=True):
            if rate:
                total += rate * amount
        total[~stream.reach] = np.inf
        self._kept[q] = rates, total
        return total

    def with_toll(self, q: int, reduced: Floats, sites: Bools, edge: Floats | None = None) -> Floats:
        """[S,n] what an area costs at a site with tolls on volume and what its room makes a case dearer, ``edge`` [S]; inf where out of reach or not among
        ``sites`` [S].
        """
        stream = self.policy.streams[q]
        toll = np.where(stream.volume != NO_COLUMN, reduced[stream.volume], 0.0) + (0.0 if edge is None else edge)
        cost = self.cost(q, reduced) + toll[:, None] * stream.cases[None, :]
        return np.where(sites[:, None] | (stream.constant[:, None] > 0), cost, np.inf)

    def edges(self, prices: Prices) -> Floats:
        """[Q,S] what the room at a pair, or its norm, makes a case there dearer (or cheaper) than its trip and tolls: 0 where neither binds."""
        policy, reduced = self.policy, self.reduced(prices)
        edge = np.zeros(policy.least.shape)
        for q, stream in enumerate(policy.streams):
            toll = np.where(stream.volume != NO_COLUMN, reduced[stream.volume], 0.0)
            each = (self.cost(q, reduced) - prices.areas[q][None, :]) / stream.cases[None, :] + toll[:, None]
            for s in np.flatnonzero(policy.may_open[q] & stream.reach.any(axis=1)):
                order = np.argsort(each[s])
                volume, ranked = np.cumsum(stream.cases[order]), each[s, order]
                gaining = np.searchsorted(ranked, 0.0)
                treated = volume[gaining - 1] if gaining else 0.0
                wanted = np.clip(treated, policy.least[q, s], policy.most[q, s])
                last = ranked[min(int(np.searchsorted(volume, wanted)), len(order) - 1)]
                if wanted != treated and np.isfinite(last):
                    edge[q, s] = -last
        return edge

    def _knapsacks(
        self, q: int, stream: Stream, reduced: Floats, v: Floats, ready: Floats
    ) -> tuple[Floats, _Chosen, Floats]:
        """[S] the knapsack of every site, what it holds, and the sum of the sizes of its terms.

        Where a site would stay closed if it could treat as many or as few as it liked, that is what is told: a bound from below.
        """
        least, most, cases = self.policy.least[q], self.policy.most[q], stream.cases
        toll = np.where(stream.volume != NO_COLUMN, reduced[stream.volume], 0.0)
        net = self.cost(q, reduced) - v[None, :]
        if toll.any():
            net += toll[:, None] * cases[None, :]
        held = net < 0
        value = np.minimum(net, 0.0).sum(axis=1)
        volume = held @ cases
        size = np.abs(v).sum() + np.abs(value)
        partly: dict[int, tuple[Ints, Floats]] = {}
        matters = self.policy.may_open[q] & ((ready + value < 0) | ~self.policy.may_close[q])
        for s in np.flatnonzero(matters & (volume > most)):
            value[s], partly[int(s)] = _filled(net[s], cases, np.flatnonzero(held[s]), most[s])
        for s in np.flatnonzero(matters & (volume < least)):
            value[s], partly[int(s)] = _filled(net[s], cases, _cheapest(net[s], cases, least[s]), least[s])
        return value, _Chosen(held, partly), size

    def _fill(self, columns: Floats, stream: Stream, here: Bools, share: Floats, q: int) -> None:
        at = np.flatnonzero(here)
        offered = at[stream.offer[at] != NO_COLUMN]
        columns[stream.offer[offered]] = 1.0
        volume = share @ stream.cases + stream.external[at]
        with_volume = stream.volume[at] != NO_COLUMN
        columns[stream.volume[at[with_volume]]] = volume[with_volume]
        for priced, (column, amount) in zip(self._travel_priced[q], stream.quantities, strict=True):
            if priced:
                columns[column] = float((amount[at] * share).sum())


@dataclass(frozen=True)
class _Chosen:
    """What the knapsacks hold: ``held`` [S,n] whole areas, but for some sites (areas, shares)."""

    held: Bools
    partly: dict[int, tuple[Ints, Floats]]

    def shares(self, here: Bools) -> Floats:
        """[open sites, n]."""
        at = np.flatnonzero(here)
        share = self.held[at].astype(float)
        for i, s in enumerate(at):
            if int(s) in self.partly:
                areas, part = self.partly[int(s)]
                share[i] = 0.0
                share[i, areas] = part
        return share


def _filled(net: Floats, cases: Floats, among: Ints, room: float) -> tuple[float, tuple[Ints, Floats]]:
    """The cheapest shares of some areas that fill a room exactly, by cost per case, and what they cost."""
    some, cost = cases[among], net[among]
    order = (cost / some).argsort()
    size = some[order]
    filled = size.cumsum()
    last = int(filled.searchsorted(room))
    order = order[: last + 1]
    share = np.ones(len(order))
    if last < len(size):
        share[-1] = max(0.0, (room - (filled[last] - size[last])) / size[last])
    return float(cost[order] @ share), (among[order], share)


def _cheapest(net: Floats, cases: Floats, room: float) -> Ints:
    """The areas that cost least per case, enough of them to fill a room."""
    each = net / cases
    n = len(each)
    count = 64
    while count < n:
        some = np.argpartition(each, count)[:count]
        if cases[some].sum() >= room:
            return np.asarray(some[np.isfinite(each[some])], np.int64)
        count *= 2
    return np.flatnonzero(np.isfinite(each))
