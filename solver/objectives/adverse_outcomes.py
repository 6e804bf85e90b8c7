"""Adverse outcomes: expected complications or deaths, fewer where a site treats more.

    minimise   sum over sites s, care types k, periods t of   sum over brackets j of rate[k,j] * within[s,k,t,j]

    sum over j of within[s,k,t,j] = volume[s,k,t]           sum over j of bracket[s,k,t,j] = offers[s,k,t]          bracket binary
    from_volume[k,j] * bracket[j] <= within[j] <= from_volume[k,j+1] * bracket[j]

The rate is that of the highest from_volume that the volume reaches. Care types without rates are left out. Unit: cases/year.
Source: volume and outcome (Birkmeyer 2002). Example: complications in 10 % of cases below 20 a year, 6 % below 50, 4 % from 50.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo

from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Words, own, require

REACHED = 2e-6
"""A limit counts as reached from 1e-6 below it; where that would raise the rate a volume stays this far below, relative."""


class AdverseOutcomes(Objective):
    """Cases a year that go wrong."""

    objective: Literal["adverse_outcomes"] = "adverse_outcomes"
    unit: ClassVar[str] = "cases/year"

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """Brackets are rows and binaries of the objective's own; a care type with one rate needs none."""
        _, S, _, T = land.shape
        total: Expression = m.nothing
        for k, rates in land.outcome_rates.items():
            for s in (s for s in range(S) if land.choosable()[s, k] or land.always_open()[s, k]):
                for t in range(T):
                    if len(rates) == 1:
                        total += rates[0][1] * m.volume[s, k, t]
                    else:
                        total += self._in_brackets(b, m, land, s, k, t)
        return total

    def _in_brackets(self, b: pyo.Block, m: Words, land: Landscape, s: int, k: int, t: int) -> Expression:
        rates, most = land.outcome_rates[k], land.most_cases([s], k, t)
        volume, brackets, outcomes = m.nothing, m.nothing, m.nothing
        index = (land.site_ids[s], land.care_types[k], land.periods[t])
        for j, (start, rate) in enumerate(rates):
            if start > most:
                break
            end = most
            if j + 1 < len(rates):
                following, higher = rates[j + 1]
                end = min(most, following - REACHED * max(1.0, following) if higher > rate else following)
            chosen = own(b, "bracket", (*index, j), integer=True)
            within = own(b, "within", (*index, j), upper=None)
            require(b, "at_least_its_start", (*index, j), within >= start * chosen)
            require(b, "at_most_its_end", (*index, j), within <= end * chosen)
            volume, brackets, outcomes = volume + within, brackets + chosen, outcomes + rate * within
        require(b, "every_case_in_a_bracket", index, volume == m.volume[s, k, t])
        require(b, "one_bracket", index, brackets == m.offers[s, k, t])
        return outcomes
