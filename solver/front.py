"""The front of best compromises: which of many plans no other is at least as good as in everything, and where unknown ones may still lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solver.plan_order import ranks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Worth = tuple[float, ...]


def undominated(values: Floats, later: Floats) -> Ints:
    """Positions of the plans on the front, by the first objective: ``values`` [n, objectives], smaller is better.

    Values within 1e-9 of each other are equal; of plans equal in all objectives the one whose row of ``later`` [n, keys] comes first is kept.
    """
    if not len(values):
        return np.zeros(0, np.int64)
    rank = np.column_stack([ranks(values[:, i]) for i in range(values.shape[1])])
    left = np.lexsort([*later.T[::-1], *rank.T[::-1]])
    front = []
    while len(left):
        best = left[0]
        front.append(best)
        left = left[(rank[left] < rank[best]).any(axis=1)]
    return np.array(front, np.int64)


@dataclass
class Boxes:
    """The search for every point of a front, or of a strip of it, box by box.

    A box says how much each objective but the first may be at most. ``best_in`` gives the plan of a box that is best by the objectives in order, as a
    worth [objectives], or None where the box is empty. Whatever else lies in the box is either no better than it in anything, or in one of the boxes
    below it: for some objective but the first, everything that is ``below`` its value. So the search ends when all boxes are empty, and has met every
    point of the front.
    """

    best_in: Callable[[Worth], Worth | None]
    below: Callable[[int, float], float]
    """(objective, value) -> the largest limit that shuts the value out."""
    known: list[tuple[Worth, Worth | None]] = field(default_factory=list)
    """Boxes that were looked into before, with what was found."""

    def search(self, whole: Worth, above: float = -np.inf) -> None:
        """Look into every box of a whole one that lets the second objective be more than ``above``. What ``best_in`` raises ends the search."""
        waiting: list[Worth] = [whole]
        seen = set(waiting)
        while waiting:
            box = waiting.pop(0)
            worth = self._best(box)
            if worth is None:
                continue
            for i in range(len(box)):
                limit = self.below(i + 1, worth[i + 1])
                smaller = (*box[:i], min(box[i], limit), *box[i + 1 :])
                if smaller not in seen and smaller[0] > above:
                    seen.add(smaller)
                    waiting.append(smaller)

    def _best(self, box: Worth) -> Worth | None:
        """From a box looked into before that holds this one, where that settles it; else by looking."""
        for larger, worth in self.known:
            if all(a <= b for a, b in zip(box, larger, strict=True)) and (
                worth is None or all(a <= b for a, b in zip(worth[1:], box, strict=True))
            ):
                return worth
        worth = self.best_in(box)
        self.known.append((box, worth))
        return worth
