"""The unit of a piece's values: what every one of them is a whole multiple of, where costs are whole numbers of something."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.formulations.lazily import LazyPart
from solver.model import Model
from solver.piece import Piece

Floats = NDArray[np.float64]
DIGITS = 4
"""Decimals looked at."""
EXACT = 2.0**50


def unit_of(piece: Piece, model: Model) -> float:
    """What the value of every plan is a multiple of; 0 where other things than travel and offers cost, or nothing is found."""
    decisions = list(piece.offers.values())
    amounts = [model.cost[decisions]]
    others = np.ones(len(model.cost), bool)
    others[decisions] = False
    for part in piece.unwritten:
        if not isinstance(part, LazyPart) or part.travel is None:
            continue
        at = np.flatnonzero(piece.columns == part.travel)
        if len(at) and model.cost[at[0]] != 0:
            others[at] = False
            listed = part.useful.cost[np.isfinite(part.useful.cost)]
            amounts += [model.cost[at[0]] * listed, model.cost[at[0]] * part.useful.last_cost]
    if model.cost[others].any():
        return 0.0
    return greatest_unit(np.concatenate(amounts))


def greatest_unit(amounts: Floats) -> float:
    """The greatest number that all amounts are whole multiples of, looked for among numbers of a few decimals; 0 where there is none."""
    amounts = np.unique(np.abs(amounts[amounts != 0]))
    if not len(amounts):
        return 0.0
    for digits in range(DIGITS + 1):
        shifted = amounts * 10.0**digits
        whole = np.rint(shifted)
        if whole[-1] < EXACT and (np.abs(shifted - whole) <= 1e-9 * np.maximum(1.0, whole)).all() and whole[0] > 0:
            return float(np.gcd.reduce(whole.astype(np.int64))) / 10.0**digits
    return 0.0
