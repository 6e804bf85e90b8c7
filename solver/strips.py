"""Strips of a front: its points between two values of the second objective, to be looked for apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STRIPS = 8
"""Of a front whose second objective may take any value. It may have few points, and strips without one are looked into for nothing."""
MOST_STRIPS, STEPS_OF_A_STRIP = 28, 4
"""Of a front that goes down in whole steps: how many at most, and how many steps one has on average."""


@dataclass(frozen=True)
class Strip:
    """A part of the front: the second objective is more than ``above`` and at most ``at_most``; None where there is no limit."""

    above: float | None
    at_most: float | None


def strips_between(high: float, low: float, *, counted: bool) -> list[Strip]:
    """A front cut between its ends by the second objective, in turn from its low and its high end; ``counted`` where that is a whole number.

    Plans are hardest to prove near one of the ends, mostly where the second objective is best. What is long is so begun early, and strips are narrower
    towards the middle, a third of those at the ends, so that those who search side by side end nearly together.
    """
    if not high > low:
        return [Strip(None, None)]
    if counted:
        steps = round(high - low)
        count = min(steps, max(STRIPS, min(MOST_STRIPS, steps // STEPS_OF_A_STRIP)))
        cuts = sorted({float(round(cut)) + 0.5 for cut in _cuts(high, low, count)}, reverse=True)
    else:
        cuts = _cuts(high, low, STRIPS)
    down = [Strip(above, at_most) for at_most, above in zip([None, *cuts], [*cuts, None], strict=True)]
    return [down[-1 - i // 2] if i % 2 == 0 else down[i // 2] for i in range(len(down))]


def _cuts(high: float, low: float, count: int) -> list[float]:
    """Where ``count`` strips meet, from the high end down; a strip at ``v`` between -1 and 1 is as wide as 1/2 + |v| says."""
    v = np.linspace(1.0, -1.0, count + 1)[1:-1]
    cuts: list[float] = (low + (high - low) * (1.0 + v * (1.0 + np.abs(v)) / 2) / 2).tolist()
    return cuts


__all__ = ["Strip", "strips_between"]
