"""Runs in the store, as a worker sees them: claimed, kept alive, reported on, ended; a stale worker writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Double, case, func, select, type_coerce, update
from sqlalchemy.orm import Session

from app.store.columns import Moment, now
from app.store.tables import Run, Step


@dataclass(frozen=True)
class Claim:
    """A worker's hold on a run; the attempt number is the fence that a stale worker cannot pass."""

    workspace_id: str
    run_id: str
    attempt: int


@dataclass(frozen=True)
class Ending:
    """How a run ended: its state and, beside it, what is held and why it stopped."""

    state: str
    outcome: str | None
    stopped_by: str | None
    reason: str | None = None


def claim_next(session: Session, *, worker: str) -> Claim | None:
    """The oldest accepted run, now this worker's, or None."""
    oldest = select(Run).where(Run.state == "accepted").order_by(Run.created_at, Run.run_id).limit(1)
    run = session.scalars(oldest.with_for_update(skip_locked=True)).one_or_none()
    if run is None:
        return None
    mine = (Run.workspace_id == run.workspace_id) & (Run.run_id == run.run_id) & (Run.state == "accepted")
    moment = type_coerce(now(), Moment())
    session.execute(
        update(Run)
        .where(mine)
        .values(
            state="running", phase="validating", progress=None, attempt=Run.attempt + 1, worker=worker,
            heartbeat_at=moment, started_at=func.coalesce(Run.started_at, moment),
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    session.refresh(run)
    return Claim(run.workspace_id, run.run_id, run.attempt)


def beat(session: Session, claim: Claim) -> bool | None:
    """Shows that the worker lives; True when the run should stop, None when the run is no longer this worker's."""
    if not _update(session, claim, heartbeat_at=type_coerce(now(), Moment())):
        return None
    return bool(session.scalar(select(Run.stop_requested).where(*_held(claim))))


def report(session: Session, claim: Claim, steps: Iterable[dict[str, Any]]) -> None:
    """Adds lines to the run's trace and makes the last one its progress; nothing from a stale worker."""
    lines = list(steps)
    if not lines or not _update(session, claim, phase=lines[-1].get("phase"), progress=lines[-1]):
        return
    mine = (Step.workspace_id == claim.workspace_id) & (Step.run_id == claim.run_id)
    first = (session.scalar(select(func.max(Step.number)).where(mine)) or 0) + 1
    session.add_all(
        Step(
            workspace_id=claim.workspace_id, run_id=claim.run_id, number=first + i, attempt=claim.attempt, progress=line
        )
        for i, line in enumerate(lines)
    )


def end(session: Session, claim: Claim, ending: Ending, *, has_plan: bool = False) -> bool:
    """Ends the run once; False, and no change, when it is no longer this worker's."""
    return _update(
        session, claim, state=ending.state, phase=None, outcome=ending.outcome, stopped_by=ending.stopped_by,
        reason=ending.reason, has_plan=has_plan, finished_at=type_coerce(now(), Moment()),
    )  # fmt: skip


def give_back(session: Session, claim: Claim) -> None:
    """Puts the run back in the queue as if it had not been tried, for a worker that is told to go."""
    _update(session, claim, state="accepted", phase=None, worker=None, attempt=Run.attempt - 1)


def try_again(session: Session, claim: Claim) -> None:
    """Puts the run back in the queue; this try counts."""
    _update(session, claim, state="accepted", phase=None, worker=None)


def any_waiting(session: Session) -> bool:
    """Whether a run waits to be claimed."""
    return session.scalar(select(Run.run_id).where(Run.state == "accepted").limit(1)) is not None


def workers_at_work(session: Session) -> list[str]:
    """The names of the workers that hold a run."""
    names = session.scalars(select(Run.worker).where(Run.state == "running").distinct())
    return [name for name in names if name is not None]


def requeue_of(session: Session, workers: list[str], *, most_attempts: int) -> int:
    """Takes the runs of these dead workers from them; returns how many."""
    return _requeue(session, Run.worker.in_(workers), most_attempts)


def requeue_silent(session: Session, *, lease_seconds: float, most_attempts: int) -> int:
    """Takes the runs of workers that were silent for longer than the lease from them; returns how many."""
    silent = type_coerce(Run.heartbeat_at, Double()) < now() - lease_seconds
    return _requeue(session, silent, most_attempts)


def _requeue(session: Session, whose: ColumnElement[bool], most_attempts: int) -> int:
    """Back in the queue, or failed after the last try; a run that was told to stop is not tried again."""
    tried = Run.attempt >= most_attempts
    changed = session.execute(
        update(Run)
        .where(Run.state == "running", whose)
        .values(
            state=case((Run.stop_requested, "dismissed"), (tried, "failed"), else_="accepted"),
            outcome=case((Run.stop_requested | tried, "no_plan_found"), else_=None),
            stopped_by=case((Run.stop_requested, "cancel"), (tried, "error"), else_=None),
            reason=case(
                (Run.stop_requested, "Its worker died after it was told to stop."),
                (tried, f"Set aside: its worker died in each of {most_attempts} tries."),
                else_=None,
            ),
            finished_at=type_coerce(case((Run.stop_requested | tried, now()), else_=None), Moment()),
            phase=None,
            worker=None,
        )
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", changed).rowcount


def _held(claim: Claim) -> tuple[Any, ...]:
    return (
        Run.workspace_id == claim.workspace_id,
        Run.run_id == claim.run_id,
        Run.state == "running",
        Run.attempt == claim.attempt,
    )


def _update(session: Session, claim: Claim, **values: Any) -> bool:
    changed = session.execute(
        update(Run).where(*_held(claim)).values(**values).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", changed).rowcount == 1
