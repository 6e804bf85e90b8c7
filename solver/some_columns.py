"""Some columns of a model: the model without the others, and what is said of it as said of all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solver import highs
from solver.model import Model
from solver.watch import Heard

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def some_columns(model: Model, by_column: sp.csc_array, kept: Ints) -> Model:
    """The model without the other columns."""
    return replace(
        model,
        cost=model.cost[kept],
        lower=model.lower[kept],
        upper=model.upper[kept],
        integer=model.integer[kept],
        rows=sp.csr_array(by_column[:, kept]),
    )


def heard_over_all(heard: Heard | None, kept: Ints, columns: int) -> Heard | None:
    """Who hears of some columns tells of all: those left out are 0. HiGHS tells of one plan many times; it is spread out once."""
    if heard is None or len(kept) == columns:
        return heard
    last: list[tuple[Floats, Floats]] = []

    def tell(value: float | None, bound: float | None, x: Floats | None) -> None:
        if x is not None and (not last or last[0][0] is not x):
            last[:] = [(x, among_all(x, kept, columns))]
        heard(value, bound, None if x is None else last[0][1])

    return tell


def among_all(x: Floats, kept: Ints, columns: int) -> Floats:
    """A vector of some columns as one of all: those left out are 0."""
    whole = np.zeros(columns)
    whole[kept] = x
    return whole


def over_all(answer: highs.Answer, kept: Ints, columns: int) -> highs.Answer:
    """An answer about some columns as one about all: those left out are 0."""
    if len(kept) == columns:
        return answer
    x = None if answer.x is None else among_all(answer.x, kept, columns)
    relaxed = None
    if answer.relaxed is not None:
        more = np.full(columns, np.inf)
        more[kept] = answer.relaxed[1]
        relaxed = answer.relaxed[0], more
    return replace(answer, x=x, relaxed=relaxed)
