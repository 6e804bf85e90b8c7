"""Workspaces in the store."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.tables import Workspace

LOCAL = "local"


def workspace(session: Session, workspace_id: str) -> Workspace:
    """The workspace, or NotFound."""
    found = session.get(Workspace, workspace_id)
    if found is None:
        raise NotFound("There is no such workspace.")
    return found


def workspaces(session: Session) -> list[Workspace]:
    """Every workspace, by id."""
    return list(session.scalars(select(Workspace).order_by(Workspace.workspace_id)))


def ensure_local(session: Session) -> None:
    """Makes the default workspace where it is missing."""
    if session.get(Workspace, LOCAL) is None:
        session.add(Workspace(workspace_id=LOCAL, title="This machine's own workspace"))
