"""A task: what a claimed run asks of a child just now, told from the store, and laid out in the child's folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app import json_text
from app.hard_stop import FACTOR, GRACE_SECONDS, seconds_of
from app.jobs import child, ladder
from app.jobs.process import Room
from app.settings import Settings
from app.store import datasets, parts, runs
from app.store.claims import Claim
from app.store.tables import Dataset, Part, Run

LEAST_SECONDS = 0.1
"""The first parts of a round are begun even when its time is over [s]."""
GATHER_SECONDS = 16.0
"""Time to gather the answers of parts and to check the outcome when the question's own time is over [s]."""


@dataclass(frozen=True)
class Task:
    """What a child is to do, within how much time, about which question and data."""

    kind: child.Task
    question: dict[str, Any]
    dataset_sha256: str
    content: bytes
    order: dict[str, Any]
    seconds: float

    def lay_out(self, folder: Path) -> None:
        """Writes all that the child reads."""
        (folder / child.PACKAGE).write_bytes(self.content)
        json_text.write_whole(folder / child.ASKED, self.question)
        json_text.write_whole(folder / child.ORDER, self.order)

    def room(self, settings: Settings) -> Room:
        """What the child may use; more processor time than its deadline leaves only ends one that nobody ends."""
        return Room(settings.solve_memory_bytes, 2 * (self.seconds * FACTOR + GRACE_SECONDS))


def task_of(session: Session, claim: Claim, settings: Settings) -> Task | None:
    """The claimed run's task; None for parts whose time was over before they were begun."""
    run = runs.held(session, claim)
    data = runs.dataset_of(session, run)
    order = {
        "step": ladder.step(claim.attempt), "rounds": [], "gone": 0.0, "stopped": run.stop_requested,
        "alone_seconds": settings.alone_seconds if run.size == "small" else 0.0,
    }  # fmt: skip
    part = parts.part(session, run)
    if part is None:
        return _further(session, run, data, order, settings)
    seconds = _share(session, part)
    if seconds <= 0 and part.number > 0:
        return None
    rounds = parts.rounds(session, run.workspace_id, part.parent_id, before=part.round)
    seconds = max(LEAST_SECONDS, seconds)
    order |= {"rounds": rounds, "parts": part.parts, "seconds": seconds}
    return Task("parts", run.asked, data.sha256, datasets.content(session, data), order, seconds)


def _further(session: Session, run: Run, data: Dataset, order: dict[str, Any], settings: Settings) -> Task:
    limit = seconds_of(run.asked) or settings.solve_seconds
    jobs = parts.of(session, run.workspace_id, run.run_id)
    left = parts.seconds_until(session, jobs[-1][0].question_ends_at) if jobs else limit
    order |= {
        "rounds": parts.rounds(session, run.workspace_id, run.run_id), "seconds": limit,
        "gone": max(0.0, limit - left),
    }  # fmt: skip
    seconds = max(left, GATHER_SECONDS) if jobs else limit
    return Task("further", run.asked, data.sha256, datasets.content(session, data), order, seconds)


def _share(session: Session, part: Part) -> float:
    """The time of one job: what is left for its round, shared among all that wait for the lanes at work on it."""
    jobs = [
        (each, run) for each, run in parts.of(session, part.workspace_id, part.parent_id) if each.round == part.round
    ]
    waiting = sum(run.state not in parts.ENDED for _, run in jobs)
    at_work = sum(run.state == "running" for _, run in jobs)
    return parts.seconds_until(session, part.ends_at) * max(1, at_work) / max(1, waiting)
