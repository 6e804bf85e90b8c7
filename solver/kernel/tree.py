"""The tree: branching on whether any of some neighbouring sites is open, each node a linear program solved on from the last one.

Patients of an area go past its first few sites, or one of them is open: either side moves the bound far more than closing a single site, which a neighbour
replaces (the assignment radius of Garcia, Labbe & Marin 2011). Both sides of the few most undecided prefixes are solved; the one that moves most is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solver.warm_relaxation import Basis

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
WHOLE = 1e-6
"""How far from 0 and 1 a decision may be and count as made."""
LOOKED_AT = 4
"""Prefixes whose sides are solved before one is taken."""


@dataclass(order=True)
class Node:
    """Open questions under some decisions: ``lower`` and ``upper`` [offers], and the sets of which one site at least is open."""

    bound: float
    number: int
    lower: Floats = field(compare=False)
    upper: Floats = field(compare=False)
    one_of: frozenset[int] = field(compare=False)
    """Numbers of the sets."""
    offers: Floats = field(compare=False)
    """[offers] what its relaxation made of the decisions."""
    basis: Basis = field(compare=False)
    """Where its relaxation ended, or that of the node it is a side of: it is solved from there."""


def undecided(offers: Floats) -> bool:
    """Some decision is neither 0 nor 1."""
    return bool((np.minimum(offers, 1.0 - offers) > WHOLE).any())


def homes(prefixes: Ints, weight: Floats, count: int) -> Ints:
    """[offers] the group in whose list each site stands first, or as near to it as anywhere; the one of most cases where several are alike."""
    home = np.zeros(count, np.int64)
    best = np.full(count, np.inf)
    order = np.lexsort((-weight,))
    for place in range(prefixes.shape[1]):
        sites = prefixes[order, place]
        at = np.flatnonzero(sites >= 0)
        new, first = np.unique(sites[at], return_index=True)
        unknown = place < best[new]
        home[new[unknown]], best[new[unknown]] = order[at[first[unknown]]], place
        if np.isfinite(best).all():
            break
    return home


def most_undecided(prefixes: Ints, offers: Floats, free: Bools) -> list[frozenset[int]]:
    """The neighbourhoods of undecided sites that are nearest to half open, each a set of sites that some group meets first.

    ``prefixes`` [offers,m] for each site the list of its home group as positions among the offers, -1 where there is none; ``offers`` and ``free`` [offers].
    """
    away = np.abs(offers - 0.5)
    sites = np.flatnonzero(free & (away < 0.5 - WHOLE))
    found: list[frozenset[int]] = []
    if prefixes.shape[1] and len(sites):
        open_so_far = np.cumsum(np.append(offers, 0.0)[prefixes[sites]], axis=1)
        apart = np.where((open_so_far > WHOLE) & (open_so_far < 1.0 - WHOLE), np.abs(open_so_far - 0.5), np.inf)
        least = apart.min(axis=1)
        as_near = apart <= least[:, None] + WHOLE
        first, last = as_near.argmax(axis=1), apart.shape[1] - 1 - as_near[:, ::-1].argmax(axis=1)
        place = (first + last) // 2  # sites that are closed anyway, half to this side and half to that
        for i in np.argsort(least, kind="stable"):
            if not np.isfinite(least[i]) or len(found) == LOOKED_AT:
                break
            members = prefixes[sites[i], : place[i] + 1]
            chosen = frozenset(members[(members >= 0) & np.append(free, False)[members]].tolist())
            if chosen and chosen not in found:
                found.append(chosen)
    if not found:
        found += [frozenset({int(j)}) for j in sites[np.argsort(away[sites], kind="stable")]][:LOOKED_AT]
    return found
