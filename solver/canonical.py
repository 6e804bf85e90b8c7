"""One plan for one question: of equally good plans the one with the fewest changes to today, then by a documented order.

Two landscapes of equal value are two different pieces of advice, and which of them a solver happens to meet first depends on its seed. So when the optimum
is proved, the other optima are looked for, and the plan published is the one

    with the fewest changes, and among those the one that, at the first difference in the order of period, care type and site_id, offers the pair.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from solver.case import Case
from solver.landscape import Landscape
from solver.objective import Objective
from solver.objectives.changes import Changes
from solver.rule import Expression, Words
from solver.solve_model import Ask, Layout, Solved, held_at, solve_model
from solver.watch import Watch

Bools = NDArray[np.bool_]
SHOWN_OPTIMA = 10
"""Other optima are listed up to this many."""
PAIRS_AT_ONCE = 20
"""Powers of two that a solver keeps apart without trouble."""


@dataclass(frozen=True)
class Canonical:
    """The plan to publish; ``others`` equally good plans that were met, ``complete`` when there are no more."""

    solved: Solved
    proved: bool
    others: tuple[Layout, ...]
    complete: bool


def canonical(case: Case, solved: Solved, watch: Watch) -> Canonical:
    """Settle on one of the equally good plans of a proved optimum, as far as the time allows."""
    if solved.layout is None or any(value is None for value in solved.values):
        return Canonical(solved, False, (), False)
    search = _Search(case, solved, watch)
    return search.settled()


class _Search:
    def __init__(self, case: Case, solved: Solved, watch: Watch) -> None:
        self._case, self._solved, self._watch = case, solved, watch
        self._held = [
            (o, held_at(value)) for o, value in zip(case.objectives, solved.values, strict=True) if value is not None
        ]

    def settled(self) -> Canonical:
        """Meet the other optima in the order of their changes, until one has more changes than the fewest."""
        first = self._solved.layout
        assert first is not None
        optima = [first]
        fewest = self._changes(first.offered)
        complete = proved = False
        while len(optima) <= SHOWN_OPTIMA:
            found = self._next(optima)
            if found is None:
                break
            if found.infeasible:
                complete = proved = True
                break
            assert found.layout is not None
            optima.append(found.layout)
            if self._changes(found.layout.offered) > fewest:
                proved = True
                break
            fewest = self._changes(found.layout.offered)
        else:
            proved = self._in_order(optima)
        best = min(optima, key=lambda layout: (self._changes(layout.offered), _order(layout.offered)))
        others = tuple(layout for layout in optima if layout is not best)
        return Canonical(replace(self._solved, layout=best), proved, others, complete)

    def _next(self, known: list[Layout]) -> Solved | None:
        """The optimum with the fewest changes that is not known yet; None when time is up."""
        asked = Ask(
            self._case.land,
            self._case.rules,
            [Changes()],
            self._case.limits,
            held=self._held,
            excluded=[layout.offered for layout in known],
        )
        found = solve_model(asked, self._watch)
        return found if found.stopped_by == "proof" else None

    def _in_order(self, optima: list[Layout]) -> bool:
        """Many equal optima: settle pair by pair in the documented order, twenty at a time. True when it came to the end."""
        land = self._case.land
        fewest = min(self._changes(layout.offered) for layout in optima)
        held = [*self._held, (Changes(), held_at(float(fewest)))]
        pinned: dict[tuple[int, int, int], bool] = {}
        pairs = [(int(s), int(k), t) for t in range(len(land.periods)) for k, s in np.argwhere(land.choosable().T)]
        for begin in range(0, len(pairs), PAIRS_AT_ONCE):
            some = pairs[begin : begin + PAIRS_AT_ONCE]
            found = solve_model(
                Ask(land, self._case.rules, [_Earliest.of(some)], self._case.limits, held=held, pinned=pinned),
                self._watch,
            )
            if found.layout is None or found.stopped_by != "proof":
                return False
            optima.append(found.layout)
            pinned |= {index: bool(found.layout.offered[index]) for index in some}
        return True

    def _changes(self, offered: Bools) -> int:
        land = self._case.land
        before = np.concatenate([land.offered_today[:, :, None], offered[:, :, :-1]], axis=2)
        return int((before != offered)[land.site_in_region].sum())


def _order(offered: Bools) -> tuple[bool, ...]:
    """Smaller for the plan that offers the pair at the first difference, by period, care type, site."""
    return tuple(~np.transpose(offered, (2, 1, 0)).ravel())


class _Earliest(Objective):
    """Offer the earliest of some pairs: each weighs more than all after it together."""

    unit: ClassVar[str] = "order"
    pairs: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, pairs: list[tuple[int, int, int]]) -> _Earliest:
        """Of these (s, k, t), in order of weight."""
        return cls(pairs=tuple(pairs))

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """Minus a power of two for each pair."""
        return sum(-(2.0 ** (len(self.pairs) - 1 - i)) * m.offers[index] for i, index in enumerate(self.pairs))
