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
from solver.front_search import Found, FrontSearch, together
from solver.objective import Objective
from solver.objectives.weighted import Measure
from solver.outcome import Outcome
from solver.parted import Parted
from solver.plan_order import Measured, without_tolerance
from solver.rounds import Answers, Json, Round, Rounds
from solver.solved import Solved
from solver.solved_json import layout_of_plan
from solver.strips import Strip
from solver.watch import Watch

SHARE_OF_CORNERS = 0.4
LIMITS_TO_A_PART = 5


class Pareto(Parted):
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

    def next_round(self, answering: Answering, rounds: Rounds) -> Round | None:
        """The corners, then strips of the front between them or, where flows are steered, some of the limits."""
        if not rounds:
            return Round(tuple({"corner": i} for i in range(len(self.objectives))), SHARE_OF_CORNERS)
        search = self._search(answering, Watch())
        corners = _met(search, rounds[0])
        if len(rounds) > 1 or any(corner.whole_front for corner in corners) or not all(c.plans for c in corners):
            return None
        if not search.steered:
            return Round(tuple(vars(strip) for strip in search.strips(corners)))
        grid = search.grid(corners, self.points)
        return Round(tuple({"limits": grid[i : i + LIMITS_TO_A_PART]} for i in range(0, len(grid), LIMITS_TO_A_PART)))

    def answer_part(self, answering: Answering, part: Json, rounds: Rounds, watch: Watch) -> Json:
        """The points that a part meets."""
        search = self._search(answering, watch)
        if "corner" in part:
            found = search.corner(part["corner"])
        elif "limits" in part:
            found = search.at_limits(_met(search, rounds[0]), [tuple(limits) for limits in part["limits"]])
        else:
            found = search.in_strip(_met(search, rounds[0]), Strip(part["above"], part["at_most"]))
        return {**vars(found), "plans": [plan.row for plan in found.plans]}

    def gather(self, answering: Answering, rounds: Rounds, watch: Watch) -> Outcome:
        """The points in order of the first objective; the plan of the first of them stands for the whole."""
        case = answering.case
        search = self._search(answering, watch)
        corners = _met(search, rounds[0])
        whole = any(corner.whole_front for corner in corners)
        found = together([*corners, *(_met(search, rounds[1]) if len(rounds) > 1 else ())])
        watch.report("auditing")
        points = search.points(found.plans)
        infeasible = not points and found.stopped_by == "proof"
        complete = infeasible or (found.complete and (whole or len(rounds) > 1))
        first = points[0].layout if points else None
        solved = Solved(first, found.stopped_by, infeasible=infeasible, formulation=found.formulation)
        outcome = answering.outcome(solved)
        warnings = outcome.warnings
        if any(rule.hardness == "soft" for rule in case.rules) and not any(
            o.objective == "penalties" for o in self.objectives
        ):
            warnings = [
                *warnings,
                "soft rules count for nothing between these objectives: add penalties to them, or make the rules hard",
            ]
        verdict = outcome.outcome if first is None else "optimal" if found.proved else "feasible"
        return replace(
            outcome,
            outcome=verdict,
            objectives=[],
            points=[point.row for point in points],
            complete=complete,
            warnings=warnings,
        )

    def _search(self, answering: Answering, watch: Watch) -> FrontSearch:
        written = [o.model_dump(mode="json", exclude_none=True) for o in self.objectives]
        return FrontSearch(answering, without_tolerance(self.objectives), written, watch)


def _met(search: FrontSearch, answers: Answers) -> list[Found]:
    """What the parts of a round met; one that was not begun met nothing and leaves everything open."""
    nothing = Found(proved=False, complete=False, stopped_by="time_limit")
    land = search.land
    return [
        nothing if told is None else Found(**{**told, "plans": [Measured(layout_of_plan(row["plan"], land), row) for row in told["plans"]]})
        for told in answers
    ]  # fmt: skip


__all__ = ["Pareto"]
