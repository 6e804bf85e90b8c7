"""Branching: what cutting leaves open is decided both ways, the node of least bound first, until no open node could hold a better plan."""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solver.kernel.cutting import Cutting
from solver.kernel.standing import NOISE, Standing, TimeIsUp
from solver.kernel.tree import WHOLE, Node, homes, most_undecided, undecided
from solver.model import Cuts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Branching:
    """The tree over the decisions [F] that a relaxation, cut until it misses nothing, left free."""

    def __init__(self, standing: Standing, cutting: Cutting) -> None:
        self._standing, self._cutting = standing, cutting
        self._free = cutting.free
        self._places = cutting.reduced.place[self._free]
        self._prefixes = self._nearest_first()
        lower, upper = standing.lower[self._free], standing.upper[self._free]
        self._here: tuple[Floats, Floats, frozenset[int]] = (lower, upper, frozenset())
        """What the relaxation is bounded to, and the sets of which it says that one is open."""
        self._sets: dict[frozenset[int], int] = {}

    def run(self, x: Floats) -> None:
        """Branch from the relaxation's solution; before there is a plan the newest node goes first. Raises TimeIsUp."""
        stands = self._standing
        lower, upper, sets = self._here
        waiting = [
            Node(stands.bound, 0, lower.copy(), upper.copy(), sets, x[self._free], self._cutting.relaxation.basis)
        ]
        number = 0
        while waiting:
            node = heapq.heappop(waiting) if np.isfinite(stands.cutoff) else waiting.pop()
            least = (
                min((other.bound for other in waiting), default=node.bound)
                if not np.isfinite(stands.cutoff)
                else node.bound
            )
            stands.raise_bound(min(least, node.bound))
            if node.bound > stands.cutoff:
                stands.pass_over(node.bound)
                continue
            if stands.over:
                raise TimeIsUp
            sides = self._sides(node)
            if sides is None:
                continue
            for side in sides:
                number += 1
                side.number = number
                if np.isfinite(stands.cutoff):
                    heapq.heappush(waiting, side)
                else:
                    waiting.append(side)
            if np.isfinite(stands.cutoff):
                heapq.heapify(waiting)

    def _nearest_first(self) -> Ints:
        """[F,m] for each decision left the list of its site's home group, as positions among the decisions left."""
        piece = self._standing.piece
        own = {int(column): place for place, column in enumerate(self._free)}
        back = np.full(len(piece.known) + 1, -1)
        back[piece.columns[self._free]] = np.arange(len(own))
        lists, weights = [], []
        for part in piece.unwritten:
            columns, weight = part.lists()
            lists.append(back[columns])
            weights.append(weight)
        width = max((one.shape[1] for one in lists), default=0)
        padded = [np.pad(one, ((0, 0), (0, width - one.shape[1])), constant_values=-1) for one in lists]
        every = np.vstack(padded)
        return every[homes(every, np.concatenate(weights), len(own))] if width else np.zeros((len(own), 0), np.int64)

    def _sides(self, node: Node) -> list[Node] | None:
        """The two sides of the choice that moves the bound most; None where the node holds no better plan."""
        free = node.upper > node.lower
        if np.isfinite(self._standing.cutoff):
            choices = most_undecided(self._prefixes, node.offers, free)
        else:
            open_most = np.where(free & (node.offers > WHOLE), node.offers, -1.0)
            choices = [frozenset({int(open_most.argmax())})] if open_most.max(initial=-1.0) > 0 else []
        if not choices:
            still = np.flatnonzero(free)
            if not len(still):
                return None
            choices = [frozenset({int(still[0])})]
        best: tuple[float, list[Node]] | None = None
        for chosen in choices:
            members = np.array(sorted(chosen), np.int64)
            upper = node.upper.copy()
            upper[members] = 0.0
            lower = node.lower.copy()
            if len(members) == 1:
                lower[members] = 1.0
                sets = node.one_of
            else:
                sets = node.one_of | {self._row_of(chosen)}
            sides = [
                self._solved(replace(node, upper=upper)),
                self._solved(replace(node, lower=lower, one_of=sets)),
            ]
            left = [side for side in sides if side is not None]
            if len(left) == 0:
                return None
            gains = sorted((np.inf if side is None else side.bound - node.bound) for side in sides)
            worth = min(gains[0], self._room(node)) + 0.5 * min(gains[1], self._room(node))
            if best is None or worth > best[0]:
                best = worth, left
                if len(left) == 1:  # decided, not branched on
                    break
        assert best is not None
        return best[1]

    def _room(self, node: Node) -> float:
        return self._standing.cutoff - node.bound if np.isfinite(self._standing.cutoff) else 1e300

    def _row_of(self, members: frozenset[int]) -> int:
        """Number of the row that says one at least of these is open."""
        if members not in self._sets:
            relaxation = self._cutting.relaxation
            columns = self._places[np.array(sorted(members))]
            row = Cuts.one_of(columns, len(self._cutting.reduced.kept))
            self._sets[members] = relaxation.rows
            relaxation.add(row)
            relaxation.limit(self._sets[members], -np.inf, np.inf)
        return self._sets[members]

    def _solved(self, node: Node) -> Node | None:
        """A node with its own bound and decisions, and what its reduced costs decide; None where it holds no better plan."""
        stands, relaxation = self._standing, self._cutting.relaxation
        stands.nodes += 1
        lower, upper, sets = self._here
        moved = np.flatnonzero((node.lower != lower) | (node.upper != upper))
        relaxation.bound(self._places[moved], node.lower[moved], node.upper[moved])
        for row in sets - node.one_of:
            relaxation.limit(row, -np.inf, np.inf)
        for row in node.one_of - sets:
            relaxation.limit(row, 1.0, np.inf)
        self._here = node.lower.copy(), node.upper.copy(), node.one_of
        relaxation.back_to(node.basis)
        found = self._cutting.solve()
        if found is None:
            return None
        assert found.x is not None
        assert found.value is not None
        assert found.reduced is not None
        offers = found.x[self._places]
        bound = max(node.bound, found.value)
        if not undecided(offers) and stands.value <= found.value + NOISE * max(1.0, abs(found.value)):
            stands.pass_over(stands.value)
            return None
        lower, upper = node.lower.copy(), node.upper.copy()
        if np.isfinite(stands.cutoff):
            stands.leave()
            reduced, room = found.reduced[self._places], stands.cutoff - found.value
            upper[(reduced > room) & (lower < upper)] = 0.0
            lower[(-reduced > room) & (lower < upper)] = 1.0
        return Node(bound, 0, lower, upper, node.one_of, offers, relaxation.basis)
