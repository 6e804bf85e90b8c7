"""A question that falls apart, answered by many: how one process takes it a step further, and how it answers some parts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.asking import solving, told_way
from app.assemble import assemble
from app.provenance import with_dataset
from geodata.package import Package
from solver.answer import Answering
from solver.retrying import Way
from solver.rounds import Json, Round, Rounds, share_of
from solver.solve import answer_part, gathered, next_round
from solver.watch import Progress, Watch


@dataclass(frozen=True)
class Split:
    """Where a question falls apart: the rounds answered so far, and the next one with the first of its answers."""

    rounds: list[list[Json | None]]
    parts: list[Json]
    share: float
    answers: list[Json | None]
    seconds_gone: float


@dataclass(frozen=True)
class Order:
    """What one process is to do about a question, besides the question itself."""

    way: Way
    rounds: list[list[Json | None]]
    seconds: float
    """The time of the whole question, or of some parts [s]."""
    gone: float = 0.0
    """Of which so much has gone [s]."""
    stopped: bool = False
    alone_seconds: float = 0.0
    """So long the parts are answered here, one by one; a small question would take longer in many hands [s]."""


def further(
    package: Package, scenario: dict[str, Any], order: Order, *, on_progress: Callable[[Progress], None]
) -> dict[str, Any] | Split:
    """The outcome as JSON, or the parts that are to be answered first. Raises as `asking.answer`."""
    answering = Answering(assemble(package.tables, scenario))
    watch = Watch(on_progress=on_progress)
    watch.start(order.seconds, gone=order.gone)
    if order.stopped:
        watch.stop()
    watch.report("building")

    def work() -> dict[str, Any] | Split:
        rounds = list(order.rounds)
        while (now := next_round(answering, rounds)) is not None:
            answers = _alone(answering, now, rounds, watch, order.alone_seconds)
            if len(answers) < len(now.parts):
                return Split(rounds, list(now.parts), now.share, answers, watch.seconds)
            rounds.append(answers)
        return gathered(answering, rounds, watch).to_json()

    told = solving(watch, told_way(order.way, work))
    return told if isinstance(told, Split) else with_dataset(told, package.sha256)


def answer_parts(
    package: Package,
    scenario: dict[str, Any],
    parts: list[Json],
    order: Order,
    *,
    on_progress: Callable[[Progress], None],
    on_answer: Callable[[list[Json | None]], None],
) -> None:
    """Answers parts one after the other, each with its share of the time; tells all answers so far after each."""
    answering = Answering(assemble(package.tables, scenario))
    watch = Watch(on_progress=on_progress)
    watch.start(order.seconds)

    def work() -> None:
        answers: list[Json | None] = []
        for position, part in enumerate(parts):
            if watch.over and answers:
                return
            mine = watch.over_a_part(share_of(watch, len(parts) - position))
            answers.append(answer_part(answering, part, order.rounds, mine))
            on_answer(answers)

    solving(watch, told_way(order.way, work))


def _alone(answering: Answering, now: Round, rounds: Rounds, watch: Watch, seconds: float) -> list[Json | None]:
    """The answers of a round, as far as they are given here: all of a single part, or those begun in time."""
    over = watch.over_a_part(now.share * watch.left)
    answers: list[Json | None] = []
    for position, part in enumerate(now.parts):
        if over.over and answers:
            answers.append(None)
            continue
        if len(now.parts) > 1 and not watch.stopped and watch.seconds >= seconds:
            break
        mine = over.over_a_part(share_of(over, len(now.parts) - position))
        answers.append(answer_part(answering, part, rounds, mine))
    return answers
