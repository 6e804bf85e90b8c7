"""Workspaces in the store."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.tables import Workspace

LOCAL = "local"
"""The workspace that the first migration makes."""


def workspace(session: Session, workspace_id: str) -> Workspace:
    """The workspace, or NotFound."""
    found = session.get(Workspace, workspace_id)
    if found is None:
        raise NotFound("There is no such workspace.")
    return found


def workspaces(session: Session) -> list[Workspace]:
    """Every workspace, by id."""
    return list(session.scalars(select(Workspace).order_by(Workspace.workspace_id)))
