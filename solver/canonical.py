"""One plan for one question: of equally good plans the one with the fewest changes to today, then by a documented order.

Two landscapes of equal value are two different pieces of advice, and which of them a solver happens to meet first depends on its seed. So when the optimum
is proved, the other optima are looked for, and the plan published is the one

    with the fewest changes, and among those the one that, at the first difference in the order of period, care type and site_id, offers the pair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.piece import Index, Piece
from solver.solve_piece import solve_piece
from solver.watch import Watch

Floats = NDArray[np.float64]
SHOWN_OPTIMA = 10
"""Other optima are listed up to this many."""
DOUBT_SECONDS = 5.0
"""How long a "there is no other optimum" is looked at a second time [seconds]."""
PAIRS_AT_ONCE = 20
"""Powers of two that a solver keeps apart without trouble."""


@dataclass(frozen=True)
class Settled:
    """The solution to publish; ``others`` are equally good solutions that were met, ``complete`` says that there are no more,
    ``proved`` that the choice is the right one among all."""

    x: Floats
    proved: bool
    others: tuple[Floats, ...]
    complete: bool


def settle(piece: Piece, x: Floats, changes: int, watch: Watch, *, seconds: float, seed: int) -> Settled:
    """Settle on one of the equally good layouts of a piece whose objectives are all held at their proved optimum.

    ``changes`` is the position of the cost vector that counts changes to today.
    """
    if not piece.offers:
        return Settled(x, True, (), True)
    return _Search(piece, x, changes, watch, seconds, seed).settled()


class _Search:
    def __init__(self, piece: Piece, x: Floats, changes: int, watch: Watch, seconds: float, seed: int) -> None:
        self._piece, self._changes, self._watch, self._seed = piece, changes, watch, seed
        self._until = watch.seconds + seconds
        self._met = [x]

    def settled(self) -> Settled:
        """Meet the other optima in the order of their changes, until one has more changes than the fewest."""
        search = self._piece.fork()
        search.exclude(self._piece.offered(self._met[0]))
        complete = proved = False
        if self._piece.unwritten and self._minimise(search, 0).ended == "infeasible":
            return Settled(self._met[0], proved=True, others=(), complete=True)
        fewest = self._count(self._met[0])
        while len(self._met) <= SHOWN_OPTIMA:
            answer = self._minimise(search, self._changes)
            if answer.ended == "infeasible":
                complete = proved = True
                break
            if answer.ended == "interrupted" or answer.x is None:
                break
            self._met.append(answer.x)
            if self._count(answer.x) > fewest:
                proved = True
                break
            fewest = self._count(answer.x)
            search.exclude(self._piece.offered(answer.x))
        else:
            proved = self._in_order(fewest)
        best = min(self._met, key=lambda x: (self._count(x), _order(self._piece.offered(x))))
        seen = {_order(self._piece.offered(best))}
        others = []
        for x in self._met:
            if (layout := _order(self._piece.offered(x))) not in seen:
                seen.add(layout)
                others.append(x)
        return Settled(best, proved, tuple(others[:SHOWN_OPTIMA]), complete)

    def _minimise(self, piece: Piece, objective: int) -> highs.Answer:
        return solve_piece(
            piece,
            objective,
            self._watch,
            seconds=max(0.0, self._until - self._watch.seconds),
            seed=self._seed,
            doubt_seconds=DOUBT_SECONDS,
        )

    def _in_order(self, fewest: int) -> bool:
        """Many equal optima: settle pair by pair in the documented order, twenty at a time. True when it came to the end."""
        search = self._piece.fork()
        search.hold(self._changes, fewest + 0.5)
        pairs = sorted(search.offers, key=_place)
        for begin in range(0, len(pairs), PAIRS_AT_ONCE):
            some = pairs[begin : begin + PAIRS_AT_ONCE]
            ordered = _with_cost(search, some)
            answer = self._minimise(ordered, len(ordered.costs) - 1)
            if answer.x is None or answer.ended != "proved":
                return False
            self._met.append(answer.x)
            found = search.offered(answer.x)
            for index in some:
                search.pin(index, found[index])
        return True

    def _count(self, x: Floats) -> int:
        return round(float(self._piece.costs[self._changes] @ x))


def _place(index: Index) -> Index:
    s, k, t = index
    return t, k, s


def _order(offered: Mapping[Index, bool]) -> tuple[bool, ...]:
    """Smaller for the layout that offers the pair at the first difference."""
    return tuple(not offered[index] for index in sorted(offered, key=_place))


def _with_cost(piece: Piece, pairs: Sequence[Index]) -> Piece:
    """The piece with one more cost: each pair offered earns more than all after it together."""
    cost = np.zeros(len(piece.columns))
    cost[[piece.offers[index] for index in pairs]] = -(2.0 ** np.arange(len(pairs) - 1, -1, -1))
    costed = piece.fork()
    costed.costs = np.vstack([piece.costs, cost])
    return costed
