"""Evaluate: what a plan that the table drew itself, or today's landscape, would do."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from solver.answer import Answering
from solver.case import Case
from solver.diagnosis.diagnosis import of_a_drawn_plan
from solver.drawn import evaluated
from solver.landscape import Landscape
from solver.outcome import Outcome
from solver.question import Question
from solver.watch import Watch


class DrawnPair(BaseModel):
    """One offered pair of a drawn plan; without a period, in every period."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site_id: str
    care_type_id: str
    period: str | None = None


class Evaluate(Question):
    """What does this plan do?"""

    question: Literal["evaluate"] = "evaluate"
    plan: tuple[DrawnPair, ...] | None = Field(
        default=None, description="Offered pairs; today's landscape when left out."
    )

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """Measures, norms and breaches of the plan; steered flows are the best the hard rules allow, or as in the baseline where none are."""
        outcome = evaluated(Answering(case), self._offered(case.land), watch)
        broken = [breach for breach in outcome.breaches if breach["hardness"] == "hard"]
        if not broken:
            return outcome
        told = of_a_drawn_plan(case, ((breach["rule"], breach["care_type_id"]) for breach in broken))
        return replace(outcome, diagnosis=told)

    def _offered(self, land: Landscape) -> np.ndarray:
        """[S,K,T]; sites outside the region keep today's whatever is listed."""
        _, S, K, T = land.shape
        if self.plan is None:
            return np.repeat(land.offered_today[:, :, None], T, axis=2)
        offered = np.zeros((S, K, T), bool)
        for pair in self.plan:
            periods = range(T) if pair.period is None else [land.periods.index(pair.period)]
            for t in periods:
                offered[land.site_ids.index(pair.site_id), land.care_types.index(pair.care_type_id), t] = True
        outside = ~land.site_in_region
        offered[outside] = np.repeat(land.offered_today[:, :, None], T, axis=2)[outside]
        return offered
