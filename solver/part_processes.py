"""Processes that answer parts of a question side by side: started when first needed, given part after part, replaced when one is lost."""

from __future__ import annotations

import multiprocessing
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType

from solver.case import Case
from solver.part_worker import listen
from solver.rounds import Answers, FallsApart, Json, Round, Rounds, as_json, share_of
from solver.watch import Watch

LISTEN_SECONDS = 0.05
"""How often the parent looks at its own clock and at the wish to stop [seconds]."""
GRACE_SECONDS = 10.0
"""How long a process may go on after its part's time, or the wish to stop, before it is ended [seconds]."""
MOST_ATTEMPTS = 2


class PartLost(Exception):
    """A process that answered a part ended before its answer, and so did the one that tried again."""


@dataclass
class _Worker:
    """One process, and the part it is at."""

    process: BaseProcess
    pipe: Connection
    rounds: int = -1
    """How many rounds it has been told of."""
    part: int | None = None
    until: float = float("inf")
    """When its part should be done [seconds of the watch]."""
    told_to_stop: bool = False


@dataclass
class _Work:
    """A round under way."""

    parts: tuple[Json, ...]
    waiting: deque[int]
    answers: list[Json | None]
    attempts: list[int] = field(default_factory=list)


class PartProcesses:
    """At most ``count`` processes for one case; use as a context manager, leaving it ends them.

    Each is spawned fresh, so that it shares nothing with this one: HiGHS keeps its number of threads per process and may take a process down with it.
    """

    def __init__(self, question: FallsApart, case: Case, count: int) -> None:
        self._question, self._case, self._count = question, case, count
        self._workers: list[_Worker] = []
        self._context = multiprocessing.get_context("spawn")

    def __enter__(self) -> PartProcesses:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for worker in list(self._workers):
            self._end(worker)

    def answers(self, now: Round, rounds: Rounds, watch: Watch) -> Answers:
        """The answers of a round, in the order of its parts; None for parts that were not begun or not done in time.

        Raises what answering a part raised, and PartLost when a process ended twice over the same part.
        """
        count = len(now.parts)
        work = _Work(now.parts, deque(range(count)), [None] * count, [0] * count)
        while work.waiting or self._busy():
            self._hand_out(work, rounds, watch)
            for pipe in wait([worker.pipe for worker in self._busy()], LISTEN_SECONDS):
                self._hear(next(worker for worker in self._workers if worker.pipe is pipe), work, watch)
            self._hold_to_time(work, watch)
        return work.answers

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.part is not None]

    def _hand_out(self, work: _Work, rounds: Rounds, watch: Watch) -> None:
        """Give waiting parts to those who are free; after the time only the very first is still begun."""
        if watch.over and (self._busy() or len(work.waiting) < len(work.parts)):
            work.waiting.clear()
        for worker in [one for one in self._workers if one.part is None and not one.process.is_alive()]:
            self._end(worker)
        self._start(min(self._count, len(self._busy()) + len(work.waiting)))
        for worker in [one for one in self._workers if one.part is None][: len(work.waiting)]:
            seconds = share_of(watch, len(work.waiting), self._count)
            worker.part = work.waiting.popleft()
            worker.until, worker.told_to_stop = watch.seconds + seconds, False
            work.attempts[worker.part] += 1
            try:
                self._tell(worker, work.parts[worker.part], seconds, rounds, watch)
            except OSError:
                self._lose(worker, work)

    def _start(self, count: int) -> None:
        """Have ``count`` processes. They are told of the case afterwards, when they listen, so that all load what they need side by side."""
        while len(self._workers) < count:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(target=listen, args=(theirs,), daemon=True, name="part")
            process.start()
            theirs.close()
            self._workers.append(_Worker(process, ours))

    def _tell(self, worker: _Worker, part: Json, seconds: float, rounds: Rounds, watch: Watch) -> None:
        """A part, after what it has not yet been told of: the case, the rounds before."""
        if worker.rounds < 0:
            worker.pipe.send((self._question, self._case))
        if worker.rounds != len(rounds):
            worker.pipe.send(("rounds", as_json(rounds)))
            worker.rounds = len(rounds)
        worker.pipe.send(("part", as_json(part), seconds, watch.over_the_whole().left))

    def _hear(self, worker: _Worker, work: _Work, watch: Watch) -> None:
        assert worker.part is not None
        try:
            kind, told = worker.pipe.recv()
        except (EOFError, OSError):
            self._lose(worker, work)
            return
        if kind == "progress":
            watch.report(told.phase, value=told.value, bound=told.bound, note=told.note)
            return
        part, worker.part = worker.part, None
        if kind == "failed":
            raise told
        work.answers[part] = told

    def _lose(self, worker: _Worker, work: _Work) -> None:
        """Once more in a fresh process; the second time it is an error."""
        part = worker.part
        assert part is not None
        worker.process.join()
        code = worker.process.exitcode
        self._end(worker)
        if work.attempts[part] >= MOST_ATTEMPTS:
            raise PartLost(
                f"the process that answered part {part + 1} of {len(work.parts)} ended before its answer, {MOST_ATTEMPTS} times (exit code {code}): "
                "ask with one worker, with less at once, or on a machine with more memory"
            )
        work.waiting.appendleft(part)

    def _hold_to_time(self, work: _Work, watch: Watch) -> None:
        """Pass on the wish to stop; end who does not heed it, or the end of its time."""
        for worker in self._busy():
            if watch.stopped and not worker.told_to_stop:
                with suppress(OSError):  # one that has just ended is heard of by its pipe
                    worker.pipe.send(("stop",))
                worker.told_to_stop = True
                worker.until = min(worker.until, watch.seconds)
            if watch.seconds > worker.until + GRACE_SECONDS:
                self._end(worker)

    def _end(self, worker: _Worker) -> None:
        worker.pipe.close()
        worker.process.kill()
        worker.process.join()
        worker.process.close()
        self._workers.remove(worker)
