"""The audit log over HTTP, for auditors."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from app.deps import Reading, WorkspaceDep, principal
from app.problem import problems
from app.record.audit_chain import EMPTY
from app.schemas.audit_lines import AuditLineAnswer, AuditLineList
from app.store import audit

router = APIRouter(
    prefix="/v1/workspaces/{workspace_id}/audit-lines", dependencies=[Depends(principal)], tags=["record"]
)


@router.get("", responses=problems(400, 404))
def list_audit_lines(
    workspace: WorkspaceDep,
    session: Reading,
    after: Annotated[int, Query(ge=0, description="Only lines with a higher number.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Lines per page.")] = 100,
) -> AuditLineList:
    """What was done in the workspace, oldest first; every line chained to the one before."""
    rows = audit.lines(session, workspace.workspace_id, after=after, most=limit)
    head = audit.head(session, workspace.workspace_id) or EMPTY
    return AuditLineList(
        audit_lines=[AuditLineAnswer.of(row) for row in rows], head_number=head.number, head_sha256=head.sha256
    )
