"""Runs in the store, as a worker sees them: claimed, kept alive, reported on, ended; a stale worker writes nothing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Double, func, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.store import best_plans, parts, trace
from app.store.columns import Moment, now
from app.store.tables import SIZES, Run, Turn


@dataclass(frozen=True)
class Claim:
    """A worker's hold on a run; the fence is a number that a worker who lost the run no longer has."""

    workspace_id: str
    run_id: str
    attempt: int
    fence: int


@dataclass(frozen=True)
class Ending:
    """How a run ended: its state and, beside it, what is held and why it stopped."""

    state: str
    outcome: str | None
    stopped_by: str | None
    reason: str | None = None


def claim_next(session: Session, *, worker: str, sizes: Collection[str] = SIZES) -> Claim | None:
    """A run of these sizes, now this worker's, or None.

    The workspace that waited longest for its turn goes first, and in it the run that was accepted first.
    """
    waited_since: ColumnElement[float] = func.coalesce(type_coerce(Turn.taken_at, Double()), 0.0)
    fair = (
        select(Run)
        .outerjoin(Turn, Turn.workspace_id == Run.workspace_id)
        .where(Run.ready, Run.size.in_(sizes))
        .order_by(waited_since, Run.created_at, Run.run_id)
        .limit(1)
    )
    run = session.scalars(fair.with_for_update(skip_locked=True, of=Run)).one_or_none()
    if run is None:
        return None
    moment = type_coerce(now(), Moment())
    session.execute(
        update(Run)
        .where(Run.workspace_id == run.workspace_id, Run.run_id == run.run_id, Run.ready)
        .values(
            state="running", ready=False, phase="validating", attempt=Run.attempt + 1, fence=Run.fence + 1,
            worker=worker, heartbeat_at=moment, started_at=func.coalesce(Run.started_at, moment),
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    _take_turn(session, run.workspace_id)
    session.refresh(run)
    return Claim(run.workspace_id, run.run_id, run.attempt, run.fence)


def _take_turn(session: Session, workspace_id: str) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    turn = insert(Turn).values(workspace_id=workspace_id, taken_at=type_coerce(now(), Moment()))
    session.execute(
        turn.on_conflict_do_update(index_elements=["workspace_id"], set_={"taken_at": turn.excluded.taken_at})
    )


def beat(session: Session, claim: Claim) -> bool | None:
    """Shows that the worker lives; True when the run should stop, None when the run is no longer this worker's."""
    if not _update(session, claim, heartbeat_at=type_coerce(now(), Moment())):
        return None
    return bool(session.scalar(select(Run.stop_requested).where(*_held(claim))))


def report(session: Session, claim: Claim, steps: Iterable[dict[str, Any]]) -> None:
    """Adds lines to the run's trace and makes the last one its progress; nothing from a stale worker."""
    lines = list(steps)
    if lines and _update(session, claim, phase=lines[-1].get("phase"), progress=lines[-1]):
        trace.add(session, claim.workspace_id, claim.run_id, lines, attempt=claim.attempt)


def end(session: Session, claim: Claim, ending: Ending, *, has_plan: bool = False) -> bool:
    """Ends the run once; False, and no change, when it is no longer this worker's."""
    if not _update(session, claim, **_ended(ending), has_plan=has_plan):
        return False
    best_plans.forget(session, claim.workspace_id, claim.run_id)
    parts.after_the_end_of(session, claim.workspace_id, claim.run_id)
    return True


def _ended(ending: Ending) -> dict[str, Any]:
    return {
        "state": ending.state, "ready": False, "phase": None, "outcome": ending.outcome,
        "stopped_by": ending.stopped_by, "reason": ending.reason, "finished_at": type_coerce(now(), Moment()),
    }  # fmt: skip


def give_back(session: Session, claim: Claim) -> None:
    """Puts the run back in the queue as if it had not been tried, for a worker that is told to go."""
    _update(session, claim, state="accepted", ready=True, phase=None, worker=None, attempt=Run.attempt - 1)


def try_again(session: Session, claim: Claim, trouble: str) -> None:
    """Puts the run back in the queue; this try counts, and its trouble is kept."""
    _update(session, claim, state="accepted", ready=True, phase=None, worker=None, trouble=trouble)


def wait_for_parts(session: Session, claim: Claim) -> bool:
    """Lets go of a run whose parts have been put in the queue; the last part to end makes it ready again."""
    return _update(session, claim, ready=False, phase="solving", worker=None, attempt=Run.attempt - 1)


def any_waiting(session: Session, *, sizes: Collection[str] = SIZES) -> bool:
    """Whether a run of these sizes waits to be claimed."""
    return session.scalar(select(Run.run_id).where(Run.ready, Run.size.in_(sizes)).limit(1)) is not None


def workers_at_work(session: Session) -> list[str]:
    """The names of the workers that hold a run."""
    held = (Run.state == "running") & Run.worker.is_not(None)
    return [str(name) for name in session.scalars(select(Run.worker).where(held).distinct())]


def any_silent(session: Session, *, lease_seconds: float) -> bool:
    """Whether a worker at work was silent for longer than the lease."""
    lost = select(Run.run_id).where(Run.state == "running", Run.worker.is_not(None), _silent(lease_seconds))
    return session.scalar(lost.limit(1)) is not None


def requeue_of(session: Session, workers: list[str], *, most_attempts: int) -> int:
    """Takes the runs of these dead workers from them; returns how many."""
    return _requeue(session, Run.worker.in_(workers), most_attempts)


def requeue_silent(session: Session, *, lease_seconds: float, most_attempts: int) -> int:
    """Takes the runs of workers that were silent for longer than the lease from them; returns how many."""
    return _requeue(session, _silent(lease_seconds), most_attempts)


def _silent(lease_seconds: float) -> ColumnElement[bool]:
    return type_coerce(Run.heartbeat_at, Double()) < now() - lease_seconds


def _requeue(session: Session, whose: ColumnElement[bool], most_attempts: int) -> int:
    """Back in the queue, or set aside after the last try; a run that was told to stop is not tried again."""
    lost = select(Run).where(Run.state == "running", Run.worker.is_not(None), whose).order_by(Run.run_id)
    found = list(session.scalars(lost.with_for_update(skip_locked=True)))
    for run in found:
        claim = Claim(run.workspace_id, run.run_id, run.attempt, run.fence)
        trouble = f"Its worker {run.worker} died or was not heard of for too long."
        if run.stop_requested:
            end(
                session,
                claim,
                Ending("dismissed", "no_plan_found", "cancel", "Its worker died after it was told to stop."),
            )
        elif run.attempt >= most_attempts:
            end(session, claim, set_aside(run.attempt, trouble))
        else:
            try_again(session, claim, trouble)
    return len(found)


def set_aside(tries: int, trouble: str) -> Ending:
    """The ending of a run that is not tried again, with what ended its last try."""
    return Ending("failed", "no_plan_found", "error", f"Set aside after {tries} tries. The last one: {trouble}")


def _held(claim: Claim) -> tuple[Any, ...]:
    return (
        Run.workspace_id == claim.workspace_id,
        Run.run_id == claim.run_id,
        Run.state == "running",
        Run.worker.is_not(None),
        Run.fence == claim.fence,
    )


def _update(session: Session, claim: Claim, **values: Any) -> bool:
    changed = session.execute(
        update(Run).where(*_held(claim)).values(**values).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", changed).rowcount == 1
