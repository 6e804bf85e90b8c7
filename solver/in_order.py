"""Objectives in order: each minimised in turn, the earlier ones held at what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.piece import Index, Piece
from solver.solve_piece import solve_piece
from solver.watch import Heard, Watch

Floats = NDArray[np.float64]
SLACK = 5e-10
"""How far an earlier objective may move while a later one is minimised, relative: half of what the contract allows (v + tolerance x |v| + 1e-9 x
max(1, |v|)), so that what a later objective spends of it still counts as the optimum."""
ROUNDING = 1e-7
"""How far, relative, a relaxation's value may be off."""


@dataclass(frozen=True)
class Minimised:
    """What minimising one piece in order gave. Values and bounds leave out what is known beforehand; None where nothing was found."""

    ended: highs.Ended
    x: Floats | None
    values: tuple[float | None, ...]
    bounds: tuple[float | None, ...]
    shut: NDArray[np.bool_] | None = None
    """[columns] columns that are in no plan as good as this one; None where that is known of none."""


def held_at(value: float, tolerance: float = 0.0) -> float:
    """The limit at which an objective is held while later ones are minimised."""
    return value + tolerance * abs(value) + SLACK * max(1.0, abs(value))


def minimise_in_order(
    piece: Piece,
    tolerances: Sequence[float],
    watch: Watch,
    *,
    seconds: float,
    relative_gap: float = 0.0,
    seed: int = 0,
    presolve: bool = True,
    doubt_seconds: float = np.inf,
    start: Mapping[Index, bool] | None = None,
    heard: Heard | None = None,
) -> Minimised:
    """Minimise the objectives of a piece in order, within ``seconds``; the piece keeps the rows that hold them.

    After the last one, what a tolerance allowed but no later objective needed is given back: each tolerated objective is minimised once more with all others
    held. ``start`` is a layout to begin with; ``heard`` hears value, bound and plan of the first objective.
    """
    count = len(tolerances)
    values: list[float | None] = [None] * count
    bounds: list[float | None] = [None] * count
    x: Floats | None = None
    ended: highs.Ended = "proved"
    until = watch.seconds + seconds
    begin = _decided(piece, start)
    again = [(position, 0.0) for position in range(count - 1)] if any(t > 0 for t in tolerances[:-1]) else []
    for turn, (position, tolerance) in enumerate([*enumerate(tolerances), *again]):
        answer = solve_piece(
            piece,
            position,
            watch,
            seconds=max(0.0, until - watch.seconds),
            relative_gap=relative_gap,
            seed=seed,
            presolve=presolve,
            doubt_seconds=doubt_seconds,
            start=begin,
            on_progress=heard if position == 0 else None,
        )
        if answer.ended == "infeasible":
            if x is None:
                return Minimised("infeasible", None, tuple(values), tuple(bounds))
            ended = "interrupted"  # the held rows leave a sliver that the solver could not hit: what was found before stands
            break
        if turn < count:
            values[position], bounds[position] = answer.value, answer.bound
        if answer.x is not None:
            x = answer.x
            begin = _picked(piece, x) if piece.patterns.any() else _decided(piece, piece.offered(x))
        if answer.ended == "interrupted":
            ended = "interrupted"
            break
        if answer.ended == "gap":
            ended = "gap"
        assert answer.value is not None
        limit = held_at(answer.value, tolerance)
        piece.hold(position, limit)
        if answer.relaxed is not None:
            least, more = answer.relaxed
            apart = more > limit - least + ROUNDING * max(1.0, abs(limit))
            piece.shut_out((piece.patterns & apart) | (np.isinf(more) if tolerance == 0 else False))
    return Minimised(ended, x, tuple(values), tuple(bounds), piece.shut)


def _decided(piece: Piece, layout: Mapping[Index, bool] | None) -> tuple[NDArray[np.int32], Floats] | None:
    """A layout as a start: the decisions alone."""
    if layout is None or not piece.offers:
        return None
    columns = np.array([column for index, column in piece.offers.items() if index in layout], np.int32)
    return columns, np.array([float(layout[index]) for index in piece.offers if index in layout])


def _picked(piece: Piece, x: Floats) -> tuple[NDArray[np.int32], Floats]:
    """A plan as a start: the decisions and the patterns that it is made of."""
    columns = np.flatnonzero(piece.base.integer | piece.patterns)
    return columns.astype(np.int32), np.round(x[columns])
