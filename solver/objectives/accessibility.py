"""Accessibility: how much choice patients have within reach, in minutes; more is better.

    maximise   sum over care types k, periods t of accessibility[k,t]  /  sum over areas a of the region, k, t of cases[a,k,t]
    accessibility[k,t] = sum over a of cases[a,k,t] * ln( sum over offering sites s of attraction[s,k] * exp(-w[k] * minutes[a,s]) ) / w[k]

over care types whose behaviour has a weight_per_minute w. Unit: minutes. Source: logsum of a logit choice. Example: W6, one area with sites at 0 and 10
minutes and a weight that halves every 10 minutes: ln(1.5) / (ln 2 / 10) = 5.850.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo

from solver.behaviours import Choice
from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Words


class Accessibility(Objective):
    """Minutes of choice within reach; enters with a minus sign."""

    objective: Literal["accessibility"] = "accessibility"
    unit: ClassVar[str] = "minutes"

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """What is minimised is the accessibility with a minus sign."""
        counted = [k for k, behaviour in enumerate(land.behaviours) if isinstance(behaviour, Choice)]
        periods = range(len(land.periods))
        cases = sum(float(land.served_cases(k, t).sum()) for k in counted for t in periods)
        return -sum(m.accessibility[k, t] for k in counted for t in periods) / cases
