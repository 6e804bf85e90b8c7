"""What a process that answers parts of a question does: take a part, answer it, hear a wish to stop, end with its parent."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import threading
from multiprocessing.connection import Connection

from solver.answer import Answering
from solver.case import Case
from solver.rounds import FallsApart, Json, Rounds, as_json
from solver.watch import Progress, Watch


def listen(pipe: Connection) -> None:
    """Answer what comes through the pipe until it closes.

    In comes (question, case) first, then ("rounds", answers of the rounds before), ("part", part, its seconds, seconds of the whole question) and
    ("stop",); out go ("progress", Progress), ("answer", answer) and ("failed", exception). Signals are the parent's to hear: it passes on what they mean.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    try:
        question, case = pipe.recv()
    except (EOFError, OSError):
        return
    _Worker(question, case, pipe).work()


class _Worker:
    def __init__(self, question: FallsApart, case: Case, pipe: Connection) -> None:
        self._question, self._answering, self._pipe = question, Answering(case), pipe
        self._telling = threading.Lock()
        self._asked: queue.SimpleQueue[tuple[Json, Rounds, Watch]] = queue.SimpleQueue()

    def work(self) -> None:
        threading.Thread(target=self._listen, name="parent", daemon=True).start()
        while True:
            part, rounds, watch = self._asked.get()
            try:
                answer = as_json(self._question.answer_part(self._answering, part, rounds, watch))
            except BaseException as failure:
                self._tell("failed", _sendable(failure))
            else:
                self._tell("answer", answer)

    def _listen(self) -> None:
        rounds: Rounds = []
        watch = Watch()
        while True:
            try:
                kind, *told = self._pipe.recv()
            except (EOFError, OSError):
                os._exit(0)  # the parent is gone, or done; a solve that did not heed its end may still run
            if kind == "rounds":
                (rounds,) = told
            elif kind == "stop":
                watch.stop()
            else:
                part, seconds, whole = told
                watch = Watch(on_progress=lambda progress: self._tell("progress", progress))
                watch.start(whole)
                self._asked.put((part, rounds, watch.over_a_part(seconds)))

    def _tell(self, kind: str, what: Progress | BaseException | Json) -> None:
        with self._telling:
            self._pipe.send((kind, what))


def _sendable(failure: BaseException) -> BaseException:
    """The failure, or its words where it cannot be sent."""
    try:
        pickle.loads(pickle.dumps(failure))  # noqa: S301 - our own bytes
    except Exception:
        return RuntimeError(f"{type(failure).__name__}: {failure}")
    return failure
