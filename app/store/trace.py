"""A run's trace in the store: line after line, how good the best plan and the bound were after so many seconds."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.store.tables import Run, Step


def add(session: Session, workspace_id: str, run_id: str, lines: Iterable[dict[str, Any]], *, attempt: int) -> None:
    """Adds lines to a run's trace; the caller holds the run's row."""
    mine = (Step.workspace_id == workspace_id) & (Step.run_id == run_id)
    first = (session.scalar(select(func.max(Step.number)).where(mine)) or 0) + 1
    session.add_all(
        Step(workspace_id=workspace_id, run_id=run_id, number=first + i, attempt=attempt, progress=line)
        for i, line in enumerate(lines)
    )
    session.flush()


def of(session: Session, run: Run) -> list[Step]:
    """The story of a run's solve: of its last attempt, or where it was given a stored answer, of the run that found it."""
    found = run
    if run.reused_from is not None:
        found = session.get(Run, (run.workspace_id, run.reused_from)) or run
    return [step for step in steps(session, run.workspace_id, found.run_id) if step.attempt == found.attempt]


def steps(session: Session, workspace_id: str, run_id: str, *, after: int = -1) -> list[Step]:
    """The trace lines with a number above `after`, in order."""
    mine = select(Step).where(Step.workspace_id == workspace_id, Step.run_id == run_id, Step.number > after)
    return list(session.scalars(mine.order_by(Step.number)))
