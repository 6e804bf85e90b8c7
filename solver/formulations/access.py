"""The body of access: inhabitants beyond reach, one column per set of sites within reach.

    beyond = sum over sets W of inhabitants[W] * lost[W],   lost[W] >= 1 - sum over s in W of offers[s],   lost[W] <= 1 - offers[s] for every s in W

Areas with the same sites within reach share one column. The rows from above are written only where a larger number is rewarded.
"""

from __future__ import annotations

import numpy as np

from solver.formulations.entries import NO_COLUMN, Rows
from solver.formulations.face import Asked
from solver.formulations.stage import Stage
from solver.model import Builder


class AccessPart:
    """Defines one ``beyond`` of one stage."""

    def __init__(self, builder: Builder, stage: Stage, asked: Asked, beyond: int) -> None:
        land = stage.land
        persons = land.inhabitants(asked.group)
        near = land.within(asked.max_minutes, asked.reach) & stage.candidates
        living = (persons > 0) & ~(near & stage.surely_open).any(axis=1)
        sets, which = np.unique(near[living], axis=0, return_inverse=True)
        inhabitants = np.bincount(which.ravel(), persons[living], minlength=len(sets))
        n = len(sets)
        lost = builder.add_columns(0.0, 1.0, count=n) if n else 0
        columns = np.arange(lost, lost + n)
        if n:
            w, s = np.nonzero(sets)
            rows = Rows(n).add(np.arange(n), columns, 1.0).add(w, stage.column[s], 1.0, stage.constant[s])
            rows.write(builder, 1.0, np.inf)
            if stage.face.wants_large[beyond] and len(w):
                pairs = np.arange(len(w))
                above = Rows(len(w)).add(pairs, columns[w], 1.0).add(pairs, stage.column[s], 1.0, stage.constant[s])
                above.write(builder, -np.inf, 1.0)
        total = Rows(1).add(0, beyond, 1.0).add(np.zeros(n, int), columns if n else np.zeros(0, int), -inhabitants)
        total.write(builder, 0.0, 0.0 if stage.face.wants_large[beyond] else np.inf)


__all__ = ["NO_COLUMN", "AccessPart"]
