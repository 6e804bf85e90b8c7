"""The parts of a run in the store: runs of their own that any worker takes up, told about at their parent."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Double, and_, func, select, type_coerce, update
from sqlalchemy.orm import Session

from app.store import trace
from app.store.columns import Moment, now
from app.store.ids import new_id
from app.store.tables import Part, Run

ENDED = ("successful", "failed", "dismissed")
SAME_RUN = and_(Part.workspace_id == Run.workspace_id, Part.run_id == Run.run_id)


def is_part() -> ColumnElement[bool]:
    """Whether a run is a part of another one."""
    return select(Part.run_id).where(SAME_RUN).exists()


def add(
    session: Session, parent: Run, *, round_number: int, share: float, seconds: float, jobs: list[list[Any]]
) -> None:
    """Puts a round's parts in the queue, some to each job; `share` of what is left of the parent's `seconds` is theirs."""
    moment = session.scalars(select(now())).one()
    ends_at = datetime.fromtimestamp(moment + share * (seconds - seconds_since_begun(session, parent)), UTC)
    for number, parts in enumerate(jobs):
        made = Run(
            workspace_id=parent.workspace_id, run_id=new_id(), scenario_id=parent.scenario_id, asked=parent.asked,
            state="accepted", size=parent.size,
        )  # fmt: skip
        session.add(made)
        session.flush()
        session.add(
            Part(
                workspace_id=parent.workspace_id, run_id=made.run_id, parent_id=parent.run_id, round=round_number,
                number=number, parts=parts, ends_at=ends_at,
            )
        )  # fmt: skip
    session.flush()


def part(session: Session, run: Run) -> Part | None:
    """What a run is a part of, or None for a whole run."""
    return session.get(Part, (run.workspace_id, run.run_id))


def of(session: Session, parent: Run) -> list[tuple[Part, Run]]:
    """The parts of a run, round after round, in the order in which it named them."""
    mine = select(Part, Run).join(Run, SAME_RUN).where(_of(parent.workspace_id, parent.run_id))
    return [(part, run) for part, run in session.execute(mine.order_by(Part.round, Part.number))]


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
    """Tells the parent of a part that has just ended; nothing for a run that is no part."""
    ended = session.get(Part, (workspace_id, run_id))
    if ended is not None:
        wake_parent(session, workspace_id, ended.parent_id)


def wake_parent(session: Session, workspace_id: str, parent_id: str) -> None:
    """Shows at the parent how many of its parts have ended, and makes it ready once all have.

    Parts that end at the same moment pass here one after the other, so that the last one sees all others.
    """
    one = (Run.workspace_id == workspace_id) & (Run.run_id == parent_id)
    parent = session.scalars(select(Run).where(one).with_for_update().execution_options(populate_existing=True)).one()
    mine = select(func.count()).select_from(Part).join(Run, SAME_RUN).where(_of(workspace_id, parent_id))
    every, ended = session.scalar(mine) or 0, session.scalar(mine.where(Run.state.in_(ENDED))) or 0
    if parent.state != "running" or parent.worker is not None or every == 0:
        return
    progress = {
        "phase": "solving", "seconds": seconds_since_begun(session, parent), "value": None, "bound": None, "gap": None,
        "note": f"{ended} of {every} parts",
    }  # fmt: skip
    parent.progress = progress
    parent.ready = ended == every
    trace.add(session, workspace_id, parent_id, [progress], attempt=parent.attempt)


def _of(workspace_id: str, parent_id: str) -> ColumnElement[bool]:
    return and_(Part.workspace_id == workspace_id, Part.parent_id == parent_id)
