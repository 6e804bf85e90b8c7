"""A constructive start: a plan before the first linear program, from today's landscape mended step by step.

Patients go to the nearest open site; where a capacity is known and the planner may steer, those who lose least by it go on to the next site that has
room. A site below its norm closes, a breached limit is mended by the opening or closing that mends most. What comes out is only a beginning: the audit decides
whether it keeps every hard rule, and the solver improves on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.behaviours import Nearest, Steered
from solver.case import Case, Flows
from solver.formulations.face import CompiledFace
from solver.formulations.stage import NO_COLUMN, Stage
from solver.formulations.words import Asked
from solver.solved import Layout
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
WORTH_A_START = 100_000
"""Pairs of area and site from which a first plan of our own comes sooner than the solver's."""


def worth_a_start(case: Case) -> bool:
    """Large enough that the solver will be busy for a while before it has a plan."""
    return (
        sum(
            int((case.land.demand[:, k, :] > 0).sum()) * int(case.land.may_offer[:, k].sum())
            for k in range(len(case.land.care_types))
        )
        > WORTH_A_START
    )


def constructive_start(
    case: Case, face: CompiledFace, watch: Watch, *, seconds: float, begin: Bools | None = None
) -> Layout | None:
    """A layout for nearest and steered care types, or None where a behaviour is not theirs.

    What others require comes first, and each care type keeps the rows that speak of it and of those before it. The layout may still break rules all
    the same. ``begin`` [S,K,T] are offers to begin with in place of today's.
    """
    land = case.land
    if not all(isinstance(behaviour, Nearest | Steered) for behaviour in land.behaviours):
        return None
    _, S, K, T = land.shape
    offered = np.zeros((S, K, T), bool)
    flows = []
    until = watch.seconds + seconds
    for t in range(T):
        for k in _required_first(face, K):
            stage = Stage.of(land, face, k, t, face.lower, face.upper)
            mending = _Mending(stage, watch, until, None if begin is None else begin[:, k, t])
            offered[:, k, t] = mending.open
            face = _given(face, stage, mending)
            if isinstance(land.behaviours[k], Steered):
                area, site = np.nonzero(mending.share > 0)
                cases = mending.share[area, site] * stage.cases[area]
                flows.append(Flows(stage.areas[area], site, np.full(len(area), k), np.full(len(area), t), cases))
    return Layout(offered, Flows.joined(flows))


def _required_first(face: CompiledFace, care_types: int) -> list[int]:
    """The care types, those that others ask something of before those that ask."""
    of = np.full(face.rows.shape[1], -1)
    for (_, k, _), column in face.offers.items():
        of[column] = k
    asks = np.zeros((care_types, care_types), bool)
    for i in np.flatnonzero(np.diff(face.rows.indptr) > 1):
        span = slice(face.rows.indptr[i], face.rows.indptr[i + 1])
        who, sign = of[face.rows.indices[span]], face.rows.data[span]
        if (who >= 0).all() and np.isfinite(face.row_upper[i]) and face.row_upper[i] <= 0:
            asks[np.ix_(who[sign > 0], who[sign < 0])] = True
    np.fill_diagonal(asks, False)
    depth = np.zeros(care_types, int)
    for _ in range(care_types):
        depth = np.where(asks, depth[None, :] + 1, 0).max(axis=1, initial=0).clip(max=care_types)
    return sorted(range(care_types), key=lambda k: (depth[k], k))


def _given(face: CompiledFace, stage: Stage, mending: _Mending) -> CompiledFace:
    """The face with what a stage offers and treats as given."""
    lower, upper = face.lower.copy(), face.upper.copy()
    external = np.where(mending.open, stage.land.external[:, stage.k, stage.t], 0.0)
    volume = stage.cases @ mending.share + external
    for s, column in enumerate(stage.column):
        if column != NO_COLUMN:
            lower[column] = upper[column] = float(mending.open[s])
        if (treated := stage.asked("volume", s)) is not None:
            lower[treated] = upper[treated] = volume[s]
    return replace(face, lower=lower, upper=upper)


@dataclass(frozen=True)
class _Score:
    """How far the hard rows are missed (relative to their limits), then case-minutes."""

    missed: float
    travel: float

    def better_than(self, other: _Score) -> bool:
        return (round(self.missed, 9), self.travel) < (round(other.missed, 9), other.travel)


