"""Workspaces over HTTP; each is also the landing page of its layers (OGC API - Features)."""

from fastapi import APIRouter, Depends, Request, Response

from app.addresses import Link, service_address, workspace_address
from app.answer_kinds import JSON_OR_HTML, kind_of
from app.deps import AskingDep, Reading, WorkspaceDep, principal
from app.html_pages.pages import landing_page
from app.immutable import packed
from app.layers.links import HTML, JSON, REL
from app.problem import problems
from app.routes.collections import PAGE, Format
from app.schemas.workspaces import WorkspaceAnswer, WorkspaceLanding, WorkspaceList
from app.store.workspaces import workspaces

router = APIRouter(prefix="/v1/workspaces", dependencies=[Depends(principal)], tags=["workspaces"])
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"


@router.get("")
def list_workspaces(session: Reading, asking: AskingDep) -> WorkspaceList:
    """Every workspace that the caller may see."""
    mine = [each for each in workspaces(session) if asking.principal.roles_in(each.workspace_id)]
    return WorkspaceList(workspaces=[WorkspaceAnswer.of(each) for each in mine])


@router.get("/{workspace_id}", response_model=WorkspaceLanding, responses={**PAGE, **problems(400, 404)})
def get_workspace(workspace: WorkspaceDep, request: Request, f: Format = None) -> Response:
    """One workspace and where its parts are."""
    base, service = workspace_address(request, workspace.workspace_id), service_address(request)
    html = kind_of(request, JSON_OR_HTML) == "html"
    links = [
        Link(href=base, rel="alternate" if html else "self", type=JSON, title="This workspace"),
        Link(href=f"{base}?f=html", rel="self" if html else "alternate", type=HTML, title="This workspace as a page"),
        Link(href=f"{service}/openapi.json", rel="service-desc", type=OPENAPI, title="The API's description"),
        Link(href=f"{base}/conformance", rel="conformance", type=JSON, title="Conformance classes"),
        Link(href=f"{base}/collections", rel="data", type=JSON, title="Layers"),
        Link(href=f"{base}/collections?f=html", rel="data", type=HTML, title="Layers as a page"),
        Link(href=f"{base}/tile-matrix-sets", rel=f"{REL}/tiling-schemes", type=JSON, title="Grids of tiles"),
        *(
            Link(href=f"{base}/{noun}", rel="related", type=JSON, title=noun.capitalize())
            for noun in ("datasets", "scenarios", "runs", "comparisons")
        ),
    ]
    if html:
        return packed(request, landing_page(base, title=workspace.title, links=links), media_type=HTML)
    own = WorkspaceAnswer.of(workspace).model_dump()
    told = WorkspaceLanding(**own, description="Layers and plans.", links=links)
    return packed(request, told.model_dump_json(exclude_none=True).encode(), media_type=JSON)
