"""Where a search stands: the best plan so far, what is proved, the decisions that are made for good, and the time that is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernel.reduced import Reduced, without_ceiling
from solver.kernel.tree import WHOLE
from solver.kernel.unit import unit_of
from solver.model import Model
from solver.piece import Piece
from solver.warm_relaxation import Relaxation
from solver.watch import Heard, Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
EQUAL = 5e-10
"""Values closer than this, relative, are one."""
MARGIN = 0.05
"""Values being multiples of a unit, a node is left where its bound comes within this share of a unit to the next better value."""
NOISE = 1e-7
"""How far, relative, a relaxation's value may lie below that of its own whole solution through the tolerance of rows."""


class TimeIsUp(Exception):
    """The time is up or somebody asked to stop."""


class Standing:
    """One objective of a piece while it is searched. ``lower`` and ``upper`` [columns] say what is decided for good, ``offers`` which columns are decisions.

    ``uncapped`` is the model without a row that only says how much the objective may be; where ``exact``, nothing is left out for being too dear.
    """

    def __init__(
        self,
        piece: Piece,
        objective: int,
        watch: Watch,
        seconds: float,
        relative_gap: float,
        seed: int,
        heard: Heard | None,
        *,
        exact: bool,
    ) -> None:
        self.piece, self.watch, self.seed = piece, watch, seed
        self.seconds = min(seconds, watch.left)
        self.first = objective == 0
        self.model = piece.model(objective)
        self.offers = np.array(sorted(piece.offers.values()), np.int64)
        self.uncapped, ceiling = without_ceiling(self.model, self.offers)
        self.lower, self.upper = _with_single_rows(self.model, self.offers)
        self.unit = unit_of(piece, self.model)
        self.x: Floats | None = None
        self.value = np.inf
        self.bound = -np.inf
        self.passed_over = np.inf
        """Least bound of the nodes that were left because they could not hold a better plan."""
        self.nodes = 0
        self._until = watch.seconds + self.seconds
        self._relative_gap, self._heard, self._exact = relative_gap, heard, exact
        self._ceiling = ceiling + NOISE * abs(ceiling) if np.isfinite(ceiling) else ceiling
        self._follows = piece.follows
        self._size = abs(self.model.rows)

    @property
    def cutoff(self) -> float:
        """A node whose bound is above this holds no better plan."""
        if self._exact:
            return np.inf
        if not np.isfinite(self.value):
            return self._ceiling
        least = max(EQUAL, self._relative_gap) * max(1.0, abs(self.value))
        return min(self._ceiling, self.value - max(least, self.unit * (1 - MARGIN)))

    @property
    def impossible(self) -> bool:
        """What is decided contradicts itself."""
        return bool((self.lower > self.upper).any())

    @property
    def left(self) -> float:
        """Time left [seconds]."""
        return self._until - self.watch.seconds

    @property
    def over(self) -> bool:
        """The time is up or somebody asked to stop."""
        return self.watch.stopped or self.left <= 0

    def pass_over(self, bound: float) -> None:
        """What could only be worth this or more is not looked at any further."""
        self.passed_over = min(self.passed_over, bound)

    def leave(self) -> None:
        """Something is decided for good: what it leaves out costs more than the cutoff."""
        self.pass_over(self.cutoff)

    def raise_bound(self, bound: float) -> None:
        """The least bound of what is open rose to this."""
        bound = min(bound, self.passed_over)
        if bound > self.bound:
            self.bound = bound
            self.tell()

    def try_out(self, offers: Floats) -> None:
        """Take decisions [offers] as the plan where they keep every row and are better."""
        if self._follows:
            x = self._completed(offers)
            if self._keeps_rows(x):
                self._take(x)
            return
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[self.offers] = upper[self.offers] = np.round(offers)
        reduced = Reduced.of(self.model, lower, upper)
        relaxation = Relaxation(reduced.model, self.watch, seed=self.seed)
        before: Floats | None = None
        for _ in range(100):
            found = relaxation.solve(self.left)
            if found.ended != "proved" or found.x is None:
                return
            whole = reduced.whole(found.x)
            cuts = self.piece.missed(whole)
            if not cuts.count or (before is not None and np.array_equal(found.x, before)):
                self._take(self.piece.completed(whole))
                return
            before = found.x
            relaxation.add(reduced.cuts(cuts))

    def allowed(self, offers: Floats) -> bool:
        """Decisions [offers] keep every rule, as far as that can be told at once."""
        return self._keeps_rows(self._completed(offers)) if self._follows else True

    def tell(self) -> None:
        """Let who listens hear how it stands."""
        if self._heard is not None:
            value = self.value if np.isfinite(self.value) else None
            self._heard(value, min(self.bound, self.value) if np.isfinite(self.bound) else None, self.x)

    def _completed(self, offers: Floats) -> Floats:
        x = np.zeros(len(self.lower))
        x[self.offers] = np.round(offers)
        return self.piece.completed(x)

    def _keeps_rows(self, x: Floats) -> bool:
        at = self.model.rows @ x
        slack = 2 * EQUAL * np.maximum(1.0, self._size @ np.abs(x))
        inside = (x >= self.lower - 1e-9) & (x <= self.upper + 1e-7 * np.maximum(1.0, np.abs(x)))
        return bool(
            inside.all() and (at >= self.model.row_lower - slack).all() and (at <= self.model.row_upper + slack).all()
        )

    def _take(self, x: Floats) -> None:
        value = float(self.model.cost @ x) + self.model.offset
        if value < self.value:
            self.x, self.value = x, value
            self.tell()


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
