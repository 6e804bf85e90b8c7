"""One piece, one objective: searched by the kernel where its rows are made when missed, else handed to the solver whole or sifted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver import highs, sifting
from solver.kernel.search import search
from solver.piece import Piece
from solver.watch import Heard, Watch

Floats = NDArray[np.float64]


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
    return sifting.solve(
        piece.model(objective),
        piece.patterns,
        watch,
        seconds=seconds,
        relative_gap=relative_gap,
        seed=seed,
        presolve=presolve,
        start=start,
        on_progress=on_progress,
        doubt_seconds=doubt_seconds,
        warm=piece.warm.get(objective),
    )
