"""Useful sites: the sites at which an area's patients may end up in some plan, nearest first, and the last resort behind them.

Patients go to the first open site in the order of their minutes (ties by site_id). An area's list ends at its last resort: a site that is surely open, the
site before which the policy does not let all others close, or the last one within reach, which must be open where all others are closed. Areas with the
same list and the same last resort behave as one and are merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.formulations.nearest import CoverRow

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Useful:
    """Groups of areas: G groups, at most m useful sites each."""

    site: Ints
    """[G,m] nearest first, -1 beyond the end of the list."""
    cost: Floats
    """[G,m] case-minutes of the region if the group goes there, never falling along the list; inf beyond its end."""
    last: Ints
    """[G] the last resort."""
    last_cost: Floats
    """[G] case-minutes if the group goes there."""
    cases: Floats
    """[G] cases/year, those of areas outside the region included."""
    group: Ints
    """[n] the group of each area."""

    @cached_property
    def length(self) -> Ints:
        """[G] how many useful sites there are before the last resort."""
        return np.asarray((self.site >= 0).sum(axis=1), np.int64)

    def table(self, columns: int) -> Floats:
        """[G,columns] case-minutes by site, at most those of the last resort."""
        table = np.repeat(self.last_cost[:, None], columns, axis=1)
        row, place = np.nonzero(self.site >= 0)
        table[row, self.site[row, place]] = self.cost[row, place]
        return table


def useful_sites(
    *,
    minutes: Floats,
    cases: Floats,
    weight: Floats,
    surely_open: Bools,
    covers: Sequence[CoverRow] = (),
) -> Useful:
    """The useful sites of areas that each reach at least one site.

    ``minutes`` [n,S] (inf where unreachable or never offered), ``cases`` [n] cases/year, ``weight`` [n] the cases whose minutes count,
    ``surely_open`` [S]. ``covers`` are rows of the policy that bound how many sites close.
    """
    n = len(minutes)
    order = np.argsort(minutes, axis=1, kind="stable")
    end = np.isfinite(minutes).sum(axis=1) - 1
    end = np.minimum(end, _first(surely_open[order]))
    for cover in covers:
        closed = np.cumsum(cover.members[order], axis=1)
        end = np.minimum(end, _first(closed > cover.may_close))
    m = int(end.max(initial=0))
    place = np.arange(m)
    within = place[None, :] < end[:, None]
    last = order[np.arange(n), end]
    lists = np.column_stack([np.where(within, order[:, :m], -1), last]).astype(np.int32)
    packed = np.ascontiguousarray(lists).view(f"V{lists.shape[1] * lists.itemsize}").ravel()
    _, first, group = np.unique(packed, return_index=True, return_inverse=True)
    group = group.ravel().astype(np.int64)
    added = sp.csr_array((np.ones(n), (group, np.arange(n))), shape=(len(first), n))
    near = np.take_along_axis(minutes, order[:, :m], axis=1)
    each = np.where(within, weight[:, None] * np.where(within, near, 0.0), 0.0)
    listed = within[first]
    return Useful(
        site=np.where(listed, order[first, :m], -1),
        cost=np.where(listed, np.maximum.accumulate(added @ each, axis=1) if m else each[first], np.inf),
        last=last[first],
        last_cost=np.asarray(added @ (weight * minutes[np.arange(n), last]), float),
        cases=np.asarray(added @ cases, float),
        group=group,
    )


def _first(claims: Bools) -> Ints:
    """[n] place of the first true claim in each row, past the end where there is none."""
    return np.asarray(np.where(claims.any(axis=1), claims.argmax(axis=1), claims.shape[1]), np.int64)
