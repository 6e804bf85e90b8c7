"""The beginning: the plain question behind a piece, where there is one, for multipliers and interchange to start from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.formulations.lazily import LazyPart
from solver.kernel.ground import Ground
from solver.model import Cuts, Model
from solver.piece import Piece

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Plain:
    """The plain question of a piece: its ground, and how its sites stand among the piece's columns."""

    ground: Ground
    part: LazyPart
    offers: Ints
    """[F] columns of the piece."""
    every: Ints
    """Columns of all decisions of the piece."""
    each: float
    """Cost of a case-minute in the objective."""
    complete: bool
    """The objective has no other cost: its bound is the piece's."""
    columns: int
    """Of the whole model."""

    def decisions(self, chosen: Bools) -> Floats:
        """All decisions of the piece under a choice [F] of sites."""
        return _spread(chosen, self.offers, self.every)

    def first_rows(self, multipliers: Floats) -> Cuts:
        """Rows of travel, over the whole model, that prove what multipliers [G] prove."""
        return self.part.rows_about(multipliers, self.columns)


def plain_question(
    piece: Piece, model: Model, lower: Floats, upper: Floats, allowed: Callable[[Floats], bool], every: Ints
) -> Plain | None:
    """The plain question of a piece with one stage whose travel the objective wants small; None where there is none.

    ``lower`` and ``upper`` are the bounds of its columns, ``allowed`` says of all decisions [every] whether they keep the piece's rules.
    """
    if len(piece.unwritten) != 1 or not isinstance(part := piece.unwritten[0], LazyPart) or part.travel is None:
        return None
    travel = np.flatnonzero(piece.columns == part.travel)
    each = float(model.cost[travel[0]]) if len(travel) else 0.0
    stage = part.stage
    mine = {int(stage.column[s]): s for s in range(len(stage.column)) if stage.column[s] >= 0}
    sites = [(column, mine[int(piece.columns[column])]) for column in every if int(piece.columns[column]) in mine]
    sites = [(column, s) for column, s in sites if upper[column] > 0.5]
    if each <= 0 or not sites or len(mine) < len(every):
        return None
    offers = np.array([column for column, _ in sites], np.int64)
    others = np.ones(len(model.cost), bool)
    others[[*travel, *every]] = False
    fewest, most = _numbers(model, offers, every)
    forced = lower[offers] > 0.5
    ground = Ground(
        cost=part.useful.table(len(stage.column))[:, [s for _, s in sites]],
        last=part.useful.last_cost,
        fixed=model.cost[offers] / each,
        forced=forced,
        fewest=max(fewest, int(forced.sum())),
        most=most,
        cases=part.useful.cases,
        allowed=lambda chosen: allowed(_spread(chosen, offers, every)),
    )
    return Plain(ground, part, offers, every, each, not model.cost[others].any(), len(piece.known))


def _spread(chosen: Bools, offers: Ints, every: Ints) -> Floats:
    decisions = np.zeros(len(every))
    decisions[np.searchsorted(every, offers[chosen])] = 1.0
    return decisions


def _numbers(model: Model, offers: Ints, every: Ints) -> tuple[int, int]:
    """Fewest and most of the sites, by rows that count all of them and nothing else."""
    fewest, most = 0, len(offers)
    counts = np.diff(model.rows.indptr)
    for i in np.flatnonzero(counts >= len(offers)):
        span = slice(model.rows.indptr[i], model.rows.indptr[i + 1])
        columns, values = model.rows.indices[span], model.rows.data[span]
        if (values == 1.0).all() and np.isin(columns, every).all() and np.isin(offers, columns).all():
            if np.isfinite(model.row_lower[i]):
                fewest = max(fewest, int(np.ceil(model.row_lower[i] - 1e-6)))
            if np.isfinite(model.row_upper[i]):
                most = min(most, int(np.floor(model.row_upper[i] + 1e-6)))
    return fewest, most
