"""Tail minutes: the mean minutes of the share of cases that travel longest (conditional value at risk).

minimise   max over periods t of   tail[t]

The cases of the region, of all care types together, longest trips first, until ``share`` of them: tail[t] is their mean. Unit: minutes.
Source: conditional value at risk (Rockafellar & Uryasev 2000). Example: the 5 % of cases that travel longest take 52 minutes on average.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape
from solver.objective import Objective, largest
from solver.rule import Expression, Words


class TailMinutes(Objective):
    """Minutes of those who travel longest."""

    objective: Literal["tail_minutes"] = "tail_minutes"
    unit: ClassVar[str] = "minutes"
    only_small: ClassVar[bool] = True
    share: float = Field(gt=0, le=1, description="Share of the cases that travel longest.")

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """The largest of all periods."""
        return largest(b, "longest_tail", [m.tail(self.share, t) for t in range(len(land.periods))])
