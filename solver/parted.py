"""A question that falls apart: rounds of parts that know nothing of one another, answered anywhere, gathered into one outcome.

    rounds = []
    while (now := question.next_round(answering, rounds)) is not None:
        rounds.append([question.answer_part(answering, part, rounds, watch) for part in now.parts])     # in any order, anywhere
    outcome = question.gather(answering, rounds, watch)

A part and its answer are plain JSON values that name sites, care types and periods by their ids, so that they can be kept, sent to another machine and read
there beside the same data and scenario. What a part needs to know beside itself are the answers of the rounds before, never those of its own round. Which
parts there are follows from the case and those answers alone, never from the number of workers; so the outcome is the same whoever answers them, as long as
each is answered by proof. Whoever runs the parts decides where, gives each a share of the time, and repeats what was lost on the way. `Parted.answer` runs
them in this process, or in as many as the limits name (part_processes.py); `solve.next_round`, `solve.answer_part` and `solve.gathered` are for others.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from solver.answer import Answering
from solver.case import Case
from solver.outcome import Outcome
from solver.part_processes import PartProcesses
from solver.question import Question
from solver.rounds import Answers, Json, Round, Rounds, as_json, share_of
from solver.watch import Watch

Run = Callable[[Round, Rounds, Watch], Answers]


class Parted(Question):
    """A question that falls apart."""

    @abstractmethod
    def next_round(self, answering: Answering, rounds: Rounds) -> Round | None:
        """The parts to be answered next, given the rounds so far; None when there is nothing left but to gather."""

    @abstractmethod
    def answer_part(self, answering: Answering, part: Json, rounds: Rounds, watch: Watch) -> Json:
        """The answer to one part; with little or no time left, what is known without it."""

    @abstractmethod
    def gather(self, answering: Answering, rounds: Rounds, watch: Watch) -> Outcome:
        """The outcome of all rounds together, not yet verified."""

    def answer(self, case: Case, watch: Watch) -> Outcome:
        """Its parts one by one in this process, or side by side in as many processes as the limits name."""
        answering = Answering(case)

        def here(now: Round, rounds: Rounds, watch: Watch) -> Answers:
            return _one_by_one(self, answering, now, rounds, watch)

        if case.limits.workers == 1:
            return self._rounds(answering, watch, here)
        with PartProcesses(self, case, case.limits.workers) as processes:

            def side_by_side(now: Round, rounds: Rounds, watch: Watch) -> Answers:
                return processes.answers(now, rounds, watch) if len(now.parts) > 1 else here(now, rounds, watch)

            return self._rounds(answering, watch, side_by_side)

    def _rounds(self, answering: Answering, watch: Watch, run: Run) -> Outcome:
        rounds: list[Answers] = []
        while (now := self.next_round(answering, rounds)) is not None:
            rounds.append(run(now, rounds, watch.over_a_part(now.share * watch.left)))
        return self.gather(answering, rounds, watch)


def _one_by_one(question: Parted, answering: Answering, now: Round, rounds: Rounds, watch: Watch) -> Answers:
    """Part after part, each with its share of the time that is left. The first is always begun."""
    answers: list[Json | None] = []
    for position, part in enumerate(now.parts):
        if watch.over and answers:
            answers.append(None)
            continue
        mine = watch.over_a_part(share_of(watch, len(now.parts) - position))
        answers.append(as_json(question.answer_part(answering, as_json(part), rounds, mine)))
    return answers
