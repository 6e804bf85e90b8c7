"""Robustness: one set of offers that has to do in several futures, each with flows of its own; hard rules hold in every one of them.

    expected:    minimise  sum over futures f of probability[f] * objective[f]          (no probabilities: all equal)
    worst_case:  minimise  max over futures f of objective[f]
    regret:      minimise  max over futures f of ( first objective[f] - its own optimum in f ),   later objectives as in worst_case

Measures, where only one number can be told, are those of the first future listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from solver.answer import Answering
from solver.case import Case
from solver.landscape import Landscape
from solver.outcome import Outcome
from solver.parted import Parted
from solver.question import Door, Problem
from solver.robust_search import Attitude, Own, RobustSearch
from solver.rounds import Answers, Json, Round, Rounds
from solver.solve_jointly import SolvedJointly
from solver.solved import Solved
from solver.solved_json import layout_json, layout_of, solved_json, solved_of
from solver.told_by_future import BASE, ToldByFuture
from solver.watch import Watch

JOINT: Json = {"find": "a plan for all futures"}
SHARE_OF_OWN = 0.5


class Robustness(Parted):
    """Which plan will do in every future?"""

    question: Literal["robustness"] = "robustness"
    futures: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="Futures to hold in; all of the data when left out."
    )
    attitude: Attitude = Field(
        default="expected",
        description="What to keep small: the mean, the worst, or the largest loss against each future's own best.",
    )

    def problems(self, door: Door) -> Iterator[Problem]:
        """Futures that nobody knows, and chances that do not add up to anything."""
        named = self.futures or tuple(door.probabilities)
        if not named:
            fix = "add table futures, name base, or ask optimise"
            yield {"where": "question.futures", "problem": "the data know no futures", "fix": fix}
        for future in named:
            if future not in (BASE, *door.probabilities):
                known = ", ".join((BASE, *door.probabilities))
                yield {
                    "where": "question.futures",
                    "problem": f"the data have no future {future}",
                    "fix": f"use one of: {known}",
                }
        if len(set(named)) < len(named):
            yield {"where": "question.futures", "problem": "a future is named twice", "fix": "name each once"}
        chances = [door.probabilities.get(future) for future in named]
        if self.attitude == "expected" and any(chance is not None for chance in chances):
            lacking = [future for future, chance in zip(named, chances, strict=True) if chance is None]
            if lacking:
                problem = f"no probability for {', '.join(lacking)}"
                yield {"where": "futures.probability", "problem": problem, "fix": "give all of them one, or none"}
            elif sum(chance or 0.0 for chance in chances) <= 0 or min(chance or 0.0 for chance in chances) < 0:
                problem = "the probabilities of these futures do not add up to anything"
                yield {"where": "futures.probability", "problem": problem, "fix": "give numbers from 0 to 1"}

    def next_round(self, answering: Answering, rounds: Rounds) -> Round | None:
        """Each future's own best where it is wanted, then the plan for all of them."""
        search = self._search(answering, Watch())
        if not rounds and search.wants_own:
            return Round(tuple({"own": i} for i in range(len(self._futures(answering.case)))), SHARE_OF_OWN)
        return None if rounds and _is_joint(rounds[-1]) else Round((JOINT,))

    def answer_part(self, answering: Answering, part: Json, rounds: Rounds, watch: Watch) -> Json:
        """One future's own best, or the plan for all of them with each future's flows."""
        search, land = self._search(answering, watch), answering.case.land
        if part != JOINT:
            own = search.own_best(part["own"])
            return {**vars(own), "layout": None if own.layout is None else layout_json(own.layout, land)}
        found = search.found(_own(rounds, land))
        layouts = [layout_json(layout, land) for layout in found.layouts]
        return {"solved": solved_json(found.solved, land), "layouts": layouts}

    def gather(self, answering: Answering, rounds: Rounds, watch: Watch) -> Outcome:
        """The plan, its combined objectives, and what it does in each future."""
        watch.report("auditing")
        land = answering.case.land
        stance = self._search(answering, watch).beside(_own(rounds, land))
        (told,) = rounds[-1]
        found = SolvedJointly(Solved(None, "cancel" if watch.cancelled else "time_limit"), ())
        if told is not None:
            layouts = tuple(layout_of(layout, land) for layout in told["layouts"])
            found = SolvedJointly(solved_of(told["solved"], land), layouts)
        return ToldByFuture(answering, self._answerings(answering), stance, found).outcome()

    def _futures(self, case: Case) -> tuple[str, ...]:
        return self.futures or tuple(str(future) for future in case.tables["futures"]["future_id"])

    def _answerings(self, base: Answering) -> dict[str, Answering]:
        """The case in each future."""
        in_future = base.case.in_future
        assert in_future is not None, "assemble says how to make a case in another future"

        def answering(future: str) -> Answering:
            return base if future == BASE else base.once(("future", future), lambda: Answering(in_future(future)))

        return {future: answering(future) for future in self._futures(base.case)}

    def _search(self, answering: Answering, watch: Watch) -> RobustSearch:
        futures = self._answerings(answering)
        return RobustSearch(list(futures.values()), self.attitude, _weights(answering.case, list(futures)), watch)


def _is_joint(answers: Answers) -> bool:
    return len(answers) == 1 and (answers[0] is None or "solved" in answers[0])


def _own(rounds: Rounds, land: Landscape) -> list[Own]:
    """Each future's own best, where it was looked for."""
    if not rounds or _is_joint(rounds[0]):
        return []
    return [
        Own(None, "time_limit") if told is None
        else Own(told["value"], told["stopped_by"], None if told["layout"] is None else layout_of(told["layout"], land))
        for told in rounds[0]
    ]  # fmt: skip


def _weights(case: Case, futures: Sequence[str]) -> list[float]:
    """[F] probabilities that add up to 1; all equal where none are given."""
    table = case.tables.get("futures", {})
    given = dict(zip(table.get("future_id", ()), table.get("probability", ()), strict=False))
    chances = np.array([given.get(future, np.nan) for future in futures], float)
    if np.isnan(chances).any():
        chances = np.ones(len(futures))
    return [float(chance) for chance in chances / chances.sum()]


__all__ = ["Robustness"]
