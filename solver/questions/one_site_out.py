"""One site out: what happens to everybody if one site stops, for each offered pair in turn, when nothing else is decided anew.

    inhabitants_beyond = inhabitants beyond max_minutes without the pair - inhabitants beyond it with the pair,   over periods the largest of each

A pair closes in every period in which it is offered. Patients go where their behaviour sends them; steered ones travel least within capacity, or without it
where that cannot hold. A site is sensitive (gevoelig) for a care type when its closing puts inhabitants beyond the limit. Sites outside the region are not
the table's to close.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from solver.answer import Answering
from solver.case import Case
from solver.landscape import Landscape, Reach
from solver.optimum import HALF, optimum, outcome_of
from solver.outcome import Outcome
from solver.question import Question
from solver.solve_model import Solved
from solver.watch import Watch

Bools = NDArray[np.bool_]


class OneSiteOut(Question):
    """What if one site stops?"""

    question: Literal["one_site_out"] = "one_site_out"
    max_minutes: float | None = Field(
        default=None,
        ge=0,
        description="Longest trip that counts as within reach; inhabitants are not counted without it [minutes].",
    )
    mode: str | None = Field(default=None, description="Travel mode; each care type's own when left out.")
    of: Literal["plan", "today"] = Field(default="plan", description="The best plan, or today's landscape.")
    dispatch_minutes: float = Field(
        default=0.0, ge=0, description="Minutes from call to departure, mode ambulance [minutes]."
    )
    on_scene_minutes: float = Field(
        default=0.0, ge=0, description="Minutes with the patient before driving on, mode ambulance [minutes]."
    )

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The plan, and a row for each of its pairs."""
        answering = Answering(case)
        if self.of == "plan":
            best = optimum(answering, watch, share=HALF)
            outcome = outcome_of(answering, best, watch)
        else:
            best, outcome = self._today(answering)
        if best.layout is None:
            return replace(outcome, one_site_out=[])
        rows: list[dict[str, Any]] = []
        offered = best.layout.offered
        pairs = np.argwhere((offered.any(axis=2) & case.land.site_in_region[:, None]).T).tolist()
        for position, (k, s) in enumerate(pairs):
            if watch.over:
                why = "cancel" if watch.stopped else "time_limit"
                told = f"one site out: {len(pairs) - position} of {len(pairs)} pairs were not looked at in time"
                return replace(outcome, one_site_out=rows, stopped_by=why, warnings=[*outcome.warnings, told])
            watch.report("explaining", note=f"pair {position + 1} of {len(pairs)}")
            rows.append(self._row(answering, offered, s, k))
        return replace(outcome, one_site_out=rows)

    def _today(self, answering: Answering) -> tuple[Solved, Outcome]:
        """Today's landscape in place of a plan; infeasible where it breaks a hard rule, and still told."""
        land = answering.case.land
        layout, note = answering.drawn(np.repeat(land.offered_today[:, :, None], len(land.periods), axis=2))
        solved = Solved(layout, "proof", formulation="audit")
        outcome = answering.outcome(solved)
        broken = any(breach["hardness"] == "hard" for breach in outcome.breaches)
        exact = [
            {**line, "bound": line["value"], "gap": None if line["value"] is None else 0.0}
            for line in outcome.objectives
        ]
        warnings = [*outcome.warnings, *([note] if note and f"baseline: {note}" not in outcome.warnings else [])]
        verdict: Literal["infeasible", "optimal"] = "infeasible" if broken else "optimal"
        return solved, replace(outcome, outcome=verdict, objectives=exact, warnings=warnings)

    def _row(self, answering: Answering, offered: Bools, s: int, k: int) -> dict[str, Any]:
        land = answering.case.land
        without = offered.copy()
        without[s, k] = False
        audit = answering.audited(answering.drawn(without)[0])
        increase = None if self.max_minutes is None else self._beyond(land, without, k) - self._beyond(land, offered, k)
        return {
            "site_id": land.site_ids[s],
            "care_type_id": land.care_types[k],
            "objectives": audit.objectives,
            "breaches": audit.breaches,
            "inhabitants_beyond": increase,
            "sensitive": None if increase is None else increase > 0,
        }

    def _beyond(self, land: Landscape, offered: Bools, k: int) -> float:
        """Inhabitants whose nearest offering site is beyond reach, in the worst period."""
        assert self.max_minutes is not None
        reach = Reach(self.mode or land.behaviours[k].mode, self.dispatch_minutes, self.on_scene_minutes)
        near = land.within(self.max_minutes, reach)
        persons = land.inhabitants(None)
        return max(float(persons[~(near & offered[:, k, t]).any(axis=1)].sum()) for t in range(offered.shape[2]))


__all__ = ["OneSiteOut"]
