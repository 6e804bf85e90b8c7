"""Sites that crowd each other out: nearest patients leave too few cases for all of them to reach their hard volume norm.

Let own[s | J] be the cases of s when the sites of J are open too: those of the areas that meet none of J, nor a site that is surely open, before s. More
open sites leave fewer, so where own[s | J] is below the norm of s the members of J + s are never all open:

    sum over J + s of offers <= |J|

written for J of one site, joined to cliques, and of two. The relaxation of the prefix graph, in which half a site needs half a norm, sees none of this: of
250 areas and 40 sites with a norm of a fifteenth of all cases HiGHS proved the optimum in 51 s and 74 nodes with them, and had no plan after 56 s without.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from solver.formulations.entries import NO_COLUMN, Rows
from solver.formulations.stage import Stage
from solver.model import Builder

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
BELOW = 1.0 - 1e-9
"""How far below the norm, relative, is too few."""
MOST_THREES = 2_000
"""Of more sets of three than this, those that miss the norm by most are written."""


def write_crowded(builder: Builder, stage: Stage, *, threes: bool) -> None:
    """Append the rows of a stage of nearest patients; sets of three sites only where told, for there are many to look through."""
    norm = hard_norms(stage)
    bearing = np.flatnonzero((norm > 0) & stage.candidates)
    if not len(bearing):
        return
    free = np.flatnonzero(stage.candidates & ~stage.surely_open)
    crowd = _Crowd(stage, free)
    pairs = crowd.pairs(norm, bearing)
    never = np.flatnonzero(pairs.diagonal())
    _at_most(builder, stage.column[free], [(int(f),) for f in never], 0.0)
    pairs[never] = pairs[:, never] = False
    _at_most(builder, stage.column[free], list(cliques(pairs)), 1.0)
    if threes:
        _at_most(builder, stage.column[free], crowd.threes(norm, bearing, pairs), 2.0)


def hard_norms(stage: Stage) -> Floats:
    """[S] the most that a hard row ``volume[s] >= norm * offers[s]`` asks of each site [cases/year]; 0 where none does."""
    face = stage.face
    norm = np.zeros(len(stage.column))
    of_volume = {column: s for s in range(len(norm)) if (column := stage.asked("volume", s)) is not None}
    for i in np.flatnonzero(np.diff(face.rows.indptr) == 2):
        span = slice(face.rows.indptr[i], face.rows.indptr[i + 1])
        by = dict(zip(face.rows.indices[span].tolist(), face.rows.data[span].tolist(), strict=True))
        for column, each in by.items():
            s = of_volume.get(column)
            limit = face.row_lower[i] if each > 0 else face.row_upper[i]
            if s is not None and limit == 0.0 and stage.column[s] != NO_COLUMN:
                norm[s] = max(norm[s], -by.get(int(stage.column[s]), 0.0) / each)
    return norm


def _at_most(builder: Builder, column: Ints, sets: Sequence[tuple[int, ...]], number: float) -> None:
    """At most so many of each set of free sites are open."""
    if sets:
        at = np.repeat(np.arange(len(sets)), [len(members) for members in sets])
        Rows(len(sets)).add(at, column[np.concatenate(sets)], 1.0).write(builder, -np.inf, number)


def cliques(pairs: Bools) -> Iterator[tuple[int, ...]]:
    """Sets of which any two are a pair [F,F], that hold every pair among them."""
    held = np.zeros_like(pairs)
    by_degree = np.argsort(-pairs.sum(axis=0), kind="stable")
    for i, j in np.argwhere(np.triu(pairs)):
        if held[i, j]:
            continue
        members = [int(i), int(j)]
        for other in by_degree:
            if other not in members and pairs[other, members].all():
                members.append(int(other))
        held[np.ix_(members, members)] = True
        yield tuple(sorted(members))


class _Crowd:
    """Who meets whom first, among the free sites of a stage."""

    def __init__(self, stage: Stage, free: Ints) -> None:
        self._stage, self._free = stage, free
        self._surely = np.flatnonzero(stage.surely_open)

    def _left(self, s: int) -> tuple[Floats, Bools]:
        """[n] the cases that s would have if only what is surely open were open too, and [F,n] whether a free site is met before s."""
        stage, here = self._stage, self._stage.minutes[:, s]
        reached = np.isfinite(here)
        if len(self._surely):
            reached &= ~self._before(here, s, self._surely).any(axis=0)
        return np.where(reached, stage.cases, 0.0), self._before(here, s, self._free)

    def _before(self, here: Floats, s: int, others: Ints) -> Bools:
        there = self._stage.minutes[:, others].T
        return np.asarray((there < here) | ((there == here) & (others < s)[:, None]))

    def pairs(self, norm: Floats, bearing: Ints) -> Bools:
        """[F,F] two free sites that are never both open; on the diagonal one that never is, for a surely open site needs its cases."""
        apart = np.zeros((len(self._free),) * 2, bool)
        for s in bearing:
            cases, before = self._left(int(s))
            short = self._own(int(s), cases) - before @ cases < BELOW * norm[s]
            here = np.flatnonzero(self._free == s)
            if len(here):
                short[here] = False
                apart[here] |= short
            else:
                apart |= np.diag(short)
        return apart | apart.T

    def _own(self, s: int, cases: Floats) -> float:
        return self._stage.external(s) + float(cases.sum())

    def threes(self, norm: Floats, bearing: Ints, pairs: Bools) -> list[tuple[int, ...]]:
        """Three free sites that are never all open while any two of them may be."""
        found: dict[tuple[int, ...], float] = {}
        for s in bearing:
            at = np.flatnonzero(self._free == s)
            if not len(at):
                continue
            here = int(at[0])
            cases, before = self._left(int(s))
            some = np.flatnonzero(cases)
            taken = (before[:, some] * np.sqrt(cases[some])).astype(np.float64)
            both = taken @ taken.T
            own = self._own(int(s), cases) - both.diagonal()[:, None] - both.diagonal() + both
            short = own < BELOW * norm[s] - 1e-9 * cases.sum()
            short &= ~(pairs | pairs[here] | pairs[here][:, None])
            short[here] = short[:, here] = False
            for i, j in np.argwhere(np.triu(short, 1)):
                members = tuple(sorted((here, int(i), int(j))))
                share = float(own[i, j] / norm[s])
                found[members] = min(share, found.get(members, np.inf))
        return sorted(found, key=lambda members: (found[members], members))[:MOST_THREES]
