"""The ascent: better prices step by step, along a running mean of what the relaxed plans missed (the volume algorithm, Barahona & Anbil 2000).

The running mean also says how often each pair was open: near the end that is close to a solution of the linear relaxation, and tells which sites matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from solver.priced.bound import Prices, Pricing, Relaxed
from solver.priced.policy import Policy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PATIENCE = 10
"""Rounds without a better bound after which steps become shorter."""
WORTH_A_ROUND = 1e-4
"""A round that gains less of what is believed to be left is as good as none: steps that are too long creep on for ever."""
MEMORY = 0.1
"""The share of a round in the running mean."""
FIRST_ROOM = 0.05
"""How far above the bound the optimum is believed to lie at first, relative."""


class Ascent:
    """Prices on their way up. ``often`` [Q,S] says how often each pair was open of late, ``columns`` [N] the face's columns on average,
    ``room`` how far above the bound the optimum is believed to lie, relative."""

    def __init__(
        self,
        pricing: Pricing,
        start: Prices,
        *,
        room: float = FIRST_ROOM,
        often: Floats | None = None,
        columns: Floats | None = None,
    ) -> None:
        self._pricing, self._cases = pricing, [stream.cases for stream in pricing.policy.streams]
        self._row_scale = _row_scale(pricing.policy)
        self.prices = start
        self.best = pricing.at(start)
        self._areas = [missed.copy() for missed in self.best.missed_areas]
        self._rows = self.best.missed_rows.copy()
        self.often = self.best.open.astype(float) if often is None else often
        self.columns = self.best.columns.copy() if columns is None else columns
        self._step, self.room, self._stale = 1.0, room, 0
        self.at_top = False
        """Nothing is missed any more on average: no prices are better."""

    @classmethod
    def on_from(cls, coarse: Ascent, pricing: Pricing, start: Prices, labels: Sequence[Ints]) -> Ascent:
        """Go on where an ascent over groups of the same areas ended, with its mean and its steps; ``labels`` say which group an area is in."""
        ascent = cls(pricing, start, room=coarse.room, often=coarse.often.copy(), columns=coarse.columns.copy())
        ascent._areas = [mean[label] for mean, label in zip(coarse._areas, labels, strict=True)]
        ascent._rows, ascent._step = coarse._rows.copy(), coarse._step
        return ascent

    def climb(
        self,
        rounds: int,
        *,
        over: Callable[[], bool],
        value: Callable[[], float | None] = lambda: None,
        heard: Callable[[Relaxed], None] | None = None,
    ) -> None:
        """So many rounds, unless ``over``; ``value`` knows the value of the best plan, above which no bound lies."""
        for _ in range(rounds):
            if over() or not self._round(value()):
                return
            if heard is not None and self._stale == 0:
                heard(self.best)

    def _round(self, value: float | None) -> bool:
        """One step; False at the top."""
        aim = self.best.value + self.room * abs(self.best.value)
        if value is not None and value > self.best.value:
            aim = min(aim, value)
        signed = self._pricing.signed(np.where(self.prices.rows != 0, self.prices.rows, self._rows)) != 0
        rows = np.where(signed, self._row_scale * self._rows, 0.0)
        steps = [cases * missed for cases, missed in zip(self._cases, self._areas, strict=True)]
        norm = sum(float(step @ g) for step, g in zip(steps, self._areas, strict=True)) + float(rows @ self._rows)
        if norm <= 0:
            self.at_top = True
            return False
        length = self._step * (aim - self.best.value) / norm
        tried = Prices(
            tuple(v + length * step for v, step in zip(self.prices.areas, steps, strict=True)),
            self._pricing.signed(self.prices.rows + length * rows),
        )
        relaxed = self._pricing.at(tried)
        along = sum(float(step @ m) for step, m in zip(steps, relaxed.missed_areas, strict=True))
        along += float(rows @ relaxed.missed_rows)
        for g, m in zip(self._areas, relaxed.missed_areas, strict=True):
            g += MEMORY * (m - g)
        self._rows += MEMORY * (relaxed.missed_rows - self._rows)
        self.often += MEMORY * (relaxed.open - self.often)
        self.columns += MEMORY * (relaxed.columns - self.columns)
        gained = relaxed.value - self.best.value
        if gained > 0:
            self.best, self.prices = relaxed, tried
        if gained > WORTH_A_ROUND * (aim - self.best.value):
            self._stale = 0
            if along > 0:
                self._step = min(self._step * 1.1, 2.0)
        else:
            self._stale += 1
            if self._stale % PATIENCE == 0:
                self._step *= 0.66
                self.room = max(self.room * 0.7, 1e-5)
        return True


def _row_scale(policy: Policy) -> Floats:
    """[R] how fast the price of a row moves, beside areas whose price moves in proportion to their cases.

    A row is measured by what it usually adds up to and by the cases it speaks of.
    """
    model, rows = policy.model, policy.rows
    typical = np.where(policy.flow_columns, 0.0, np.minimum(1.0, np.abs(model.upper)))
    cases = np.zeros(len(model.cost))
    for q, stream in enumerate(policy.streams):
        each = stream.cases.sum() / max(1, int(policy.may_open[q].sum()))
        for columns, amount in ((stream.volume, each), (stream.offer, 1.0)):
            known = columns >= 0
            typical[columns[known]] = amount
            cases[columns[known]] = each
        for column, amount in stream.quantities:
            typical[column] = float(np.where(stream.reach, amount, np.inf).min(axis=0).sum())
            cases[column] = stream.cases.sum()
    row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    size = np.bincount(row, np.abs(rows.data) * typical[rows.indices], minlength=rows.shape[0])
    size = np.maximum(size, 1e-9)
    spoken = np.bincount(row, cases[rows.indices], minlength=rows.shape[0])
    return np.asarray(np.where(spoken > 0, spoken, 1.0) / size**2)
