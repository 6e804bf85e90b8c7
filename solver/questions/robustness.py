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
from solver.outcome import Outcome
from solver.question import Door, Problem, Question
from solver.robust_search import Attitude, RobustSearch
from solver.told_by_future import BASE, ToldByFuture
from solver.watch import Watch


class Robustness(Question):
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

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """The plan, its combined objectives, and what it does in each future."""
        assert case.in_future is not None, "assemble says how to make a case in another future"
        futures = self.futures or tuple(str(future) for future in case.tables["futures"]["future_id"])
        base = Answering(case)
        answerings = {future: base if future == BASE else Answering(case.in_future(future)) for future in futures}
        search = RobustSearch(list(answerings.values()), self.attitude, _weights(case, futures), watch)
        found = search.found()
        watch.report("auditing")
        return ToldByFuture(base, answerings, search.stance, found).outcome()


def _weights(case: Case, futures: Sequence[str]) -> list[float]:
    """[F] probabilities that add up to 1; all equal where none are given."""
    table = case.tables.get("futures", {})
    given = dict(zip(table.get("future_id", ()), table.get("probability", ()), strict=False))
    chances = np.array([given.get(future, np.nan) for future in futures], float)
    if np.isnan(chances).any():
        chances = np.ones(len(futures))
    return [float(chance) for chance in chances / chances.sum()]


__all__ = ["Robustness"]
