"""Grants in the store: a run shown to another workspace until a moment, or until it is taken back."""

from sqlalchemy import ColumnElement, Double, select, type_coerce, update
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.account_tables import Grant
from app.store.columns import Moment, now
from app.store.ids import new_id
from app.store.keys import DAY_SECONDS
from app.store.tables import Run

NONE = "There is no such grant."


def add(session: Session, run: Run, *, to_workspace_id: str, days: float) -> Grant:
    """Shows a run to another workspace for so many days."""
    made = Grant(
        workspace_id=run.workspace_id, grant_id=new_id(), run_id=run.run_id, to_workspace_id=to_workspace_id,
        expires_at=type_coerce(now() + days * DAY_SECONDS, Moment()), revoked_at=None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.refresh(made)
    return made


def given(session: Session, workspace_id: str) -> list[Grant]:
    """What a workspace shows to others, or did."""
    return list(session.scalars(select(Grant).where(Grant.workspace_id == workspace_id).order_by(Grant.created_at)))


def received(session: Session, workspace_id: str) -> list[Grant]:
    """What others show to a workspace now; the session is for every workspace."""
    mine = select(Grant).where(Grant.to_workspace_id == workspace_id, _valid())
    return list(session.scalars(mine.order_by(Grant.created_at)))


def valid(session: Session, to_workspace_id: str, grant_id: str) -> Grant:
    """A grant to this workspace that holds now, or NotFound; the session is for every workspace."""
    mine = select(Grant).where(Grant.to_workspace_id == to_workspace_id, Grant.grant_id == grant_id, _valid())
    found = session.scalars(mine).one_or_none()
    if found is None:
        raise NotFound(NONE)
    return found


def revoke(session: Session, workspace_id: str, grant_id: str) -> None:
    """Takes a grant back at once; raises NotFound."""
    if session.get(Grant, (workspace_id, grant_id)) is None:
        raise NotFound(NONE)
    mine = (Grant.workspace_id == workspace_id) & (Grant.grant_id == grant_id)
    ended = update(Grant).where(mine, Grant.revoked_at.is_(None)).values(revoked_at=type_coerce(now(), Moment()))
    session.execute(ended.execution_options(synchronize_session=False))


def _valid() -> ColumnElement[bool]:
    return Grant.revoked_at.is_(None) & (type_coerce(Grant.expires_at, Double()) > now())
