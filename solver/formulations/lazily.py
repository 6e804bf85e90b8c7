"""The body of nearest patients written lazily: rows that define travel and volumes are made when a solution misses them.

Let a group's useful sites be s[1], s[2], ... in order, with case-minutes c[1] <= c[2] <= ..., the last resort behind them (useful.py). Its travel is

    c[1] + span * share    with share between 0 and 1, and for every place k
    c[1] + span * share >= c[k] - sum over i < k of (c[k] - c[i]) * offers[s[i]]

(Benders cuts in closed form: Cornuejols, Nemhauser & Wolsey 1980; Magnanti & Wong 1981). Its patients are at site s[i] at most offers[s[i]], at most
1 - offers[s[j]] for every j < i, and at least offers[s[i]] - sum over j < i of offers[s[j]]; added up over groups, with the tightest choice for each,
these are the rows of volume[s]. With offers binary the rows together say exactly what the prefix graph says; a solution needs few of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.formulations.entries import NO_COLUMN, Rows
from solver.formulations.nearest import CoverRow
from solver.formulations.nearest_part import sent_to_nearest
from solver.formulations.stage import NotWritten, Stage, Trips
from solver.formulations.useful import useful_sites
from solver.model import Builder, Cuts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MISSED = 1e-7
"""By how much a row is missed before it is written, relative to its largest term."""
COVERED = 1.0 - 1e-9


class LazyPart:
    """Rows of one stage that are written when they are missed."""

    def __init__(self, builder: Builder, stage: Stage, covers: Sequence[CoverRow]) -> None:
        self.stage = stage
        reached = np.isfinite(stage.minutes).any(axis=1)
        if not reached.all():
            builder.add_rows([], [], [], 1.0, np.inf, count=1)  # somebody can reach no site at all: no plan
        self.areas = stage.areas[reached]
        self.useful = useful_sites(
            minutes=stage.minutes[reached],
            cases=stage.cases[reached],
            weight=stage.weight[reached],
            surely_open=stage.surely_open,
            covers=covers,
        )
        self.least = np.where(
            self.useful.length > 0, self.useful.cost[:, 0] if self.useful.site.shape[1] else 0.0, self.useful.last_cost
        )
        self.span = self.useful.last_cost - self.least
        self.travel = stage.asked("travel") if stage.used(stage.asked("travel")) else None
        self.share = np.full(len(self.span), NO_COLUMN)
        self._define_travel(builder)
        self._everybody_reaches_one(builder, np.isfinite(stage.minutes[reached]))
        self._volumes = [
            (s, volume)
            for s in range(len(stage.column))
            if (volume := stage.asked("volume", s)) is not None and stage.used(volume)
        ]

    @property
    def own(self) -> Ints:
        """Its columns of travel and volumes, which follow from the decisions."""
        travel = [] if self.travel is None else [self.travel]
        shares = self.share[self.share != NO_COLUMN].tolist()
        return np.array([*shares, *travel, *(volume for _, volume in self._volumes)], np.int64)

    @property
    def columns(self) -> Ints:
        """Every column that its rows may speak of: its own and the decisions."""
        return np.asarray(np.concatenate([self.own, self.stage.column[self.stage.column != NO_COLUMN]]), np.int64)

    def lists(self) -> tuple[Ints, Floats]:
        """[G,m] the decisions of each group's useful sites in order, NO_COLUMN beyond their end, and [G] its cases."""
        return np.append(self.stage.column, NO_COLUMN)[self.useful.site], self.useful.cases

    def flows(self, x: Floats) -> tuple[Ints, Ints, Floats] | None:
        """As of patients written as a prefix graph."""
        return sent_to_nearest(self.stage, x)

    def trips(self) -> Iterator[Trips]:
        """Trips one by one are not columns here. Raises NotWritten."""
        raise NotWritten("the longest trips are not written lazily: leave the formulation to choose")

    def missed(self, x: Floats) -> Cuts:
        """The rows that a solution of all columns misses, one for each group and for each side of a volume."""
        offered = self.offered(x)
        at = np.append(offered, 0.0)[self.useful.site]
        found = [self._missed_travel(x, at)] if self.travel is not None else []
        if self._volumes:
            found += self._missed_volumes(x, offered, at)
        return Cuts.joined(found) if found else Cuts.none(len(x))

    def completed(self, x: Floats) -> None:
        """Set the columns of travel and volumes to what the decisions in ``x``, which are 0 or 1, make of them."""
        useful = self.useful
        offered = self.offered(x) > 0.5
        there = np.append(offered, False)[useful.site]
        first = there.argmax(axis=1) if there.shape[1] else np.zeros(len(there), np.int64)
        group = np.arange(len(there))
        found = there.any(axis=1)
        site, cost = useful.last.copy(), useful.last_cost.copy()
        site[found], cost[found] = useful.site[group[found], first[found]], useful.cost[group[found], first[found]]
        if self.travel is not None:
            shared = self.share != NO_COLUMN
            x[self.share[shared]] = (cost - self.least)[shared] / self.span[shared]
            x[self.travel] = float(cost.sum())
        taken = np.bincount(site, useful.cases, minlength=len(offered))
        for s, volume in self._volumes:
            x[volume] = taken[s] + self.stage.external(s) * offered[s]

    def offered(self, x: Floats) -> Floats:
        """[S] how far each site offers the care type."""
        column = self.stage.column
        return np.where(column != NO_COLUMN, x[column], self.stage.constant)

    def travel_rows(self, group: Ints, place: Ints, columns: int) -> Cuts:
        """The rows of travel of some groups at some places of their lists."""
        useful = self.useful
        m = useful.site.shape[1]
        radius = self.cost_at(group, place)
        before = np.arange(m)[None, :] < place[:, None]
        drop = np.where(before, radius[:, None] - np.where(before, useful.cost[group], 0.0), 0.0)
        row, at = np.nonzero(drop > 0)
        n = len(group)
        rows = sp.coo_array(
            (
                np.r_[drop[row, at], self.span[group]],
                (
                    np.r_[row, np.arange(n)],
                    np.r_[self.stage.column[useful.site[group[row], at]], self.share[group]],
                ),
            ),
            shape=(n, columns),
        ).tocsr()
        return Cuts(sp.csr_array(rows), radius - self.least[group], np.full(n, np.inf), np.column_stack([group, place]))

    def rows_about(self, multipliers: Floats, columns: int) -> Cuts:
        """The two rows of travel of every group between whose places its multiplier [G] lies."""
        listed = (self.useful.cost <= multipliers[:, None] * (1 + 1e-12)).sum(axis=1)
        group = np.flatnonzero(self.share != NO_COLUMN)
        above = np.minimum(listed, self.useful.length)[group]
        below = above - 1
        far = below > 0
        return self.travel_rows(np.r_[group, group[far]], np.r_[above, below[far]], columns)

    def prices_of(self, multipliers: Floats) -> tuple[Ints, Floats]:
        """Multipliers [G] as what rows of travel cost: of the two places between which each lies the shares that average to it."""
        listed = (self.useful.cost <= multipliers[:, None] * (1 + 1e-12)).sum(axis=1)
        group = np.flatnonzero(self.share != NO_COLUMN)
        above = np.minimum(listed, self.useful.length)[group]
        below = np.maximum(above - 1, 0)
        low, high = self.cost_at(group, below), self.cost_at(group, above)
        share = np.clip((multipliers[group] - low) / np.where(high > low, high - low, 1.0), 0.0, 1.0)
        return np.r_[np.column_stack([group, above]), np.column_stack([group, below])], np.r_[share, 1.0 - share]

    def multipliers(self, of: Ints, prices: Floats) -> Floats:
        """[A] case-minutes of each area of the landscape that what its group's rows cost leave to it; they prove the bound of that relaxation.

        Where a group's share is 1 its rows may cost more than its travel, which the limit of the share gives back: what is too much is left out.
        """
        stage, useful = self.stage, self.useful
        row = np.searchsorted(stage.areas, self.areas)
        lists = np.where(useful.site >= 0, useful.site, useful.last[:, None])
        lists = np.column_stack([lists, useful.last])
        weight = stage.weight[row]
        nearest = weight * stage.minutes[row, lists[useful.group, 0]]
        left = nearest.copy()
        mine = (of[:, 0] >= 0) & (prices > 0)
        group, place, paid_for = of[mine, 0], of[mine, 1], prices[mine]
        paid_for = paid_for / np.maximum(np.bincount(group, paid_for, minlength=len(self.span)), 1.0)[group]
        by_group = sp.csr_array((paid_for, (group, place)), shape=(len(self.span), lists.shape[1]))
        paid = by_group[useful.group].tocoo()
        there = stage.minutes[row[paid.row], lists[useful.group[paid.row], paid.col]]
        np.add.at(left, paid.row, paid.data * (weight[paid.row] * there - nearest[paid.row]))
        told = np.zeros(len(stage.land.area_ids))
        told[self.areas] = left
        return told

    def of_groups(self, multipliers: Floats) -> Floats:
        """[G] the sums of multipliers [A] of the landscape's areas."""
        return np.asarray(np.bincount(self.useful.group, multipliers[self.areas], minlength=len(self.span)), float)

    def cost_at(self, group: Ints, place: Ints) -> Floats:
        """Case-minutes of some groups at some places of their lists, the last resort's at their ends."""
        ends = place >= self.useful.length[group]
        here = np.minimum(place, max(self.useful.site.shape[1] - 1, 0))
        listed = self.useful.cost[group, here] if self.useful.site.shape[1] else self.useful.last_cost[group]
        return np.where(ends, self.useful.last_cost[group], listed)

    def _define_travel(self, builder: Builder) -> None:
        if self.travel is None:
            return
        shared = np.flatnonzero(self.span > 0)
        if len(shared):
            self.share[shared] = builder.add_columns(0.0, 1.0, count=len(shared)) + np.arange(len(shared))
        row = Rows(1).add(0, self.travel, 1.0)
        row.add(np.zeros(len(shared), int), self.share[shared], -self.span[shared])
        row.write(builder, float(self.least.sum()), np.inf)

    def _everybody_reaches_one(self, builder: Builder, reach: Bools) -> None:
        """One row for every set of sites that is all some area can reach, where none of them is surely open."""
        bits = np.unique(np.packbits(reach[~(reach & self.stage.surely_open).any(axis=1)], axis=1), axis=0)
        if len(bits):
            sets = np.unpackbits(bits, axis=1, count=reach.shape[1])
            w, s = np.nonzero(sets)
            Rows(len(sets)).add(w, self.stage.column[s], 1.0).write(builder, 1.0, np.inf)

    def _missed_travel(self, x: Floats, at: Floats) -> Cuts:
        useful = self.useful
        count = len(at)
        group, here = np.nonzero(at)
        share = at[group, here]
        so_far = np.cumsum(share)
        so_far -= (so_far - share)[np.searchsorted(group, group)]
        place = useful.length.copy()
        full = np.flatnonzero(so_far >= COVERED)
        covered, first = np.unique(group[full], return_index=True)
        place[covered] = np.minimum(here[full[first]], place[covered])
        radius = self.cost_at(np.arange(count), place)
        near = here < place[group]
        group, here, share = group[near], here[near], share[near]
        needed = radius - np.bincount(group, (radius[group] - useful.cost[group, here]) * share, minlength=count)
        shared = self.share != NO_COLUMN
        now = self.least + self.span * np.where(shared, x[self.share], 0.0)
        bad = np.flatnonzero(shared & (radius > self.least) & (needed - now > MISSED * (radius - self.least)))
        return self.travel_rows(bad, place[bad], len(x))

    def _missed_volumes(self, x: Floats, offered: Floats, at: Floats) -> list[Cuts]:
        """Of every volume that somebody would like larger the row from above, smaller the row from below."""
        useful, face = self.useful, self.stage.face
        row, place = np.nonzero(useful.site >= 0)
        count = len(useful.last)
        group = np.r_[row, np.arange(count)]
        place = np.r_[place, useful.length]
        site = np.r_[useful.site[useful.site >= 0], useful.last]
        here = offered[site]
        here[len(row) :] = 1.0  # where all before it are closed, the last resort is open
        padded = np.column_stack([np.zeros(count), at])
        most = np.maximum.accumulate(padded, axis=1)[group, place]
        lead = np.maximum.accumulate(
            np.where(padded >= np.maximum.accumulate(padded, axis=1), np.arange(padded.shape[1]), 0), axis=1
        )[group, place]
        passed = np.cumsum(padded, axis=1)[group, place]
        found = []
        for s, volume in self._volumes:
            mine = np.flatnonzero(site == s)
            scale = MISSED * max(1.0, float(useful.cases[group[mine]].sum()))
            above = np.minimum(here[mine], 1.0 - most[mine])
            below = np.maximum(here[mine] - passed[mine], 0.0)
            outside = self.stage.external(s) * offered[s]
            cases = useful.cases[group[mine]]
            if face.wants_large[volume] and x[volume] > outside + cases @ above + scale:
                by_site = (here[mine] <= 1.0 - most[mine]) & (mine < len(row))
                found.append(self._volume_from_above(s, volume, group[mine], lead[mine], by_site, len(x)))
            if face.wants_small[volume] and x[volume] < outside + cases @ below - scale:
                taken = mine[below > 0]
                found.append(self._volume_from_below(s, volume, group[taken], place[taken], taken >= len(row), len(x)))
        return found

    def _volume_from_above(self, s: int, volume: int, group: Ints, lead: Ints, by_site: Bools, columns: int) -> Cuts:
        """volume[s] <= external + sum over groups of cases times offers[s], or times 1 - offers of a site before it."""
        cases = self.useful.cases[group]
        other = np.flatnonzero(~by_site & (lead > 0))
        always = float(cases[~by_site].sum())
        row = _Row().add(volume, 1.0)
        row.add(self.stage.column[s], -(self.stage.external(s) + float(cases[by_site].sum())), self.stage.constant[s])
        row.add(self.stage.column[self.useful.site[group[other], lead[other] - 1]], cases[other])
        return row.at_most(always, columns)

    def _volume_from_below(self, s: int, volume: int, group: Ints, place: Ints, resort: Bools, columns: int) -> Cuts:
        """volume[s] >= external + sum over groups of cases times offers[s] less the offers of all sites before it."""
        cases = self.useful.cases[group]
        before = np.arange(self.useful.site.shape[1])[None, :] < place[:, None]
        g, i = np.nonzero(before)
        row = _Row().add(volume, -1.0)
        row.add(self.stage.column[s], self.stage.external(s) + float(cases[~resort].sum()), self.stage.constant[s])
        row.add(self.stage.column[self.useful.site[group[g], i]], -cases[g])
        return row.at_most(-float(cases[resort].sum()), columns)


class _Row:
    """One row in the making; a term whose column is NO_COLUMN is a constant."""

    def __init__(self) -> None:
        self._column: list[Ints] = []
        self._value: list[Floats] = []
        self._known = 0.0

    def add(self, column: int | Ints, value: float | Floats, constant: float = 0.0) -> _Row:
        columns = np.atleast_1d(np.asarray(column, np.int64))
        values = np.broadcast_to(np.asarray(value, float), columns.shape)
        real = columns != NO_COLUMN
        self._column.append(columns[real])
        self._value.append(values[real])
        self._known += float(values[~real].sum()) * constant
        return self

    def at_most(self, limit: float, columns: int) -> Cuts:
        column, value = np.concatenate(self._column), np.concatenate(self._value)
        rows = sp.coo_array((value, (np.zeros(len(column), np.int64), column)), shape=(1, columns)).tocsr()
        return Cuts(
            sp.csr_array(rows), np.array([-np.inf]), np.array([limit - self._known]), np.array([[-1, -1]], np.int64)
        )
