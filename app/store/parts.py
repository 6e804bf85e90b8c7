"""The parts of a run in the store: runs of their own that any worker takes up, told about at their parent."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Double, and_, select, type_coerce, update
from sqlalchemy.orm import Session

from app import json_text
from app.store import trace, webhooks
from app.store.answer_text import answer_text, text_of
from app.store.columns import Moment, now
from app.store.ids import new_id
from app.store.tables import OutcomeText, Part, Run

ENDED = ("successful", "failed", "dismissed")
SAME_RUN = and_(Part.workspace_id == Run.workspace_id, Part.run_id == Run.run_id)


def is_part() -> ColumnElement[bool]:
    """Whether a run is a part of another one."""
    return select(Part.run_id).where(SAME_RUN).exists()


@dataclass(frozen=True)
class Job:
    """Parts that one worker answers, and their answers if it has."""

    parts: list[Any]
    answers: list[Any] | None = None


def add(
    session: Session, parent: Run, jobs: list[Job], *, round_number: int, seconds: float, question_seconds: float
) -> None:
    """Puts a round's jobs in the queue, each as large as their parent; those with answers have ended already.

    The round may take `seconds` from now, the whole question `question_seconds`.
    """
    moment = session.scalars(select(now())).one()
    ends_at, question_ends_at = (datetime.fromtimestamp(moment + each, UTC) for each in (seconds, question_seconds))
    for number, job in enumerate(jobs):
        ended = job.answers is not None
        made = Run(
            workspace_id=parent.workspace_id, run_id=new_id(), scenario_id=parent.scenario_id, asked=parent.asked,
            state="successful" if ended else "accepted", ready=not ended, size=parent.size,
            finished_at=datetime.fromtimestamp(moment, UTC) if ended else None,
        )  # fmt: skip
        session.add(made)
        session.flush()
        session.add(
            Part(
                workspace_id=parent.workspace_id, run_id=made.run_id, parent_id=parent.run_id, round=round_number,
                number=number, parts=job.parts, ends_at=ends_at, question_ends_at=question_ends_at,
            )
        )  # fmt: skip
        if ended:
            session.add(answer_text(made.workspace_id, made.run_id, {"answers": job.answers}))
    session.flush()


def part(session: Session, run: Run) -> Part | None:
    """What a run is a part of, or None for a whole run."""
    return session.get(Part, (run.workspace_id, run.run_id))


def of(session: Session, workspace_id: str, parent_id: str) -> list[tuple[Part, Run]]:
    """The jobs of a run, round after round, in the order in which it named them."""
    mine = select(Part, Run).join(Run, SAME_RUN).where(_of(workspace_id, parent_id))
    fresh = mine.order_by(Part.round, Part.number).execution_options(populate_existing=True)
    return [(part, run) for part, run in session.execute(fresh)]


def rounds(session: Session, workspace_id: str, parent_id: str, *, before: int | None = None) -> list[list[Any]]:
    """The answers of all rounds, or of those before one; None for a part that was not answered."""
    found: dict[int, list[Any]] = {}
    for part, run in of(session, workspace_id, parent_id):
        if before is None or part.round < before:
            text = session.get(OutcomeText, (run.workspace_id, run.run_id))
            answers = [] if text is None else json_text.parse_object(text_of(text), called="the answers")["answers"]
            found.setdefault(part.round, []).extend(answers + [None] * (len(part.parts) - len(answers)))
    return [found[number] for number in sorted(found)]


def seconds_until(session: Session, moment: datetime) -> float:
    """How long until a moment on the database's clock; negative once it is past [s]."""
    return moment.timestamp() - session.scalars(select(now())).one()


def seconds_since_begun(session: Session, run: Run) -> float:
    """How long ago a worker first took the run up, on the database's clock [s]."""
    one = (Run.workspace_id == run.workspace_id) & (Run.run_id == run.run_id)
    since = session.scalar(select(now() - type_coerce(Run.started_at, Double())).where(one))
    return max(0.0, since or 0.0)


def request_stop(session: Session, workspace_id: str, parent_id: str) -> None:
    """Stops the parts of a run: those not yet begun are dismissed, those at work keep what they found."""
    mine = (Run.workspace_id == workspace_id) & Run.run_id.in_(
        select(Part.run_id).where(_of(workspace_id, parent_id)).scalar_subquery()
    )
    session.execute(
        update(Run)
        .where(mine, Run.ready)
        .values(
            state="dismissed", ready=False, outcome="no_plan_found", stopped_by="cancel", stop_requested=True,
            finished_at=type_coerce(now(), Moment()), reason="Stopped before it began.",
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    session.execute(
        update(Run)
        .where(mine, Run.state == "running")
        .values(stop_requested=True)
        .execution_options(synchronize_session=False)
    )
    wake_parent(session, workspace_id, parent_id)


def after_the_end_of(session: Session, workspace_id: str, run_id: str) -> None:
    """Tells the parent of a part that has just ended, and the webhooks of a whole run."""
    ended = session.get(Part, (workspace_id, run_id))
    if ended is not None:
        wake_parent(session, workspace_id, ended.parent_id)
        return
    one = select(Run).where(Run.workspace_id == workspace_id, Run.run_id == run_id)
    webhooks.tell_of(session, session.scalars(one.execution_options(populate_existing=True)).one())


def wake_parent(session: Session, workspace_id: str, parent_id: str) -> None:
    """Shows at the parent how many of its parts have ended, and makes it ready once all have.

    Parts that end at the same moment pass here one after the other, so that the last one sees all others.
    """
    one = (Run.workspace_id == workspace_id) & (Run.run_id == parent_id)
    fresh = select(Run).where(one).with_for_update().execution_options(populate_existing=True)
    parent = session.scalars(fresh).one()
    jobs = of(session, workspace_id, parent_id)
    if parent.state != "running" or parent.worker is not None or not jobs:
        return
    last_round = [(len(part.parts), run.state in ENDED) for part, run in jobs if part.round == jobs[-1][0].round]
    every, ended = sum(many for many, _ in last_round), sum(many for many, done in last_round if done)
    progress = {
        "phase": "solving", "seconds": seconds_since_begun(session, parent), "value": None, "bound": None, "gap": None,
        "note": f"{ended} of {every} parts",
    }  # fmt: skip
    parent.progress = progress
    parent.ready = ended == every
    trace.add(session, workspace_id, parent_id, [progress], attempt=parent.attempt)


def _of(workspace_id: str, parent_id: str) -> ColumnElement[bool]:
    return and_(Part.workspace_id == workspace_id, Part.parent_id == parent_id)
