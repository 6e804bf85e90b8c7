"""Workspaces over HTTP; each is also the landing page of its layers (OGC API - Features)."""

from fastapi import APIRouter, Depends, Request

from app.addresses import Link, service_address, workspace_address
from app.deps import AskingDep, Reading, WorkspaceDep, principal
from app.problem import problems
from app.schemas.workspaces import WorkspaceAnswer, WorkspaceLanding, WorkspaceList
from app.store.workspaces import workspaces

router = APIRouter(prefix="/v1/workspaces", dependencies=[Depends(principal)], tags=["workspaces"])
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"


@router.get("")
def list_workspaces(session: Reading, asking: AskingDep) -> WorkspaceList:
    """Every workspace that the caller may see."""
    mine = [each for each in workspaces(session) if asking.principal.roles_in(each.workspace_id)]
    return WorkspaceList(workspaces=[WorkspaceAnswer.of(each) for each in mine])


@router.get("/{workspace_id}", responses=problems(400, 404))
def get_workspace(workspace: WorkspaceDep, request: Request) -> WorkspaceLanding:
    """One workspace and where its parts are."""
    base, service = workspace_address(request, workspace.workspace_id), service_address(request)
    links = [
        Link(href=base, rel="self", type="application/json", title="This workspace"),
        Link(href=f"{service}/openapi.json", rel="service-desc", type=OPENAPI, title="The API's description"),
        Link(href=f"{base}/conformance", rel="conformance", type="application/json", title="Conformance classes"),
        Link(href=f"{base}/collections", rel="data", type="application/json", title="Layers"),
        *(
            Link(href=f"{base}/{noun}", rel="related", type="application/json", title=noun.capitalize())
            for noun in ("datasets", "scenarios", "runs", "comparisons")
        ),
    ]
    return WorkspaceLanding(**WorkspaceAnswer.of(workspace).model_dump(), description="Layers and plans.", links=links)
