"""Comparisons over HTTP: plans of one dataset laid side by side, read, removed."""

from fastapi import APIRouter, Depends, Request, Response

from app import json_text
from app.addresses import workspace_address
from app.bodies import JsonBody
from app.deps import AskingDep, ComparisonDep, Reading, ServicesDep, WorkspaceDep, principal
from app.immutable import immutable
from app.layers.collections_index import side_by_side_of
from app.openapi import takes
from app.problem import problems
from app.schemas.comparisons import ComparisonAnswer, ComparisonList, ComparisonRequest, SideBySide
from app.store import comparisons
from app.store.audit import record
from app.version import VERSION
from app.writing import asked_comparison

router = APIRouter(
    prefix="/v1/workspaces/{workspace_id}/comparisons", dependencies=[Depends(principal)], tags=["comparisons"]
)


@router.get("", responses=problems(400, 404))
def list_comparisons(workspace: WorkspaceDep, session: Reading, request: Request) -> ComparisonList:
    """The workspace's comparisons, newest first."""
    base = workspace_address(request, workspace.workspace_id)
    mine = comparisons.comparisons(session, workspace.workspace_id)
    return ComparisonList(
        comparisons=[
            ComparisonAnswer.of(each, [run.run_id for run in comparisons.runs_of(session, each)], base=base)
            for each in mine
        ]
    )


@router.post("", status_code=201, responses=problems(400, 404, 413, 415), openapi_extra=takes(ComparisonRequest))
def add_comparison(
    workspace: WorkspaceDep,
    asking: AskingDep,
    body: JsonBody,
    session: Reading,
    services: ServicesDep,
    request: Request,
    response: Response,
) -> ComparisonAnswer:
    """Lays the plans of two or more runs side by side; the first is what the others are held against."""
    name, run_ids = asked_comparison(session, workspace.workspace_id, body)
    with services.store.writing(workspace.workspace_id) as writing:
        made = comparisons.add(writing, workspace.workspace_id, name=name, run_ids=run_ids)
        told = {"runs": list(run_ids)}
        record(writing, asking.author, workspace.workspace_id, "comparison.add", made.comparison_id, detail=told)
    response.headers["Location"] = f"{request.url.path}/{made.comparison_id}"
    return ComparisonAnswer.of(made, run_ids, base=workspace_address(request, workspace.workspace_id))


@router.get("/{comparison_id}", response_model=SideBySide, responses=problems(400, 404))
def get_comparison(comparison: ComparisonDep, session: Reading, services: ServicesDep, request: Request) -> Response:
    """Sites, flows, norms and measures side by side, and who gains and who loses. It never changes."""
    base = workspace_address(request, comparison.workspace_id)
    run_ids = [run.run_id for run in comparisons.runs_of(session, comparison)]
    short = ComparisonAnswer.of(comparison, run_ids, base=base).model_dump(mode="json")
    told = side_by_side_of(services, session, comparison)
    tag = json_text.sha256([base, comparison.comparison_id, VERSION])[:32]
    return immutable(request, json_text.compact({**short, **told}), tag=tag)


@router.delete("/{comparison_id}", status_code=204, responses=problems(400, 404))
def remove_comparison(comparison: ComparisonDep, asking: AskingDep, services: ServicesDep) -> None:
    """Removes a comparison; its runs stay."""
    with services.store.writing(comparison.workspace_id) as writing:
        comparisons.remove(writing, comparisons.comparison(writing, comparison.workspace_id, comparison.comparison_id))
        record(writing, asking.author, comparison.workspace_id, "comparison.remove", comparison.comparison_id)
