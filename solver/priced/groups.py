"""Groups of areas that have nearly the same way to every site that matters to them: weighted k-means."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.priced.streams import Stream

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PASSES = 6
FAR = 3.0
"""What costs so many times what an area's treatment is worth is far, and far is far."""


def group_stream(stream: Stream, cost: Floats, worth: Floats | None, count: int, seed: int) -> Ints:
    """[n] the group of each area of a stream, at most ``count`` of them.

    ``cost`` [S,n] what all cases of an area cost at a site (inf out of reach); ``worth`` [n] what treating them is worth, if it is known by now.
    """
    each = cost / stream.cases[None, :]
    known = np.isfinite(each)
    if worth is None:
        place = np.sqrt(np.maximum(np.where(known, each, 1.5 * float(each[known].max(initial=1.0))), 0.0))
    else:
        place = np.minimum(each, FAR * np.maximum(worth / stream.cases, 1e-9)[None, :])
    return _clustered(np.ascontiguousarray(place.T), stream.cases, count, seed)


def _clustered(place: Floats, weight: Floats, count: int, seed: int) -> Ints:
    """[n] clusters of points ``place`` [n,d], each point counting for its weight."""
    n = len(place)
    if count >= n:
        return np.arange(n)
    rng = np.random.default_rng(seed)
    centre = place[np.sort(rng.choice(n, size=count, replace=False, p=weight / weight.sum()))]
    label = np.zeros(n, np.int64)
    for _ in range(PASSES):
        label = (np.square(centre).sum(axis=1)[None, :] - 2.0 * place @ centre.T).argmin(axis=1)
        held = np.bincount(label, weight, minlength=count)
        order = np.argsort(label, kind="stable")
        begins = np.searchsorted(label[order], np.flatnonzero(held))
        moved = np.add.reduceat(weight[order, None] * place[order], begins, axis=0)
        centre[held > 0] = moved / held[held > 0, None]
    return np.unique(label, return_inverse=True)[1].astype(np.int64)
