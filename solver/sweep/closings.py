"""Closings in order of travel: one search for a whole sweep of a volume norm where patients go to the nearest site.

With more sites closed nobody travels less, so with everything open that is not yet decided a plan travels no more than any plan it leads to. The search keeps
half-decided plans in order of such a bound; the first whose sites all have more cases than the norm is the best plan there is, and stays so up to its smallest
volume. Then the norm is raised to that volume and the same search goes on: what was closed for a lower norm stays considered, nothing is solved twice.

A site s below the norm closes, or gains patients; an area comes to s only when every site before s in its order has closed. So of ``ways[s]``, s itself and a
few neighbours that meet every such order, at least one closes. The search branches on which is the first, and the bound adds up what that must cost:

    travel + sum over sites s below the norm of price[s],    sum over s with r in ways[s] of price[s] <= cost of closing r alone, for every site r

valid because closing several sites costs at least the sum of what each costs alone.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from solver.answer import Answering
from solver.behaviours import Nearest
from solver.case import Case, Flows
from solver.in_order import SLACK
from solver.landscape import Reach
from solver.rule import Rule
from solver.solved import Layout
from solver.sweep.limit import Limit
from solver.sweep.steps import Step
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MOST_NODES = 30_000
"""Half-decided plans looked at between two steps before another way is taken."""
ROUNDING = 1e-7
"""Volumes this close, relative, are told apart by the audit."""


@dataclass(frozen=True)
class Node:
    """A half-decided plan: ``open`` [S] what is not closed, ``kept`` [S] what is decided to stay open."""

    open: Bools
    kept: Bools
    near: NDArray[np.int16]
    """[A] the nearest open site."""
    travel: float
    """Case-minutes with everything open that is not closed: no plan from here travels less."""
    neighbours: Mapping[int, tuple[int, ...]]
    """Site -> open sites of which each area's order has one before it, unless it has one that is kept; those known so far."""


def fits(limit: Limit) -> bool:
    """One care type in one period, patients to the nearest, least travel first, and no rule that closing a site could mend but the norm itself."""
    case = limit.case
    land, rules = case.land, limit.lever.rules
    _, _, K, T = land.shape
    if (K, T) != (1, 1) or not isinstance(land.behaviours[0], Nearest) or len(rules) != 1:
        return False
    norm = rules[0].model_dump(exclude_none=True)
    plain = norm["rule"] == "volume_norm" and norm.get("bearer", "site") == "site" and "years_averaged" not in norm
    firsts = [objective.model_dump()["objective"] for objective in case.objectives[:1]]
    exact = all(objective.tolerance == 0 for objective in case.objectives)
    return (
        plain and limit.lever.field == "at_least" and firsts == ["travel_time"] and exact
        and bool(rules[0].periods) and norm.get("at_most") is None
        and all(_closing_never_mends(rule, case) for rule in limit.others() if rule.hardness == "hard")
        and not any(rule.hardness == "soft" for rule in case.rules)
    )  # fmt: skip


def _closing_never_mends(rule: Rule, case: Case) -> bool:
    """Once such a rule is broken it stays broken, whatever else closes; locks are decided beforehand."""
    fields = rule.model_dump(exclude_none=True)
    match fields["rule"]:
        case "lock" | "access_norm" | "backup":
            return True
        case "site_count":
            return "exactly" not in fields and "at_most" not in fields
        case "capacity":
            return bool(np.isinf(case.land.capacity).all())
        case _:
            return False


