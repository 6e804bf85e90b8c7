"""What a child left in its folder, and what becomes of its run: ended, tried again, or shared out in parts."""

import logging
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app import json_text
from app.jobs import child
from app.jobs.attendance import NoAnswer
from app.jobs.ending import Answer, ending_of, nothing_found
from app.jobs.task import Task
from app.settings import Settings
from app.store import claims, outcomes, parts, runs
from app.store.claims import Claim, Ending
from app.store.parts import Job

LOG = logging.getLogger(__name__)
MOST_JOBS = 16
"""A round is shared out in at most so many jobs: each pays for a process of its own."""
ANSWERED = Ending("successful", None, None)


@dataclass(frozen=True)
class Answers:
    """The answers of some parts, in their order; the last ones may be missing."""

    answers: list[Any]


@dataclass(frozen=True)
class SplitUp:
    """Where the question falls apart (in_parts.Split)."""

    rounds: list[list[Any]]
    parts: list[Any]
    share: float
    answers: list[Any]
    seconds_gone: float


Left = Answer | Answers | SplitUp | NoAnswer


def left_in(folder: Path, nothing: NoAnswer) -> Left:
    """What is there, whole, whatever became of the process afterwards; else `nothing`."""
    if (folder / child.OUTCOME).exists():
        return Answer(**json_text.read_object(folder / child.OUTCOME))
    if (folder / child.SPLIT).exists():
        return SplitUp(**json_text.read_object(folder / child.SPLIT))
    if (folder / child.ANSWERS).exists():
        return Answers(**json_text.read_object(folder / child.ANSWERS))
    return nothing


def write_down(
    session: Session, claim: Claim, task: Task, left: Left, settings: Settings, *, seconds: float
) -> Ending | None:
    """Writes what becomes of the run, in the caller's transaction; its ending, or None when it has not ended."""
    if isinstance(left, SplitUp):
        _share_out(session, claim, task, left)
        return None
    if isinstance(left, Answers):
        outcomes.publish(session, claim, ANSWERED, {"answers": left.answers})
        return ANSWERED
    if isinstance(left, NoAnswer):
        if left.ended_by == "crash" and claim.attempt < settings.most_attempts:
            claims.try_again(session, claim, left.reason)
            return None
        if task.kind == "parts" and left.ended_by in ("deadline", "cancel"):
            outcomes.publish(session, claim, ANSWERED, {"answers": []})
            return ANSWERED
    ending = ending_of(left)
    if isinstance(left, NoAnswer) and left.ended_by == "crash":
        ending = claims.set_aside(claim.attempt, left.reason)
    if ending.state != "successful":
        claims.end(session, claim, ending)
    elif isinstance(left, Answer):
        outcomes.publish(session, claim, ending, left.outcome)
    else:
        nothing = nothing_found(task.question, dataset_sha256=task.dataset_sha256, ending=ending, seconds=seconds)
        outcomes.publish(session, claim, ending, nothing)
    return ending


def failed_part(session: Session, claim: Claim) -> Ending | None:
    """How a run ends one of whose parts could not be answered by anybody; None while all is well."""
    for part, run in parts.of(session, claim.workspace_id, claim.run_id):
        if run.state == "failed":
            where = f"Part {part.number + 1} of round {part.round + 1} was not answered."
            return Ending("failed", "no_plan_found", run.stopped_by, f"{where} {run.reason or ''}".strip())
    return None


def _share_out(session: Session, claim: Claim, task: Task, left: SplitUp) -> None:
    """Keeps the rounds answered so far and puts the next one in the queue; nothing from a stale worker."""
    if not claims.wait_for_parts(session, claim):
        return
    parent = runs.held(session, claim)
    question_seconds = task.order["seconds"] - left.seconds_gone
    known = len(task.order["rounds"])
    for number, answers in enumerate(left.rounds[known:], known):
        done = [Job([None] * len(answers), answers)]
        parts.add(session, parent, done, round_number=number, seconds=0.0, question_seconds=question_seconds)
    parts.add(
        session, parent, _jobs(left),
        round_number=len(left.rounds), seconds=left.share * question_seconds, question_seconds=question_seconds,
    )  # fmt: skip
    if parent.stop_requested:
        parts.request_stop(session, claim.workspace_id, claim.run_id)


def _jobs(left: SplitUp) -> list[Job]:
    done, waiting = left.parts[: len(left.answers)], left.parts[len(left.answers) :]
    size = ceil(len(waiting) / MOST_JOBS)
    answered = [Job(done, left.answers)] if done else []
    return [*answered, *(Job(waiting[at : at + size]) for at in range(0, len(waiting), size))]
