"""The search: the best decisions of a piece whose rows are made when they are missed, proved.

1. Multipliers give a bound, plans, and the first cuts (ascent.py, interchange.py); sites whose worth exceeds the gap are decided.
2. The linear relaxation is solved, rows that its solution misses are added until there are none (cutting.py), and sites whose reduced cost exceeds the gap
   are decided.
3. What is left is branched on (branching.py), every node cut in the same way, until no open node could hold a better plan.

Every relaxation is over rows that every plan keeps, so the least value of the open nodes is a bound at any time (standing.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.formulations.lazily import LazyPart
from solver.kernel.ascent import Ascended, ascend
from solver.kernel.beginning import Plain, plain_question
from solver.kernel.branching import Branching
from solver.kernel.cutting import Cutting
from solver.kernel.standing import EQUAL, MARGIN, NOISE, Standing, TimeIsUp
from solver.model import Cuts
from solver.piece import Piece
from solver.watch import Heard, Watch

Floats = NDArray[np.float64]
KEEPS = 0.9
"""The relaxation is written afresh where fewer than this share of its decisions is left."""
SHARE_TO_BEGIN = 0.2


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
    stands = Standing(piece, objective, watch, seconds, relative_gap, seed, on_progress, exact=False)
    return _Search(stands).answer(start)


def relax(piece: Piece, watch: Watch, *, seconds: float, seed: int = 0, multipliers: Floats | None = None) -> None:
    """Let a piece meet its first objective's relaxation: afterwards ``piece.met.prices`` tells what its rows cost there.

    ``multipliers`` [G] of its only unwritten part are a beginning, where some are known.
    """
    _Search(Standing(piece, 0, watch, seconds, 0.0, seed, None, exact=True)).relax(multipliers)


class _Search:
    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._cutting = Cutting(standing)
        self._left_out: tuple[Plain, Ascended] | None = None

    def answer(self, start: tuple[NDArray[np.int32], Floats] | None) -> highs.Answer:
        """Begin, cut, branch; what is held when time is up is told."""
        stands = self._standing
        nothing = highs.Answer("infeasible", None, None, None)
        if stands.impossible:
            return nothing
        try:
            if start is not None:
                x = np.zeros(len(stands.lower))
                x[start[0]] = start[1]
                stands.try_out(x[stands.offers])
            solved = self._root(self._begin())
            if solved is None:
                return self._told("proved") if stands.x is not None else nothing
            Branching(stands, self._cutting).run(solved)
        except TimeIsUp:
            return self._told("interrupted")
        if stands.x is None:
            return highs.Answer("infeasible", None, None, None, stands.nodes)
        return self._told("proved")

    def relax(self, multipliers: Floats | None) -> None:
        """Solve the relaxation without leaving anything out, from multipliers or from the beginning."""
        try:
            self._cutting.write(self._begin() if multipliers is None else self._about(multipliers))
            if (found := self._cutting.solve()) is not None:
                self._cutting.keep_multipliers(found)
        except TimeIsUp:
            return

    def _begin(self) -> list[Cuts]:
        """The rows met before, or the first ones from multipliers."""
        stands, piece = self._standing, self._standing.piece
        if piece.met.cuts:
            return piece.met.cuts
        plain = plain_question(piece, stands.model, stands.lower, stands.upper, stands.allowed, stands.offers)
        if plain is None:
            return []
        start = None if stands.x is None else stands.x[plain.offers] > 0.5
        found = ascend(
            plain.ground, start, stands.watch, seconds=SHARE_TO_BEGIN * stands.seconds, unit=stands.unit / plain.each
        )
        if found.chosen is not None:
            stands.try_out(plain.decisions(found.chosen))
        if stands.first and plain.complete:
            piece.met.prices = plain.part.prices_of(found.multipliers)
            piece.met.multipliers = found.multipliers
        if plain.complete:
            stands.bound = max(stands.bound, plain.each * found.bound)
            self._left_out = plain, found
            never, always = found.left_out(plain.ground, stands.cutoff / plain.each)
            stands.leave()
            stands.upper[plain.offers[never]] = 0.0
            stands.lower[plain.offers[always]] = 1.0
        stands.tell()
        return [piece.own(plain.first_rows(found.multipliers))]

    def _about(self, multipliers: Floats) -> list[Cuts]:
        """The rows that prove what multipliers [G] prove."""
        piece = self._standing.piece
        (part,) = piece.unwritten
        assert isinstance(part, LazyPart)
        piece.met.prices = part.prices_of(multipliers)
        return [piece.own(part.rows_about(multipliers, len(piece.known)))]

    def _root(self, pool: list[Cuts]) -> Floats | None:
        """Cut the relaxation and decide by reduced cost, until neither goes on; None where nothing better is left."""
        stands, cutting = self._standing, self._cutting
        while True:
            if stands.impossible:
                return None
            cutting.write(pool)
            before = len(cutting.reduced.kept)
            found = cutting.solve()
            if found is None and stands.x is None and not np.isfinite(stands.passed_over):
                cutting.write(pool, presolve=False)  # "infeasible" is asked twice (ADR 5)
                found = cutting.solve()
            if found is None:
                return None
            stands.bound = max(stands.bound, found.value if found.value is not None else -np.inf)
            stands.tell()
            cutting.keep_multipliers(found)
            assert found.x is not None
            pool = cutting.tight(found.x)
            cutting.decide(found)
            left = int((stands.lower < stands.upper).sum())
            if left >= KEEPS * before or left == before:
                stands.piece.met.cuts = pool
                cutting.bound_as_decided()
                return cutting.reduced.whole(found.x)

    def _told(self, ended: highs.Ended) -> highs.Answer:
        stands = self._standing
        bound: float | None = stands.bound if np.isfinite(stands.bound) else None
        if stands.x is None:
            return highs.Answer(ended, None, None, bound, stands.nodes)
        value = stands.value
        if ended == "proved":
            bound = min(value, stands.passed_over)
            if stands.unit > 0 and bound >= value - stands.unit * (1 - MARGIN / 2):
                bound = value
            if value - bound > 2 * EQUAL * max(1.0, abs(value)):
                ended = "gap"
        elif bound is not None:
            bound = min(bound, value)
        return highs.Answer(ended, stands.x, value, bound, stands.nodes, relaxed=self._in_no_optimum())

    def _in_no_optimum(self) -> tuple[float, Floats] | None:
        """The bound of the multipliers, and for every column 0, or infinity for a site that is open in no plan of the value found."""
        if self._left_out is None:
            return None
        stands, (plain, found) = self._standing, self._left_out
        never, _ = found.left_out(plain.ground, (stands.value + NOISE * max(1.0, abs(stands.value))) / plain.each)
        more = np.zeros(len(stands.lower))
        more[plain.offers[never]] = np.inf
        return plain.each * found.bound, more
