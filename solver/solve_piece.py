"""One piece, one objective: searched by the kernel where its rows are made when missed, else handed to the solver whole or sifted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver import highs, sifting
from solver.kernel.search import search
from solver.periods_apart import solve_apart
from solver.piece import Piece, Warm
from solver.watch import Heard, Watch

Floats = NDArray[np.float64]
SHARE_APART = 0.5
"""Share of the time for the periods apart, at most."""


def solve_piece(
    piece: Piece,
    objective: int,
    watch: Watch,
    *,
    seconds: float,
    relative_gap: float = 0.0,
    seed: int = 0,
    presolve: bool = True,
    start: tuple[NDArray[np.int32], Floats] | None = None,
    on_progress: Heard | None = None,
    doubt_seconds: float = np.inf,
) -> highs.Answer:
    """Minimise one objective of a piece; arguments and answer as highs.solve."""
    if piece.unwritten:
        return search(
            piece,
            objective,
            watch,
            seconds=seconds,
            relative_gap=relative_gap,
            seed=seed,
            start=start,
            on_progress=on_progress,
        )
    model, warm = piece.model(objective), piece.warm.get(objective)
    if worth_apart(piece) and (warm is None or warm.relaxation is None):
        apart = solve_apart(
            model,
            piece.patterns,
            piece.period,
            watch,
            seconds=seconds * SHARE_APART,
            relative_gap=relative_gap,
            seed=seed,
        )
        if apart.infeasible:
            return highs.Answer("infeasible", None, None, None)
        if apart.relaxation is not None and apart.met is not None:
            met = apart.met if warm is None else apart.met | warm.met
            warm = Warm(met, apart.relaxation)
        if apart.x is not None:
            if on_progress is not None and apart.relaxation is not None:
                on_progress(float(model.cost @ apart.x), apart.relaxation.least, apart.x)
            columns = np.array(list(piece.offers.values()), np.int32)
            start = columns, np.round(apart.x[columns])
    return sifting.solve(
        model,
        piece.patterns,
        watch,
        seconds=seconds,
        relative_gap=relative_gap,
        seed=seed,
        presolve=presolve,
        start=start,
        on_progress=on_progress,
        doubt_seconds=doubt_seconds,
        warm=warm,
    )


def worth_apart(piece: Piece) -> bool:
    """Several periods, whole layouts to be sifted, and no row added that ties all periods together."""
    several = len({t for _, _, t in piece.offers}) > 1
    return several and piece.fresh and bool(piece.patterns.sum() > sifting.SMALL_ENOUGH)
