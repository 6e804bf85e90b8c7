"""The search: the best decisions of a piece whose rows are made when they are missed, proved.

1. Multipliers give a bound, plans, and the first cuts (ascent.py, interchange.py); sites whose worth exceeds the gap are decided.
2. The linear relaxation is solved, rows that its solution misses are added until there are none, and sites whose reduced cost exceeds the gap are decided.
3. What is left is branched on (tree.py), every node cut in the same way, until no open node could hold a better plan.

Every relaxation is over rows that every plan keeps, so the least value of the open nodes is a bound at any time.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.kernel.ascent import Ascended, ascend
from solver.kernel.beginning import Plain, plain_question
from solver.kernel.reduced import Reduced, with_cost_where_it_arises, without_ceiling
from solver.kernel.tree import WHOLE, Node, homes, most_undecided, undecided
from solver.kernel.unit import unit_of
from solver.model import Cuts, Model
from solver.piece import Piece
from solver.watch import Heard, Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
EQUAL = 5e-10
"""Values closer than this, relative, are one."""
MARGIN = 0.05
"""Values being multiples of a unit, a node is left where its bound comes within this share of a unit to the next better value."""
NOISE = 1e-7
"""How far, relative, a relaxation's value may lie below that of its own whole solution through the tolerance of rows."""
SLACK_ROWS = 1e-6
KEEPS = 0.9
"""The relaxation is written afresh where fewer than this share of its decisions is left."""
SHARE_TO_BEGIN = 0.2


class _OutOfTime(Exception):
    """The time is up or somebody asked to stop."""


def search(
    piece: Piece,
    objective: int,
    watch: Watch,
    *,
    seconds: float,
    relative_gap: float = 0.0,
    seed: int = 0,
    start: tuple[NDArray[np.int32], Floats] | None = None,
    on_progress: Heard | None = None,
) -> highs.Answer:
    """Minimise one objective of a piece; arguments and answer as highs.solve. Every whole column of the piece must be one of its decisions."""
    return _Search(piece, objective, watch, seconds, relative_gap, seed, on_progress).answer(start)


def relax(piece: Piece, watch: Watch, *, seconds: float, seed: int = 0) -> None:
    """Let a piece meet its first objective's relaxation: afterwards ``piece.met.prices`` tells what its rows cost there."""
    _Search(piece, 0, watch, seconds, 0.0, seed, None).relax()


