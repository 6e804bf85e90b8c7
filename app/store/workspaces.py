"""Workspaces in the store."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Finding, InvalidInput, NotFound
from app.store import audit
from app.store.tables import Workspace

LOCAL = "local"
"""The workspace that the first migration makes."""
GOOD_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
NONE = "There is no such workspace."


def demand_good_id(workspace_id: str) -> None:
    """Raises InvalidInput for an id that would not do in a path."""
    if not GOOD_ID.fullmatch(workspace_id):
        fix = "Use 1 to 64 small letters, digits and hyphens."
        raise InvalidInput("", [Finding("workspace", f"{workspace_id[:80]!r} is not a good id.", fix)])


def add(session: Session, workspace_id: str, *, title: str) -> Workspace:
    """A new workspace with an empty audit log; Conflict when the id is taken."""
    if session.get(Workspace, workspace_id) is not None:
        raise Conflict(f"There is already a workspace {workspace_id}.")
    made = Workspace(workspace_id=workspace_id, title=title)
    session.add(made)
    session.flush()
    audit.begin(session, workspace_id)
    return made


def workspace(session: Session, workspace_id: str) -> Workspace:
    """The workspace, or NotFound."""
    found = session.get(Workspace, workspace_id)
    if found is None:
        raise NotFound(NONE)
    return found


def workspaces(session: Session) -> list[Workspace]:
    """Every workspace, by id."""
    return list(session.scalars(select(Workspace).order_by(Workspace.workspace_id)))


def hold(session: Session, workspace_id: str) -> None:
    """Lets others who hold this workspace wait until the transaction ends: what is counted now stays so."""
    session.scalars(
        select(Workspace.workspace_id).where(Workspace.workspace_id == workspace_id).with_for_update()
    ).one()
