"""What a solver is asked: an objective list under rules for a landscape, from where to begin, and what is given beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from solver.case import Limits
from solver.formulations.face import CompiledFace
from solver.landscape import Landscape
from solver.objective import Objective
from solver.piece import Index
from solver.rule import Rule
from solver.solved import Layout

Bools = NDArray[np.bool_]


@dataclass
class Ask:
    """What to minimise under which rules, and from where to begin."""

    land: Landscape
    rules: Sequence[Rule]
    objectives: Sequence[Objective]
    limits: Limits
    first_plan: Callable[[CompiledFace], Layout | None] | None = None
    """Makes a plan to begin with, one that keeps every hard rule, or None."""
    fixed: Bools | None = None
    """[S,K,T] every offer is given; only flows are left to decide."""
    pinned: Mapping[Index, bool] = field(default_factory=dict)
    """Some offers are given: (s, k, t) -> offered."""
    held: Sequence[tuple[Objective, float]] = ()
    """Objectives that may be at most so much, in their own unit."""
    start: Layout | None = None
    excluded: Sequence[Bools] = ()
    """Plans that do not count."""
    presolve: bool = True
    """Let HiGHS simplify first; without is slower, and a second opinion."""
    doubt_seconds: float = np.inf
    """How long that second opinion may take where HiGHS finds no plan [seconds]."""
    patterns: bool | None = None
    """Write nearest patients as whole layouts, as a prefix graph, or let the formulation choose."""
    lazily: bool | None = None
    """Make the rows of nearest patients when they are missed, never, or (None) where they are many."""
    settle: bool = False
    """Look for other optima and choose the canonical one."""
    seconds: float | None = None
    trace: list[tuple[float, float | None, float | None]] = field(default_factory=list)