class _Search:
    def __init__(
        self,
        piece: Piece,
        objective: int,
        watch: Watch,
        seconds: float,
        relative_gap: float,
        seed: int,
        on_progress: Heard | None,
    ) -> None:
        self._piece, self._watch, self._seed, self._on_progress = piece, watch, seed, on_progress
        self._until = watch.seconds + min(seconds, watch.left)
        self._seconds = min(seconds, watch.left)
        self._relative_gap = relative_gap
        self._model = piece.model(objective)
        self._offers = np.array(sorted(piece.offers.values()), np.int64)
        uncapped, ceiling = without_ceiling(self._model, self._offers)
        self._ceiling = ceiling + NOISE * abs(ceiling) if np.isfinite(ceiling) else ceiling
        self._written = with_cost_where_it_arises(uncapped)
        self._lower, self._upper = _with_single_rows(self._model, self._offers)
        self._unit = unit_of(piece, self._model)
        self._x: Floats | None = None
        self._value = np.inf
        self._bound = -np.inf
        self._passed_over = np.inf
        """Least bound of the nodes that were left because they could not hold a better plan."""
        self._nodes = 0
        self._sets: dict[frozenset[int], int] = {}
        self._first = objective == 0
        self._leaves_out = True
        self._left_out: tuple[Plain, Ascended] | None = None
        self._follows = piece.follows
        self._size = abs(self._model.rows)

    def answer(self, start: tuple[NDArray[np.int32], Floats] | None) -> highs.Answer:
        """Begin, cut, branch; what is held when time is up is told."""
        if (self._lower > self._upper).any():
            return highs.Answer("infeasible", None, None, None)
        try:
            self._take_start(start)
            pool = self._begin()
            solved = self._root(pool)
            if solved is None:
                return self._told("proved") if self._x is not None else highs.Answer("infeasible", None, None, None)
            self._branch(solved)
        except _OutOfTime:
            return self._told("interrupted")
        if self._x is None:
            return highs.Answer("infeasible", None, None, None, self._nodes)
        return self._told("proved")

    def relax(self) -> None:
        """Solve the relaxation without leaving anything out."""
        try:
            self._leaves_out = False
            self._write(self._begin())
            if (found := self._cut()) is not None:
                self._keep_multipliers(found)
        except _OutOfTime:
            return

    def _told(self, ended: highs.Ended) -> highs.Answer:
        bound: float | None = self._bound if np.isfinite(self._bound) else None
        if self._x is None:
            return highs.Answer(ended, None, None, bound, self._nodes)
        value = self._value
        if ended == "proved":
            bound = min(value, self._passed_over)
            if self._unit > 0 and bound >= value - self._unit * (1 - MARGIN / 2):
                bound = value
            if value - bound > 2 * EQUAL * max(1.0, abs(value)):
                ended = "gap"
        elif bound is not None:
            bound = min(bound, value)
        return highs.Answer(ended, self._x, value, bound, self._nodes, relaxed=self._in_no_optimum())

    def _in_no_optimum(self) -> tuple[float, Floats] | None:
        """The bound of the multipliers, and for every column 0, or infinity for a site that is open in no plan of the value found."""
        if self._left_out is None:
            return None
        plain, found = self._left_out
        never, _ = found.left_out(plain.ground, (self._value + NOISE * max(1.0, abs(self._value))) / plain.each)
        more = np.zeros(len(self._lower))
        more[plain.offers[never]] = np.inf
        return plain.each * found.bound, more

    @property
    def _cutoff(self) -> float:
        """A node whose bound is above this holds no better plan."""
        if not self._leaves_out:
            return np.inf
        if not np.isfinite(self._value):
            return self._ceiling
        least = max(EQUAL, self._relative_gap) * max(1.0, abs(self._value))
        return min(self._ceiling, self._value - max(least, self._unit * (1 - MARGIN)))

    # --- a plan to begin with, and the first cuts ------------------------------------------------------------------

    def _take_start(self, start: tuple[NDArray[np.int32], Floats] | None) -> None:
        if start is None:
            return
        x = np.zeros(len(self._lower))
        x[start[0]] = start[1]
        self._try(x[self._offers])

    def _try(self, offers: Floats) -> None:
        """Take decisions [offers] as the plan where they keep every row and are better."""
        if self._follows:
            x = self._completed(offers)
            if self._keeps_rows(x):
                self._take(x)
            return
        lower, upper = self._lower.copy(), self._upper.copy()
        lower[self._offers] = upper[self._offers] = np.round(offers)
        reduced = Reduced.of(self._model, lower, upper)
        relaxation = highs.Relaxation(reduced.model, self._watch, seed=self._seed)
        for _ in range(100):
            found = relaxation.solve(self._left())
            if found.ended != "proved" or found.x is None:
                return
            whole = reduced.whole(found.x)
            cuts = self._piece.missed(whole)
            if not cuts.count:
                self._take(self._piece.completed(whole))
                return
            relaxation.add(reduced.cuts(cuts))

    def _completed(self, offers: Floats) -> Floats:
        x = np.zeros(len(self._lower))
        x[self._offers] = np.round(offers)
        return self._piece.completed(x)

    def _keeps_rows(self, x: Floats) -> bool:
        at = self._model.rows @ x
        slack = 2 * EQUAL * np.maximum(1.0, self._size @ np.abs(x))
        inside = (x >= self._lower - 1e-9) & (x <= self._upper + 1e-7 * np.maximum(1.0, np.abs(x)))
        return bool(
            inside.all() and (at >= self._model.row_lower - slack).all() and (at <= self._model.row_upper + slack).all()
        )

    def _take(self, x: Floats) -> None:
        value = float(self._model.cost @ x) + self._model.offset
        if value < self._value:
            self._x, self._value = x, value
            self._tell()

    def _tell(self) -> None:
        if self._on_progress is not None:
            value = self._value if np.isfinite(self._value) else None
            self._on_progress(value, min(self._bound, self._value) if np.isfinite(self._bound) else None, self._x)

    def _left(self) -> float:
        return self._until - self._watch.seconds

    def _begin(self) -> list[Cuts]:
        """The rows met before, or the first ones from multipliers."""
        if self._piece.met.cuts:
            return self._piece.met.cuts
        plain = plain_question(self._piece, self._model, self._lower, self._upper, self._allowed, self._offers)
        if plain is None:
            return []
        start = None if self._x is None else self._x[plain.offers] > 0.5
        found = ascend(
            plain.ground, start, self._watch, seconds=SHARE_TO_BEGIN * self._seconds, unit=self._unit / plain.each
        )
        if found.chosen is not None:
            self._try(plain.decisions(found.chosen))
        if self._first and plain.complete:
            self._piece.met.prices = plain.part.prices_of(found.multipliers)
        if plain.complete:
            self._bound = max(self._bound, plain.each * found.bound)
            self._left_out = plain, found
            self._decide(plain, found.left_out(plain.ground, self._cutoff / plain.each))
        self._tell()
        return [self._piece.own(plain.first_rows(found.multipliers))]

    def _allowed(self, offers: Floats) -> bool:
        """Decisions [offers] keep every rule, as far as that can be told at once."""
        return self._keeps_rows(self._completed(offers)) if self._follows else True

    def _decide(self, plain: Plain, sides: tuple[Bools, Bools]) -> None:
        never, always = sides
        self._leave()
        self._upper[plain.offers[never]] = 0.0
        self._lower[plain.offers[always]] = 1.0

    def _leave(self) -> None:
        """Something is decided for good: what it leaves out costs more than the cutoff."""
        self._passed_over = min(self._passed_over, self._cutoff)

    # --- the relaxation ---------------------------------------------------------------------------------------------

    def _root(self, pool: list[Cuts]) -> Floats | None:
        """Cut the relaxation and decide by reduced cost, until neither goes on; None where nothing better is left."""
        while True:
            if (self._lower > self._upper).any():
                return None
            self._write(pool)
            before = len(self._reduced.kept)
            found = self._cut()
            if found is None and self._x is None and not np.isfinite(self._passed_over):
                self._write(pool, presolve=False)  # "infeasible" is asked twice (ADR 5)
                found = self._cut()
            if found is None:
                return None
            self._bound = max(self._bound, found.value if found.value is not None else -np.inf)
            self._tell()
            self._keep_multipliers(found)
            assert found.x is not None
            pool = self._tight(found.x)
            self._fix(found)
            left = int((self._lower < self._upper).sum())
            if left >= KEEPS * before or left == before:
                self._piece.met.cuts = pool
                self._relaxation.bound(
                    np.arange(before), self._lower[self._reduced.kept], self._upper[self._reduced.kept]
                )
                return self._reduced.whole(found.x)

    def _write(self, pool: list[Cuts], *, presolve: bool = True) -> None:
        self._reduced = Reduced.of(self._written, self._lower, self._upper)
        self._relaxation = highs.Relaxation(self._reduced.model, self._watch, seed=self._seed, presolve=presolve)
        self._added: list[Cuts] = []
        for cuts in pool:
            self._add(cuts)
        self._free = self._offers[self._reduced.place[self._offers] >= 0]
        """The decisions left, as columns of the piece."""
        self._sets = {}

    def _add(self, cuts: Cuts) -> None:
        self._added.append(cuts)
        self._relaxation.add(self._reduced.cuts(cuts))

    def _cut(self) -> highs.Relaxed | None:
        """Solve the relaxation and add what it misses, until nothing is missed or nothing better is to be found (None)."""
        while True:
            found = self._relaxation.solve(self._left())
            if found.ended == "infeasible":
                return None
            if found.ended == "interrupted" or found.x is None or found.value is None:
                raise _OutOfTime
            if found.value > self._cutoff:
                self._passed_over = min(self._passed_over, found.value)
                return None
            whole = self._reduced.whole(found.x)
            cuts = self._piece.missed(whole)
            if not undecided(whole[self._free]):
                self._try(np.round(whole[self._offers]))
            if not cuts.count:
                return found
            self._add(cuts)

    def _tight(self, x: Floats) -> list[Cuts]:
        """The rows added that a solution just keeps."""
        whole = self._reduced.whole(x)
        tight = []
        for cuts in self._added:
            at = cuts.rows @ whole
            near = SLACK_ROWS * np.maximum(1.0, np.abs(at))
            tight.append(cuts.some((at <= cuts.lower + near) | (at >= cuts.upper - near)))
        return [Cuts.joined([cuts for cuts in tight if cuts.count])] if any(cuts.count for cuts in tight) else []

    def _fix(self, found: highs.Relaxed) -> None:
        """Decide every site whose reduced cost exceeds the gap."""
        if found.reduced is None or found.value is None or not np.isfinite(self._cutoff):
            return
        self._leave()
        room = self._cutoff - found.value
        reduced = np.zeros(len(self._lower))
        reduced[self._reduced.kept] = found.reduced
        free = self._free
        self._upper[free[reduced[free] > room]] = 0.0
        self._lower[free[-reduced[free] > room]] = 1.0

    def _keep_multipliers(self, found: highs.Relaxed) -> None:
        if self._first and found.prices is not None and len(self._piece.unwritten) == 1:
            count = self._reduced.model.rows.shape[0]
            prices = found.prices[count:]
            cuts = Cuts.joined(self._added) if self._added else Cuts.none(len(self._lower))
            self._piece.met.prices = (cuts.of, prices[: cuts.count])

    # --- branching --------------------------------------------------------------------------------------------------

    def _branch(self, x: Floats) -> None:
        free = self._free
        places = self._reduced.place[free]
        prefixes = self._prefixes()
        root = Node(self._bound, 0, self._lower[free], self._upper[free], frozenset(), x[free])
        self._here: tuple[Floats, Floats, frozenset[int]] = (root.lower.copy(), root.upper.copy(), frozenset())
        waiting = [root]
        number = 0
        while waiting:
            node = heapq.heappop(waiting) if np.isfinite(self._cutoff) else waiting.pop()
            least = (
                min((other.bound for other in waiting), default=node.bound)
                if not np.isfinite(self._cutoff)
                else node.bound
            )
            self._raise_bound(min(least, node.bound))
            if node.bound > self._cutoff:
                self._passed_over = min(self._passed_over, node.bound)
                continue
            if self._watch.stopped or self._left() <= 0:
                raise _OutOfTime
            sides = self._sides(node, prefixes, places)
            if sides is None:
                continue
            for side in sides:
                number += 1
                side.number = number
                if np.isfinite(self._cutoff):
                    heapq.heappush(waiting, side)
                else:
                    waiting.append(side)
            if np.isfinite(self._cutoff):
                heapq.heapify(waiting)

    def _raise_bound(self, bound: float) -> None:
        bound = min(bound, self._passed_over)
        if bound > self._bound:
            self._bound = bound
            self._tell()

    def _prefixes(self) -> Ints:
        """[offers,m] for each decision left the list of its site's home group, as positions among the decisions left."""
        own = {int(column): place for place, column in enumerate(self._free)}
        back = np.full(len(self._piece.known) + 1, -1)
        back[self._piece.columns[self._free]] = np.arange(len(own))
        lists, weights = [], []
        for part in self._piece.unwritten:
            columns, weight = part.lists()
            lists.append(back[columns])
            weights.append(weight)
        width = max((one.shape[1] for one in lists), default=0)
        padded = [np.pad(one, ((0, 0), (0, width - one.shape[1])), constant_values=-1) for one in lists]
        every = np.vstack(padded)
        return every[homes(every, np.concatenate(weights), len(own))] if width else np.zeros((len(own), 0), np.int64)

    def _sides(self, node: Node, prefixes: Ints, places: Ints) -> list[Node] | None:
        """The two sides of the choice that moves the bound most; None where the node holds no better plan."""
        free = node.upper > node.lower
        if np.isfinite(self._cutoff):
            choices = most_undecided(prefixes, node.offers, free)
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
                sets = node.one_of | {self._set(chosen)}
            sides = [
                self._solved(Node(node.bound, 0, node.lower, upper, node.one_of, node.offers), places),
                self._solved(Node(node.bound, 0, lower, node.upper, sets, node.offers), places),
            ]
            left = [side for side in sides if side is not None]
            if len(left) == 0:
                return None
            gains = sorted((np.inf if side is None else side.bound - node.bound) for side in sides)
            worth = min(gains[0], self._room(node)) + 0.2 * min(gains[1], self._room(node))
            if best is None or worth > best[0]:
                best = worth, left
        assert best is not None
        return best[1]

    def _room(self, node: Node) -> float:
        return self._cutoff - node.bound if np.isfinite(self._cutoff) else 1e300

    def _set(self, members: frozenset[int]) -> int:
        """Number of the row that says one at least of these is open."""
        if members not in self._sets:
            columns = self._reduced.place[self._free[np.array(sorted(members))]]
            row = Cuts.one_of(columns, len(self._reduced.kept))
            self._sets[members] = self._relaxation.rows
            self._relaxation.add(row)
            self._relaxation.limit(self._sets[members], -np.inf, np.inf)
        return self._sets[members]

    def _solved(self, node: Node, places: Ints) -> Node | None:
        """A node with its own bound and decisions, and what its reduced costs decide; None where it holds no better plan."""
        self._nodes += 1
        lower, upper, sets = self._here
        moved = np.flatnonzero((node.lower != lower) | (node.upper != upper))
        self._relaxation.bound(places[moved], node.lower[moved], node.upper[moved])
        for row in sets - node.one_of:
            self._relaxation.limit(row, -np.inf, np.inf)
        for row in node.one_of - sets:
            self._relaxation.limit(row, 1.0, np.inf)
        self._here = node.lower.copy(), node.upper.copy(), node.one_of
        found = self._cut()
        if found is None:
            return None
        assert found.x is not None
        assert found.value is not None
        assert found.reduced is not None
        offers = found.x[places]
        bound = max(node.bound, found.value)
        if not undecided(offers) and self._value <= found.value + NOISE * max(1.0, abs(found.value)):
            self._passed_over = min(self._passed_over, self._value)
            return None
        lower, upper = node.lower.copy(), node.upper.copy()
        if np.isfinite(self._cutoff):
            self._leave()
            reduced, room = found.reduced[places], self._cutoff - found.value
            upper[(reduced > room) & (lower < upper)] = 0.0
            lower[(-reduced > room) & (lower < upper)] = 1.0
        return Node(bound, 0, lower, upper, node.one_of, offers)


def _with_single_rows(model: Model, offers: Ints) -> tuple[Floats, Floats]:
    """Bounds of the columns, those of decisions tightened by the rows that speak of one of them alone."""
    lower, upper = model.lower.copy(), model.upper.copy()
    single = np.flatnonzero(np.diff(model.rows.indptr) == 1)
    at = model.rows.indptr[single]
    column, value = model.rows.indices[at], model.rows.data[at]
    whole = np.isin(column, offers) & (value != 0)
    for i, j, by in zip(single[whole], column[whole], value[whole], strict=True):
        low, high = sorted((model.row_lower[i] / by, model.row_upper[i] / by))
        lower[j] = max(lower[j], np.ceil(low - WHOLE))
        upper[j] = min(upper[j], np.floor(high + WHOLE))
    return lower, upper
