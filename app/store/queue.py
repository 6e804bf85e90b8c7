"""The queue as an operator sees it: how many runs stand where, and how long they wait."""

from dataclasses import dataclass

from sqlalchemy import Double, distinct, func, select, type_coerce
from sqlalchemy.orm import Session

from app.store.columns import now
from app.store.tables import SIZES, STATES, Run


@dataclass(frozen=True)
class Standing:
    """Counts over all workspaces, parts of runs included."""

    by_state: dict[str, int]
    waiting: dict[str, int]
    """By queue."""
    longest_wait_seconds: float
    workers: int
    """Those that hold a run."""
    retried: int


def standing(session: Session) -> Standing:
    """How the queue stands now; the session must see every workspace."""
    by_state = dict.fromkeys(STATES, 0)
    for state, many in session.execute(select(Run.state, func.count()).group_by(Run.state)):
        by_state[state] = many
    waiting = dict.fromkeys(SIZES, 0)
    for size, many in session.execute(select(Run.size, func.count()).where(Run.ready).group_by(Run.size)):
        waiting[size] = many
    since = now() - func.min(type_coerce(Run.created_at, Double()))
    held = (Run.state == "running") & Run.worker.is_not(None)
    return Standing(
        by_state=by_state,
        waiting=waiting,
        longest_wait_seconds=max(0.0, session.scalar(select(since).where(Run.ready)) or 0.0),
        workers=session.scalar(select(func.count(distinct(Run.worker))).where(held)) or 0,
        retried=session.scalar(select(func.count()).select_from(Run).where(Run.attempt > 1)) or 0,
    )
