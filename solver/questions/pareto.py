"""Pareto: the best compromises between two or three objectives, those that no weighted sum would find among them.

A plan is a point when no other is at least as good in every objective and better in one; values within 1e-9 of each other, relative, are one. Where the
plan fixes the flows all points are found, by

    minimise the objectives in order   subject to   objective[i] < its value at a point already found        (epsilon-constraint)

until nothing is left. Where flows are steered there is no end of points, and as many are given as limits, evenly spaced, are set to the second (and third)
objective; each is proved, none is all. An objective that may be smaller in steps of less than 1e-6 of its unit is followed in steps of 1e-6. Of plans
equal in all objectives the one with the fewest changes to today is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import Field, field_validator

from solver.answer import Answering
from solver.case import Case
from solver.front_search import FrontSearch
from solver.objective import Objective
from solver.objectives.weighted import Measure
from solver.outcome import Outcome
from solver.plan_order import without_tolerance
from solver.question import Question
from solver.solve_model import Solved
from solver.watch import Watch


class Pareto(Question):
    """Which compromises between objectives are there?"""

    question: Literal["pareto"] = "pareto"
    objectives: tuple[Measure, ...] = Field(
        min_length=2, max_length=3, description="The two or three objectives; a bare name is one without fields."
    )
    points: int = Field(default=10, ge=2, le=1000, description="How many limits to set where flows are steered.")

    @field_validator("objectives", mode="before")
    @classmethod
    def _from_names(cls, given: Any) -> Any:
        return (
            [{"objective": one} if isinstance(one, str) else one for one in given]
            if isinstance(given, list | tuple)
            else given
        )

    def measures(self) -> Sequence[Objective]:
        """The objectives between which to choose."""
        return self.objectives

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The points in order of the first objective; the plan of the first of them stands for the whole."""
        answering = Answering(case)
        search = FrontSearch(
            answering,
            without_tolerance(self.objectives),
            [o.model_dump(mode="json", exclude_none=True) for o in self.objectives],
            watch,
        )
        search.run(self.points)
        watch.report("auditing")
        points = search.points()
        first = points[0].layout if points else None
        formulation = search.formulation
        solved = Solved(first, search.stopped_by, infeasible=search.infeasible, formulation=formulation)
        outcome = answering.outcome(solved)
        warnings = outcome.warnings
        if any(rule.hardness == "soft" for rule in case.rules) and not any(
            o.objective == "penalties" for o in self.objectives
        ):
            warnings = [
                *warnings,
                "soft rules count for nothing between these objectives: add penalties to them, or make the rules hard",
            ]
        verdict = outcome.outcome if first is None else "optimal" if search.proved else "feasible"
        return replace(
            outcome,
            outcome=verdict,
            objectives=[],
            points=[search.row(point) for point in points],
            complete=search.complete,
            warnings=warnings,
        )


__all__ = ["Pareto"]
