"""Workspaces as callers see them."""

from datetime import datetime

from pydantic import BaseModel

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
