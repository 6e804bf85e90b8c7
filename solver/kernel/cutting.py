"""Cutting: the linear relaxation of what is left of a piece, with rows added until its solution misses none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernel.reduced import Reduced, with_cost_where_it_arises
from solver.kernel.standing import Standing, TimeIsUp
from solver.kernel.tree import undecided
from solver.model import Cuts
from solver.warm_relaxation import Relaxation, Relaxed

Floats = NDArray[np.float64]
SLACK_ROWS = 1e-6
"""A row is just kept where a solution comes this near to its limit, relative."""


class Cutting:
    """The relaxation of where a search stands, written when asked to: ``reduced`` is over what is undecided then, ``free`` [F] its decisions as columns."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._written = with_cost_where_it_arises(standing.uncapped)

    def write(self, pool: list[Cuts], *, presolve: bool = True) -> None:
        """Write it over what is left, with the rows of a pool."""
        here = self._standing
        self.reduced = Reduced.of(self._written, here.lower, here.upper)
        self.relaxation = Relaxation(self.reduced.model, here.watch, seed=here.seed, presolve=presolve)
        self._added: list[Cuts] = []
        for cuts in pool:
            self._add(cuts)
        self.free = here.offers[self.reduced.place[here.offers] >= 0]

    def solve(self) -> Relaxed | None:
        """Solve the relaxation and add what it misses, until nothing is missed or nothing better is to be found (None).

        A solution that stays as it is when rows are added misses them by less than HiGHS sees, and misses nothing more.
        """
        here = self._standing
        before: Floats | None = None
        while True:
            found = self.relaxation.solve(here.left, at_most=here.cutoff)
            if found.ended == "infeasible":
                return None
            if found.ended == "beyond":
                here.leave()
                return None
            if found.ended == "interrupted" or found.x is None or found.value is None:
                raise TimeIsUp
            if found.value > here.cutoff:
                here.pass_over(found.value)
                return None
            whole = self.reduced.whole(found.x)
            cuts = here.piece.missed(whole)
            if not undecided(whole[self.free]):
                here.try_out(np.round(whole[here.offers]))
            if not cuts.count or (before is not None and np.array_equal(found.x, before)):
                return found
            before = found.x
            self._add(cuts)

    def tight(self, x: Floats) -> list[Cuts]:
        """The rows added that a solution just keeps."""
        whole = self.reduced.whole(x)
        tight = []
        for cuts in self._added:
            at = cuts.rows @ whole
            near = SLACK_ROWS * np.maximum(1.0, np.abs(at))
            tight.append(cuts.some((at <= cuts.lower + near) | (at >= cuts.upper - near)))
        return [Cuts.joined([cuts for cuts in tight if cuts.count])] if any(cuts.count for cuts in tight) else []

    def decide(self, found: Relaxed) -> None:
        """Decide every site whose reduced cost exceeds the gap."""
        here = self._standing
        if found.reduced is None or found.value is None or not np.isfinite(here.cutoff):
            return
        here.leave()
        room = here.cutoff - found.value
        reduced = np.zeros(len(here.lower))
        reduced[self.reduced.kept] = found.reduced
        here.upper[self.free[reduced[self.free] > room]] = 0.0
        here.lower[self.free[-reduced[self.free] > room]] = 1.0

    def bound_as_decided(self) -> None:
        """Hand the decisions made since it was written to the relaxation, which stays as it is."""
        kept = self.reduced.kept
        self.relaxation.bound(np.arange(len(kept)), self._standing.lower[kept], self._standing.upper[kept])

    def keep_multipliers(self, found: Relaxed) -> None:
        """Let the piece know what its rows cost, where this is its first objective."""
        piece = self._standing.piece
        if self._standing.first and found.prices is not None and len(piece.unwritten) == 1:
            count = self.reduced.model.rows.shape[0]
            prices = found.prices[count:]
            cuts = Cuts.joined(self._added) if self._added else Cuts.none(len(self._standing.lower))
            piece.met.prices = (cuts.of, prices[: cuts.count])

    def _add(self, cuts: Cuts) -> None:
        self._added.append(cuts)
        self.relaxation.add(self.reduced.cuts(cuts))
