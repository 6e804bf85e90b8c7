"""Nearest patients as a prefix graph: the sites an area finds closed on its way to the first one open.

Let an area's sites stand in the order of its minutes (ties by site_id). For the set P of the first i of them let

    passed[P] = 1  if no site of P offers the care type, else 0

Then the area's patients go to the next site s exactly when passed[P] - passed[P + s] = 1, and with offers binary these rows say so, both ways:

    passed[P + s] >= passed[P] - offers[s]      passed[P + s] <= passed[P]      passed[P + s] <= 1 - offers[s]

``passed`` depends on the set alone, so areas share nodes whenever they have passed the same sites, in whatever order. A prefix ends where it cannot
be longer: at a site that is surely open, or when more sites would be closed than the policy allows (closing 2 of 83 needs no prefix of 3).
The relaxation is as strong as the radius formulation of the p-median problem (Garcia, Labbe & Marin 2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
ROOT = 0
"""The empty prefix: nothing passed, always 1."""
IMPOSSIBLE = -1
"""A prefix that no plan allows: always 0."""


@dataclass(frozen=True)
class CoverRow:
    """At least ``at_least`` of the sites in ``members`` [S] are open, by the policy's own rows."""

    members: Bools
    at_least: int

    @property
    def may_close(self) -> int:
        """How many of the members can be closed at once."""
        return int(self.members.sum()) - self.at_least


@dataclass(frozen=True)
class PrefixGraph:
    """Nodes are sets of passed sites (node 0 is empty), edges lead from a set to that set with one more site.

    E edges: ``parent`` and ``child`` nodes (child IMPOSSIBLE where the prefix ends), ``site``, ``cases`` [cases/year] of all areas that pass this edge,
    ``case_minutes`` [case-minutes/year] of those in the region. ``chains`` [A,depth] holds each area's edges in order, -1 beyond its end.
    """

    nodes: int
    passed_sites: Bools
    """[nodes,S] the set behind each node."""
    parent: Ints
    child: Ints
    site: Ints
    cases: Floats
    case_minutes: Floats
    chains: Ints


def prefix_graph(
    *,
    minutes: Floats,
    cases: Floats,
    weight: Floats,
    candidates: Bools,
    surely_open: Bools,
    covers: Sequence[CoverRow] = (),
) -> PrefixGraph:
    """The prefix graph of the areas with demand.

    ``minutes`` [A,S] (inf unreachable), ``cases`` [A], ``weight`` [A] the cases whose minutes count, ``candidates`` [S] sites that may be open,
    ``surely_open`` [S] sites that are. Areas must have cases > 0.
    """
    A, S = minutes.shape
    reachable = np.isfinite(minutes) & candidates
    order = np.argsort(np.where(reachable, minutes, np.inf), axis=1, kind="stable")
    length = reachable.sum(axis=1)
    node = np.zeros(A, np.int64)
    passed = np.zeros((A, S), bool)
    sets = [np.zeros((1, S), bool)]
    nodes = 1
    parts: list[tuple[Ints, Ints, Ints, Floats, Floats]] = []
    chains: list[Ints] = []
    active = np.flatnonzero(length > 0)
    edges = 0
    closed = np.zeros((A, len(covers)), np.int64)
    member = np.array([cover.members for cover in covers], bool).reshape(len(covers), S)
    may_close = np.array([cover.may_close for cover in covers], np.int64)
    for depth in range(S):
        if not active.size:
            break
        site = order[active, depth]
        passed[active, site] = True
        closed[active] += member[:, site].T
        _, first, edge = np.unique(node[active] * S + site, return_index=True, return_inverse=True)
        ends = (depth + 1 >= length[active]) | surely_open[site] | (closed[active] > may_close).any(axis=1)
        ends = (np.bincount(edge, ends) > 0)[edge]  # a set that one area cannot have passed, none can
        after = np.full(active.size, IMPOSSIBLE, np.int64)
        if not ends.all():
            going = active[~ends]
            packed = np.packbits(passed[going], axis=1)
            distinct, example, inverse = np.unique(
                packed.view(f"V{packed.shape[1]}").ravel(), return_index=True, return_inverse=True
            )
            sets.append(passed[going[example]])
            after[~ends] = nodes + inverse
            nodes += len(distinct)
        parts.append((
            node[active][first], after[first], site[first],
            _summed(edge, cases[active]), _summed(edge, weight[active] * minutes[active, site]),
        ))  # fmt: skip
        chain = np.full(A, -1)
        chain[active] = edges + edge
        chains.append(chain)
        edges += len(first)
        node[active] = after
        active = active[~ends]
    if not parts:
        none = np.zeros(0, np.int64)
        return PrefixGraph(1, sets[0], none, none, none, np.zeros(0), np.zeros(0), np.zeros((A, 0), np.int64))
    parent, child, at, through, travelled = (np.concatenate(part) for part in zip(*parts, strict=True))
    return PrefixGraph(nodes, np.vstack(sets), parent, child, at, through, travelled, np.column_stack(chains))


def _summed(group: Ints, amount: Floats) -> Floats:
    return np.bincount(group, amount).astype(float)
