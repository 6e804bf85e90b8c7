"""The kernel of a choice: which pairs it is about, so that they surely hold all cases, and which of them it takes as given."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.priced.policy import Policy

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
ROOM = 1.1
"""A kernel can hold so many times the cases."""
FILLED = 0.7
"""What is taken as given needs so much of the cases for its norms at most."""


def with_room(policy: Policy, kernel: Bools, may_open: Bools, often: Floats, worth: Floats) -> Bools:
    """The kernel [Q,S] with the next best pairs of ``may_open`` where it could hardly hold all cases of a stream."""
    enough = kernel.copy()
    for q, stream in enumerate(policy.streams):
        total = stream.cases.sum()
        most = np.where(may_open[q], np.maximum(policy.most[q], 0.0), 0.0)
        most[most >= total] = ROOM * total
        order = np.lexsort((worth[q], -often[q], ~kernel[q]))
        before = np.cumsum(most[order]) - most[order]
        enough[q, order] |= may_open[q, order] & (before < ROOM * total)
    return enough


def within_norms(policy: Policy, kept: Bools, worth: Floats) -> Bools:
    """Of the pairs [Q,S] that a choice would keep open only so many, the worthiest first, as their norms can be met for."""
    some = kept.copy()
    for q, stream in enumerate(policy.streams):
        least = np.where(kept[q], np.maximum(policy.least[q], 0.0), 0.0)
        order = np.lexsort((worth[q], ~kept[q]))
        some[q, order] &= np.cumsum(least[order]) <= FILLED * stream.cases.sum()
    return some
