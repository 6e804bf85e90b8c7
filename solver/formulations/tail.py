"""The body of the longest trips: the mean minutes of the share of cases that travel longest, over all care types of a period.

Let m[1] < m[2] < ... be the minutes a trip can take, longer[j] the cases that travel at least m[j], and W = share * cases. Then

    tail * W = sum over j of (m[j] - m[j-1]) * min(W, longer[j])

and min(W, longer[j]) is what ``counted[j]`` must reach when the binary ``many[j]`` tells which of the two it is:

    counted[j] >= W * many[j]      counted[j] >= longer[j] - (cases - W) * many[j]      many[j] >= many[j+1]
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.formulations.entries import Rows
from solver.formulations.stage import Trips
from solver.model import Builder


def write_tail(builder: Builder, tail: int, share: float, cases: float, trips: Sequence[Trips]) -> None:
    """Define the column ``tail`` from below; ``cases`` [cases/year] are those of the region in all care types."""
    minutes = np.concatenate([part.minutes for part in trips] or [np.zeros(0)])
    if cases <= 0 or not len(minutes):
        return
    steps, step = np.unique(minutes, return_inverse=True)
    n, wanted = len(steps), share * cases
    j = np.arange(n)
    longer = j + builder.add_columns(0.0, cases, count=n)
    counted = j + builder.add_columns(0.0, wanted, count=n)
    many = j + builder.add_columns(0.0, 1.0, integer=True, count=n)
    falls = Rows(n).add(j, longer, 1.0).add(j[:-1], longer[1:], -1.0)
    falls.add(
        step.ravel(),
        np.concatenate([part.column for part in trips]),
        -np.concatenate([part.cases for part in trips]),
        np.concatenate([part.constant for part in trips]),
    )
    falls.write(builder, 0.0, 0.0)
    Rows(n).add(j, counted, 1.0).add(j, many, -wanted).write(builder, 0.0, np.inf)
    Rows(n).add(j, counted, 1.0).add(j, longer, -1.0).add(j, many, cases - wanted).write(builder, 0.0, np.inf)
    if n > 1:
        Rows(n - 1).add(j[:-1], many[:-1], 1.0).add(j[:-1], many[1:], -1.0).write(builder, 0.0, np.inf)
    rise = np.diff(steps, prepend=0.0)
    Rows(1).add(0, tail, 1.0).add(np.zeros(n, int), counted, -rise / wanted).write(builder, 0.0, np.inf)
