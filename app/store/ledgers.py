"""Criteria ledgers in the store: drafted, locked once, and named by every run that is accepted under them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Double, func, select, type_coerce, update
from sqlalchemy.orm import Session

from app import json_text
from app.errors import Conflict, NotFound
from app.store.columns import Moment, now
from app.store.ids import new_id
from app.store.ledger_tables import Ledger, RunLedger
from app.store.tables import Run


def add(session: Session, workspace_id: str, *, written: dict[str, Any]) -> Ledger:
    """Keeps a draft."""
    made = Ledger(
        workspace_id=workspace_id, ledger_id=new_id(), name=written["name"], written=written,
        sha256=json_text.sha256(written), runs_before=None, locked_at=None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def ledger(session: Session, workspace_id: str, ledger_id: str) -> Ledger:
    """The ledger, or NotFound."""
    found = session.get(Ledger, (workspace_id, ledger_id))
    if found is None:
        raise NotFound("There is no such ledger in this workspace.")
    return found


def ledgers(session: Session, workspace_id: str) -> list[Ledger]:
    """The workspace's ledgers, newest first."""
    mine = select(Ledger).where(Ledger.workspace_id == workspace_id)
    return list(session.scalars(mine.order_by(Ledger.created_at.desc(), Ledger.ledger_id)))


def lock(session: Session, ledger: Ledger) -> None:
    """Locks a draft for good and puts it in force, with how many runs there were before; Conflict when it is locked."""
    mine = (Ledger.workspace_id == ledger.workspace_id) & (Ledger.ledger_id == ledger.ledger_id)
    runs = select(func.count()).select_from(Run).where(Run.workspace_id == ledger.workspace_id).scalar_subquery()
    if ledger.locked_at is not None:
        raise Conflict("The ledger is locked already; draft another one.")
    session.execute(
        update(Ledger)
        .where(mine, Ledger.locked_at.is_(None))
        .values(locked_at=type_coerce(now(), Moment()), runs_before=runs)
        .execution_options(synchronize_session=False)
    )
    session.refresh(ledger)


def in_force(session: Session, workspace_id: str) -> Ledger | None:
    """The ledger that was locked last."""
    locked = select(Ledger).where(Ledger.workspace_id == workspace_id, Ledger.locked_at.is_not(None))
    return session.scalars(locked.order_by(type_coerce(Ledger.locked_at, Double()).desc()).limit(1)).one_or_none()


def put_under(session: Session, run: Run) -> None:
    """Puts a new run under the ledger in force, if there is one."""
    found = in_force(session, run.workspace_id)
    if found is not None:
        session.add(RunLedger(workspace_id=run.workspace_id, run_id=run.run_id, ledger_id=found.ledger_id))
        session.flush()


def of_run(session: Session, run: Run) -> Ledger | None:
    """The ledger that a run was accepted under."""
    row = session.get(RunLedger, (run.workspace_id, run.run_id))
    return None if row is None else ledger(session, run.workspace_id, row.ledger_id)


def told(under: Ledger, scenario: Mapping[str, Any]) -> dict[str, Any]:
    """What an outcome about this scenario (canonical) says about the ledger that it was made under."""
    from app.record.ledger import departures  # here, for a worker has no need of all the mathematics

    assert under.locked_at is not None
    return {
        "ledger_id": under.ledger_id, "name": under.name, "sha256": under.sha256,
        "locked_at": under.locked_at.isoformat(), "runs_before": under.runs_before,
        "departures": departures(under.written, scenario),
    }  # fmt: skip
