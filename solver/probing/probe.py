"""Probing the sites of one care type: open or close one, or two, and see what follows (Savelsbergh 1994)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from solver.probing.sites import Choice, Sites
from solver.watch import Watch

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
PASSES = 4
"""Times that all sites are probed anew because something was decided."""
MOST_PAIRS = 500
"""Pairs of sites probed together."""
Literal = tuple[int, bool]
"""A site, and whether it is open."""
Clause = tuple[Literal, ...]
"""One of these holds in every plan."""


@dataclass
class Probed:
    """What probing found: what is left to choose, None where no plan keeps the rows, and what holds besides."""

    choice: Choice | None
    clauses: list[Clause] = field(default_factory=list)


def probed(sites: Sites, choice: Choice, watch: Watch) -> Probed:
    """Decide what one site at a time decides, then tell what one and two of them do to others."""
    alone: dict[Literal, Choice] = {}
    for _ in range(PASSES):
        before, alone = choice, {}
        for s in before.undecided.tolist():
            if watch.over or not (choice.may_open[s] and choice.may_close[s]):
                continue
            tried = {opens: _tried(sites, choice, [(s, opens)]) for opens in (False, True)}
            left = {(s, opens): after for opens, after in tried.items() if after is not None}
            if not left:
                return Probed(None)
            alone |= left
            if len(left) == 1:
                (choice,) = left.values()
        if choice is before:
            break
    found = Probed(choice)
    undecided = set(choice.undecided.tolist())
    for (s, opens), after in alone.items():
        if s in undecided:
            found.clauses += [((s, not opens), other) for other in _decided(choice, after) if other[0] != s]
    pairs = [pair for pair in sites.neighbours(choice) if undecided.issuperset(pair)]
    for (a, b), opens in product(pairs[:MOST_PAIRS], (False, True)):
        by_one = [alone.get((s, opens), choice) for s in (a, b)]
        if watch.over or any(_decided(choice, after) & {(a, not opens), (b, not opens)} for after in by_one):
            continue
        denied = (a, not opens), (b, not opens)
        both = _tried(sites, choice, [(a, opens), (b, opens)])
        if both is None:
            found.clauses.append(denied)
            continue
        known = _decided(choice, by_one[0]) | _decided(choice, by_one[1]) | {(a, opens), (b, opens)}
        found.clauses += [(*denied, other) for other in sorted(_decided(choice, both) - known)]
    return found


def _tried(sites: Sites, choice: Choice, literals: Sequence[Literal]) -> Choice | None:
    """What is left when some sites are open or closed; None where no plan is."""
    after = choice.copy()
    for s, opens in literals:
        if not (sites.open if opens else sites.close)(after, np.array([s])):
            return None
    return after


def _decided(before: Choice, after: Choice) -> set[Literal]:
    """What is decided after that was not before."""
    closed = np.flatnonzero(before.may_open & ~after.may_open)
    opened = np.flatnonzero(before.may_close & ~after.may_close)
    return {(int(s), False) for s in closed} | {(int(s), True) for s in opened}