class _Mending:
    """One stage, from today's offers downhill."""

    def __init__(self, stage: Stage, watch: Watch, until: float, begin: Bools | None = None) -> None:
        self._stage, self._watch, self._until = stage, watch, until
        land = stage.land
        self._rows = _OwnRows(stage)
        self._steered = isinstance(land.behaviours[stage.k], Steered)
        capacity = land.capacity[:, stage.k, stage.t]
        self._room = capacity if self._steered and np.isfinite(capacity).any() else None
        self._within_reach = np.where(np.isfinite(stage.minutes), stage.minutes, 0.0)
        self._nearest_first = np.argsort(stage.minutes, axis=1, kind="stable")
        begin = land.offered_today[:, stage.k] if begin is None else begin
        self.open = begin & stage.candidates | stage.surely_open
        if not self.open.any():
            self.open = stage.candidates.copy()
        self.share, self._score = self._tried(self.open)
        self._descend()

    def _descend(self) -> None:
        while self._score.missed > 0 and self._watch.seconds < self._until and not self._watch.stopped:
            best: tuple[_Score, Bools, Floats] | None = None
            for s in self._by_promise():
                if self._watch.seconds > self._until:
                    break
                trial = self.open.copy()
                trial[s] = not trial[s]
                if not trial.any():
                    continue
                share, score = self._tried(trial)
                if score.better_than(self._score) and (best is None or score.better_than(best[0])):
                    best = score, trial, share
                    if score.missed < self._score.missed * 0.9:
                        break
            if best is None:
                return
            self._score, self.open, self.share = best

    def _by_promise(self) -> Ints:
        """Sites worth turning, the smallest open ones first."""
        stage = self._stage
        volume = stage.cases @ self.share
        movable = stage.candidates & ~stage.surely_open & (stage.column != NO_COLUMN)
        order = np.argsort(np.where(self.open, volume, np.inf), kind="stable")
        return np.asarray(order[movable[order]], np.int64)

    def _tried(self, open_sites: Bools) -> tuple[Floats, _Score]:
        stage = self._stage
        minutes = np.where(open_sites, stage.minutes, np.inf)
        share = self._nearest(minutes) if self._room is None else self._with_room(minutes, open_sites)
        volume = stage.cases @ share + np.where(open_sites, stage.land.external[:, stage.k, stage.t], 0.0)
        travel = float(np.einsum("n,ns,ns->", stage.weight, self._within_reach, share))
        unserved = float(stage.cases[~share.any(axis=1)].sum())
        return share, _Score(self._rows.missed(open_sites, volume, travel) + 10 * unserved, travel)

    def _nearest(self, minutes: Floats) -> Floats:
        share = np.zeros(minutes.shape)
        rows = np.flatnonzero(np.isfinite(minutes).any(axis=1))
        share[rows, minutes[rows].argmin(axis=1)] = 1.0
        return share

    def _with_room(self, minutes: Floats, open_sites: Bools) -> Floats:
        """Nearest first; where a site overflows, those whose next site is hardly further go on."""
        stage = self._stage
        assert self._room is not None
        room = np.where(
            open_sites, self._room - np.where(open_sites, stage.land.external[:, stage.k, stage.t], 0.0), 0.0
        ).clip(min=0.0)
        order = self._nearest_first[open_sites[self._nearest_first]].reshape(len(minutes), -1)
        reach = np.isfinite(minutes).sum(axis=1)
        share = np.zeros(minutes.shape)
        at = np.zeros(len(minutes), int)
        waiting = stage.cases.copy()
        while True:
            going = np.flatnonzero((waiting > 1e-9 * np.maximum(stage.cases, 1e-9)) & (at < reach))
            if not going.size:
                return share
            site = order[going, at[going]]
            here = minutes[going, site]
            following = np.where(
                at[going] + 1 < reach[going], order[going, np.minimum(at[going] + 1, order.shape[1] - 1)], -1
            )
            regret = np.where(following >= 0, minutes[going, following] - here, np.inf)
            rank = np.lexsort((going, -regret, site))
            going, site = going[rank], site[rank]
            before = _running_before(site, waiting[going])
            taken = np.clip(room[site] - before, 0.0, waiting[going])
            share[going, site] += taken / stage.cases[going]
            waiting[going] -= taken
            np.subtract.at(room, site, taken)
            room = room.clip(min=0.0)
            at[going] += 1


def _running_before(group: Ints, amount: Floats) -> Floats:
    """Sum of the amounts before each one within its group; groups stand together."""
    total = np.cumsum(amount) - amount
    starts = np.r_[True, group[1:] != group[:-1]]
    return total - np.repeat(total[starts], np.diff(np.r_[np.flatnonzero(starts), len(group)]))


class _OwnRows:
    """The face's rows that speak of one stage alone: who offers, how much, how far."""

    def __init__(self, stage: Stage) -> None:
        face = stage.face
        S = len(stage.column)
        position = {int(column): s for s, column in enumerate(stage.column) if column != NO_COLUMN}
        for s in range(S):
            if (volume := face.asked.get(Asked("volume", stage.k, stage.t, s=s))) is not None:
                position[volume] = S + s
        if (travel := face.asked.get(Asked("travel", stage.k, stage.t))) is not None:
            position[travel] = 2 * S
        constant = {int(c): face.lower[c] for c in np.flatnonzero(face.lower == face.upper) if int(c) not in position}
        entries = face.rows.tocoo()
        known = np.isin(entries.col, np.array([*position, *constant], int))
        foreign = np.bincount(entries.row[~known], minlength=face.rows.shape[0]) > 0
        speaks = np.bincount(entries.row[np.isin(entries.col, list(position))], minlength=face.rows.shape[0]) > 0
        own = np.flatnonzero(~foreign & speaks)
        rows = face.rows[own]
        columns = np.array([position.get(int(c), 2 * S + 1) for c in rows.indices], int)
        values = rows.data.copy()
        for i, c in enumerate(rows.indices):
            if int(c) not in position:
                values[i] *= constant[int(c)]
        self._matrix = sp.csr_array((values, columns, rows.indptr), shape=(len(own), 2 * S + 2))
        self._lower, self._upper = face.row_lower[own], face.row_upper[own]
        largest = abs(self._matrix).max(axis=1).toarray().ravel() if len(own) else np.zeros(0)
        ends = [np.where(np.isfinite(end), np.abs(end), 0.0) for end in (self._lower, self._upper)]
        self._size = np.maximum.reduce([np.ones(len(own)), largest, *ends])

    def missed(self, open_sites: Bools, volume: Floats, travel: float) -> float:
        """By how much the rows are missed, each relative to its limit or, where that is on the other side, to its largest figure."""
        at = self._matrix @ np.r_[open_sites, volume, travel, 1.0]
        below, above = np.maximum(self._lower - at, 0.0), np.maximum(at - self._upper, 0.0)
        missed = (np.where(np.isfinite(below), below, 0.0) + np.where(np.isfinite(above), above, 0.0)) / self._size
        return float(missed[missed > 1e-9].sum())
