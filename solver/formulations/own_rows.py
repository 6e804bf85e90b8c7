"""Rows that speak of one pair alone: how many cases a site treats where it offers the care type, and whether it may or must."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.formulations.stage import NO_COLUMN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class OwnRows:
    """What the rows of single pairs say. M rows, Q stages, S sites.

    ``stage`` [M] whose pair a row speaks of alone, -1 for every other row; ``least``, ``most`` [Q,S] cases/year where the pair is offered, those from outside
    the data counted; ``may_open``, ``may_close`` [Q,S].
    """

    stage: Ints
    least: Floats
    most: Floats
    may_open: Bools
    may_close: Bools

    @classmethod
    def of(cls, rows: sp.csr_array, low: Floats, high: Floats, offer: Ints, volume: Ints) -> OwnRows:
        """Read the rows [M,N] between ``low`` and ``high``; ``offer``, ``volume`` [Q,S] are columns, NO_COLUMN where there is none."""
        m, n = rows.shape
        stages, S = offer.shape
        pairs = stages * S
        pair, is_volume = np.full(n, -1), np.zeros(n, bool)
        for columns in (offer, volume):
            pair[columns[columns != NO_COLUMN]] = np.flatnonzero(columns.ravel() != NO_COLUMN)
        is_volume[volume[volume != NO_COLUMN]] = True
        row = np.repeat(np.arange(m), np.diff(rows.indptr))
        first, last = np.full(m, pairs), np.full(m, -2)
        np.minimum.at(first, row, pair[rows.indices])
        np.maximum.at(last, row, pair[rows.indices])
        own = (first == last) & (first >= 0)
        of_volume = is_volume[rows.indices]
        per_case = np.bincount(row[of_volume], rows.data[of_volume], minlength=m)[own]
        when_open = np.bincount(row[~of_volume], rows.data[~of_volume], minlength=m)[own]
        at, low, high = first[own], low[own], high[own]
        slack = 1e-9 * np.maximum.reduce(
            [np.ones(len(at)), *(np.where(np.isfinite(e), abs(e), 0.0) for e in (low, high))]
        )
        least, most = np.zeros(pairs), np.full(pairs, np.inf)
        may_open, may_close = np.ones(pairs, bool), np.ones(pairs, bool)
        np.logical_and.at(may_close, at, (low <= slack) & (high >= -slack))
        alone = per_case == 0.0
        fits = (low - slack <= when_open) & (when_open <= high + slack)
        np.logical_and.at(may_open, at[alone], fits[alone])
        counted = ~alone
        ends = np.array([low - when_open, high - when_open])[:, counted] / per_case[counted]
        np.maximum.at(least, at[counted], ends.min(axis=0, initial=np.inf))
        np.minimum.at(most, at[counted], ends.max(axis=0, initial=-np.inf))
        shaped = (x.reshape(stages, S) for x in (least, most, may_open, may_close))
        return cls(np.where(own, first // S, -1), *shaped)
