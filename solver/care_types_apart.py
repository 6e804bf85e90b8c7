"""Care types apart: a question without the rows that tie its care types to each other, for a bound and a layout to go on from.

Leaving rows out only makes a question freer, so that what its care types cost apart, added up, is a bound for all of them together. Nearest patients who pass
few sites are written exactly, all others are searched for by price, as if they were steered.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver.ask import Ask
from solver.behaviours import Nearest, Steered
from solver.by_price import solve_by_price
from solver.formulations.compact import many_prefixes
from solver.formulations.face import CompiledFace
from solver.formulations.stage import Stage
from solver.formulations.words import ALL_TOGETHER
from solver.landscape import Landscape
from solver.solve_model import compact
from solver.watch import Watch

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
NOBODY = -1
SEVERAL = np.iinfo(np.int64).max
MANY_FREE = 50
"""Sites left to choose from which a care type alone takes a minute to be proved."""
FAR = 0.15
"""The share of the time for care types that are searched by price."""


@dataclass(frozen=True)
class Apart:
    """What the care types cost at least [the first objective], None where that is not known; offers [S,K,T] of each by itself, as far as found."""

    bound: float | None
    offered: Bools | None
    infeasible: bool
    formulation: str
    size: tuple[int, int, int]


def solve_care_types_apart(ask: Ask, face: CompiledFace, watch: Watch, *, seconds: float) -> Apart:
    """Each care type of a face by itself, within so many seconds."""
    land, until = ask.land, watch.seconds + seconds
    everyone = range(len(land.behaviours))
    parted = _Parted.of(face)
    if not parted.bounded:
        return Apart(None, None, False, "not told apart", (0, 0, 0))
    far = {k for k in everyone if _far(land, face, k, within=ask.limits.relative_gap)}
    near = set(everyone) - far
    priced = None
    if far:
        steered = replace(land, behaviours=tuple(Steered(mode=behaviour.mode) for behaviour in land.behaviours))
        of_far = _only(steered, far), parted.face_of(far)
        priced = solve_by_price(*of_far, ask.limits, None, watch, seconds=FAR * seconds, trace=[], tells_plans=False)
    left = Ask(
        _only(land, near),
        ask.rules,
        ask.objectives[:1],
        ask.limits,
        seconds=max(0.0, until - watch.seconds),
        doubt_seconds=ask.doubt_seconds,
        patterns=False,
        lazily=False,
    )
    exact = compact(left, parted.face_of({*near, NOBODY}), watch)
    bounds = [exact.bounds[0] if exact.bounds else None]
    offered = None if exact.layout is None else exact.layout.offered.copy()
    if far:
        found = None if isinstance(priced, str) else priced
        bounds.append(None if found is None else found.bound)
        if offered is not None and found is not None and found.layout is not None:
            offered[:, sorted(far)] = found.layout.offered[:, sorted(far)]
    known = [bound for bound in bounds if bound is not None]
    bound = sum(known) if len(known) == len(bounds) else None
    how = f"{exact.formulation}; by price for {len(far)} care types" if far else exact.formulation
    return Apart(bound, offered, exact.infeasible, how, exact.size)


def _far(land: Landscape, face: CompiledFace, k: int, *, within: float) -> bool:
    """Not of patients to the nearest site, or so many sites are left to choose that writing them comes to nothing, or takes long where a gap will do."""
    if not isinstance(land.behaviours[k], Nearest):
        return True
    stages = [Stage.of(land, face, k, t, face.lower, face.upper) for t in range(land.shape[3])]
    return any(many_prefixes(stage) or (within > 0 and stage.free_sites > MANY_FREE) for stage in stages)


def _only(land: Landscape, care_types: Collection[int]) -> Landscape:
    """Nobody needs any other care type."""
    chosen = np.zeros(len(land.behaviours), bool)
    chosen[list(care_types)] = True
    return replace(land, demand=np.where(chosen[None, :, None], land.demand, 0.0))


@dataclass(frozen=True)
class _Parted:
    """A face whose columns and rows have an owner: a care type, NOBODY, or for rows SEVERAL."""

    face: CompiledFace
    owner: Ints
    row_owner: Ints

    @classmethod
    def of(cls, face: CompiledFace) -> _Parted:
        """A column that no care type gave its name to is of the one whose columns alone it meets in rows, if that is so."""
        owner = np.full(len(face.lower), NOBODY)
        for (_, k, _), column in face.offers.items():
            owner[column] = k
        for asked, column in face.asked.items():
            owner[column] = asked.k
        entries = face.rows.tocoo()
        free = (face.lower != face.upper)[entries.col]
        named = free & (owner[entries.col] != NOBODY)
        first, last = _ends(entries.row[named], owner[entries.col[named]], face.rows.shape[0])
        least, most = (
            _ends(entries.col, first[entries.row], len(owner))[0],
            _ends(entries.col, last[entries.row], len(owner))[1],
        )
        owner = np.where((owner == NOBODY) & (least == most), most, owner)
        first, last = _ends(entries.row[free], owner[entries.col[free]], face.rows.shape[0])
        return cls(face, owner, np.where(first == last, first, SEVERAL))

    @property
    def bounded(self) -> bool:
        """Nothing earns without end once the rows of several owners are left out, and nothing looks at all care types together."""
        face, cost = self.face, self.face.objectives[0]
        left_out = np.zeros(len(cost), bool)
        left_out[sp.csr_array(face.rows[np.flatnonzero(self.row_owner == SEVERAL)]).indices] = True
        endless = (cost != 0) & ~np.isfinite(np.where(cost > 0, face.lower, face.upper))
        endless[list(face.asked.values())] = False
        return not (left_out & endless).any() and all(asked.k != ALL_TOGETHER for asked in face.asked)

    def face_of(self, owners: Collection[int]) -> CompiledFace:
        """The rows of some owners alone, and what their columns cost; offers of all others stay as they are at their least."""
        face, alone = self.face, np.isin(self.row_owner, list(owners))
        mine = np.isin(self.owner, list(owners))
        others = np.array([column for column in face.offers.values() if not mine[column]], np.int64)
        upper = face.upper.copy()
        upper[others] = face.lower[others]
        return replace(
            face,
            upper=upper,
            rows=sp.csr_array(face.rows[np.flatnonzero(alone)]),
            row_lower=face.row_lower[alone],
            row_upper=face.row_upper[alone],
            row_rule=face.row_rule[alone],
            objectives=np.where(mine, face.objectives[:1], 0.0),
            offsets=face.offsets[:1] * (NOBODY in owners),
        )


def _ends(at: NDArray[Any], value: Ints, count: int) -> tuple[Ints, Ints]:
    """The least and the most of the values at each of so many places; SEVERAL and below NOBODY where there are none."""
    least, most = np.full(count, SEVERAL), np.full(count, NOBODY - 1)
    np.minimum.at(least, at, value)
    np.maximum.at(most, at, value)
    return least, most
