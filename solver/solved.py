"""What solving gave: a layout, why it stopped, and per objective the value the model saw and the bound it proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from solver.case import Flows

Bools = NDArray[np.bool_]
StoppedBy = Literal["proof", "gap", "time_limit", "cancel", "memory", "error"]
PROVED_GAP = 1e-9


@dataclass(frozen=True)
class Layout:
    """A plan as indices: ``offered`` [S,K,T] and the flows the planner decided (those of the other behaviours follow from the plan)."""

    offered: Bools
    flows: Flows


@dataclass(frozen=True)
class Solved:
    """What minimising in order gave: the best layout found, and per objective the value the model saw and the bound it proved."""

    layout: Layout | None
    stopped_by: StoppedBy
    infeasible: bool = False
    impossible_rule: str = ""
    """Id of a rule that cannot hold by itself, where that is known."""
    values: tuple[float | None, ...] = ()
    bounds: tuple[float | None, ...] = ()
    formulation: str = ""
    size: tuple[int, int, int] = (0, 0, 0)
    trace: tuple[tuple[float, float | None, float | None], ...] = ()
    """(seconds, value, bound) of the first objective as the solve went on."""
    canonical: bool = False
    """Of equal optima this is the one with the fewest changes, then by the documented order."""
    others: tuple[Layout, ...] = ()
    """Other optima that were met."""
    multipliers: Mapping[tuple[int, int], NDArray[np.float64]] = field(default_factory=dict)
    """(care type, period) -> [A] case-minutes of each area from which a certificate of travel can begin, where the search met some."""
    others_complete: bool = False
