"""Workspaces as callers see them."""

from datetime import datetime

from pydantic import BaseModel

from app.addresses import Link
from app.store.tables import Workspace


class WorkspaceAnswer(BaseModel):
    """A care table's own; everything below belongs to it."""

    id: str
    workspace_id: str
    title: str
    created_at: datetime

    @classmethod
    def of(cls, workspace: Workspace) -> "WorkspaceAnswer":
        return cls(
            id=workspace.workspace_id,
            workspace_id=workspace.workspace_id,
            title=workspace.title,
            created_at=workspace.created_at,
        )


class WorkspaceList(BaseModel):
    """Every workspace that the caller may see."""

    workspaces: list[WorkspaceAnswer]


class WorkspaceLanding(WorkspaceAnswer):
    """A workspace with the links of an OGC landing page."""

    description: str
    links: list[Link]