class Closings:
    """The search, going on from step to step."""

    def __init__(self, answering: Answering, limit: Limit, watch: Watch) -> None:
        case = limit.case
        land = case.land
        self._answering, self._limit, self._watch, self._land = answering, limit, watch, land
        self._minutes = land.reach_minutes(Reach(land.behaviours[0].mode))
        self._areas = np.flatnonzero(land.demand[:, 0, 0] > 0)
        self._cases = land.demand[self._areas, 0, 0]
        self._weight = np.where(land.area_in_region[self._areas], self._cases, 0.0)
        self._minutes = self._minutes[self._areas]
        self._external = land.external[:, 0, 0]
        self._bound = land.choosable()[:, 0]
        self._queue: list[tuple[float, int, Node]] = []
        self._number = count()
        decided = ("capacity", "lock")
        self._counted = [r for r in limit.others() if r.hardness == "hard" and r.model_dump()["rule"] not in decided]
        root = self._root()
        if root is not None:
            self._push(root)

    def steps(self, loose: float) -> Iterator[Step]:
        """Steps from a value towards the strict end; ends early when the search grows too large."""
        limit = self._limit
        while limit.stricter(limit.strict, loose):
            found = self._best(loose)
            if found is None:
                return
            best, ties = found
            if best is None:
                yield Step(loose, None, "infeasible")
                return
            layout, values, borne = best
            strict = limit.clipped(borne)
            self._watch.report("solving", value=values[0], note=f"the limit at {strict:g}")
            yield Step(loose, strict, "optimal", layout, values)
            for node in ties:
                self._push(node)
            loose = strict

    def _best(self, loose: float) -> tuple[tuple[Layout, tuple[float, ...], float] | None, list[Node]] | None:
        """The best plan that bears more than ``loose``, and the nodes to go on from; None when there are too many nodes."""
        found: list[tuple[Layout, tuple[float, ...], float]] = []
        ties: list[Node] = []
        looked_at = 0
        while self._queue:
            bound = self._queue[0][0]
            if found and bound > found[0][1][0] + SLACK * max(1.0, abs(found[0][1][0])):
                break
            looked_at += 1
            if looked_at > MOST_NODES or len(self._queue) > MOST_NODES or self._watch.over:
                return None
            node = heapq.heappop(self._queue)[2]
            below = self._below(node, loose)
            if below.size:
                self._look_into(node, below, bound, loose)
                continue
            layout = Layout(node.open[:, None, None], Flows.none())
            borne = self._limit.borne(self._answering, layout)
            if borne is None or not self._limit.stricter(borne, loose):
                self._look_into(node, self._smallest(node), bound, loose)
                continue
            ties.append(node)
            values = tuple(float(line["value"]) for line in self._answering.audited(layout).objectives)
            found.append((layout, values, borne))
        return (min(found, key=lambda one: one[1]), ties) if found else (None, ties)

    def _look_into(self, node: Node, below: Ints, bound: float, loose: float) -> None:
        """Branch on a node, or put it back where its own bound belongs."""
        if any(node.kept[s] and self._most(node, int(s)) <= loose * (1 - ROUNDING) for s in below):
            return
        alone = self._alone(node)
        ways: dict[int, list[int]] = {}
        neighbours = dict(node.neighbours)
        for s in map(int, below):
            if s not in neighbours:
                neighbours[s] = self._neighbours(node, s)
            free = [r for r in (s, *neighbours[s]) if node.open[r] and not node.kept[r] and np.isfinite(alone[r])]
            if not free:
                return
            ways[s] = sorted(free, key=lambda r: float(alone[r]))
        left = alone.copy()
        total = 0.0
        for s in sorted(ways, key=lambda s: len(ways[s])):
            price = float(left[ways[s]].min())
            left[ways[s]] -= price
            total += price
        known = replace(node, neighbours=neighbours)
        own = node.travel + total * (1 - ROUNDING)
        if own > bound + ROUNDING * max(1.0, abs(bound)):
            heapq.heappush(self._queue, (own, next(self._number), known))
            return
        turn = max(ways, key=lambda s: float(alone[ways[s][0]]))
        kept = node.kept.copy()
        for r in ways[turn]:
            child = self._closed(replace(known, kept=kept.copy()), r)
            if child is not None:
                heapq.heappush(self._queue, (max(bound, child.travel), next(self._number), child))
            kept[r] = True

    def _alone(self, node: Node) -> Floats:
        """[S] case-minutes that closing a site would add, inf where it may not close or somebody would reach nobody."""
        minutes = np.where(node.open, self._minutes, np.inf)
        rows = np.arange(len(self._areas))
        first = minutes[rows, node.near]
        minutes[rows, node.near] = np.inf
        second = minutes.min(axis=1)
        lost = np.isinf(second)
        more = np.where(lost, 0.0, self._weight * (np.where(lost, 0.0, second) - first))
        alone = np.bincount(node.near, more, minlength=len(node.open)).astype(float)
        alone[node.near[lost]] = np.inf
        return np.where(node.open & ~node.kept & self._bound, alone, np.inf)

    def _neighbours(self, node: Node, s: int) -> tuple[int, ...]:
        """Sites that together meet the order of every area that might come to s, the most useful first."""
        here = self._minutes[:, [s]]
        before = (self._minutes < here) | ((self._minutes == here) & (np.arange(len(node.open)) < s))
        before &= node.open
        before[:, s] = False
        might = np.isfinite(here[:, 0]) & ~(before & node.kept).any(axis=1) & before.any(axis=1)
        order = before[might]
        chosen: list[int] = []
        while len(order):
            r = int(order.sum(axis=0).argmax())
            chosen.append(r)
            order = order[~order[:, r]]
        return tuple(chosen)

    def _below(self, node: Node, loose: float) -> Ints:
        """Sites that bear the norm and do not have more cases than ``loose``, smallest first."""
        volume = self._volume(node)
        below = np.flatnonzero(node.open & self._bound & (volume <= loose + ROUNDING * max(1.0, loose)))
        close = below[volume[below] > loose - ROUNDING * max(1.0, loose)]
        if close.size == below.size and close.size and not self._really_below(node, loose):
            return np.zeros(0, np.int64)
        return np.asarray(below[np.argsort(volume[below], kind="stable")], np.int64)

    def _really_below(self, node: Node, loose: float) -> bool:
        borne = self._limit.borne(self._answering, Layout(node.open[:, None, None], Flows.none()))
        return borne is None or not self._limit.stricter(borne, loose)

    def _smallest(self, node: Node) -> Ints:
        volume = np.where(node.open & self._bound, self._volume(node), np.inf)
        return np.array([int(volume.argmin())])

    def _volume(self, node: Node) -> Floats:
        volume = np.bincount(node.near, self._cases, minlength=len(self._external))
        return np.asarray(volume + np.where(node.open, self._external, 0.0), float)

    def _most(self, node: Node, s: int) -> float:
        """Cases of site s if all that is not decided closed."""
        others = node.kept.copy()
        others[s] = False
        rival = np.where(others, self._minutes, np.inf).min(axis=1)
        first = np.flatnonzero(others)
        here = self._minutes[:, s]
        tied = np.zeros(len(here), bool)
        for other in first[first < s]:
            tied |= self._minutes[:, other] == here
        comes = np.isfinite(here) & (here <= rival) & ~((here == rival) & tied)
        return float(self._cases[comes].sum() + self._external[s])

    def _closed(self, node: Node, s: int) -> Node | None:
        """The node with one more site closed; None when somebody then reaches nobody or another rule breaks."""
        still = node.open.copy()
        still[s] = False
        moving = np.flatnonzero(node.near == s)
        minutes = np.where(still, self._minutes[moving], np.inf)
        to = minutes.argmin(axis=1)
        there = minutes[np.arange(len(moving)), to]
        if np.isinf(there).any():
            return None
        near = node.near.copy()
        near[moving] = to
        weight = self._weight[moving]
        travel = node.travel + float(weight @ (there - self._minutes[moving, s]))
        known = {site: sites for site, sites in node.neighbours.items() if s not in sites and site != s}
        child = Node(still, node.kept, near, travel, known)
        return child if self._others_hold(child) else None

    def _others_hold(self, node: Node) -> bool:
        if not self._counted:
            return True
        rows = self._answering.audited(Layout(node.open[:, None, None], Flows.none())).rows
        ids = {rule.id for rule in self._counted}
        return all(row.holds for row in rows if row.rule in ids)

    def _root(self) -> Node | None:
        """Everything open that no lock closes; None when the locks, or the rules that closing only worsens, leave no plan."""
        land = self._land
        still = land.choosable()[:, 0] | land.always_open()[:, 0]
        kept = land.always_open()[:, 0].copy()
        closed = np.zeros(len(still), bool)
        for rule in self._limit.others():
            if rule.hardness == "hard" and _is_lock(rule) and rule.periods:
                fields = rule.model_dump()
                s = land.site_ids.index(fields["site"])
                state = {"open": True, "closed": False, "as_today": bool(land.offered_today[s, 0])}[fields["state"]]
                if not land.site_in_region[s]:
                    continue
                (kept if state else closed)[s] = True
        if (kept & (closed | ~still)).any():
            return None
        still &= ~closed
        minutes = np.where(still, self._minutes, np.inf)
        if np.isinf(minutes).all(axis=1).any():
            return None
        near = minutes.argmin(axis=1).astype(np.int16)
        travel = float(self._weight @ minutes[np.arange(len(near)), near])
        root = Node(still, kept, near, travel, {})
        return root if self._others_hold(root) else None

    def _push(self, node: Node) -> None:
        heapq.heappush(self._queue, (node.travel, next(self._number), node))


def _is_lock(rule: Rule) -> bool:
    return str(rule.model_dump()["rule"]) == "lock"
