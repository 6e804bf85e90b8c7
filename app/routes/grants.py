"""Sharing a plan with another care table: given for a while, taken back at once, every look on record."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.addresses import service_address
from app.answers import answer_text
from app.bodies import JsonBody
from app.deps import Asking, AskingDep, Reading, RunDep, ServicesDep, WorkspaceDep, principal
from app.disclosure.sight import see
from app.errors import Finding, InvalidInput, NotFound
from app.layers.collections_index import collection, layer
from app.layers.frames import RUN_KINDS
from app.openapi import takes
from app.problem import findings_of, problems
from app.schemas.grants import GrantAnswer, GrantList, GrantRequest
from app.services import Services
from app.store import grants, runs, workspaces
from app.store.account_tables import Grant
from app.store.audit import record
from app.store.row_security import EVERY
from app.store.tables import Run
from geodata.formats import layer_file

router = APIRouter(prefix="/v1/workspaces/{workspace_id}", dependencies=[Depends(principal)], tags=["sharing"])
GEOJSON = "application/geo+json"
JSON_OBJECT: dict[int | str, dict[str, Any]] = {
    200: {"description": "JSON", "content": {"application/json": {"schema": {"type": "object"}}}}
}


@router.get("/grants", responses=problems(400, 404))
def list_grants(workspace: WorkspaceDep, session: Reading, request: Request) -> GrantList:
    """What this workspace shows to others, or did."""
    return _list(grants.given(session, workspace.workspace_id), request)


@router.post(
    "/runs/{run_id}/grants", status_code=201, responses=problems(400, 404, 413, 415), openapi_extra=takes(GrantRequest)
)
def add_grant(run: RunDep, asking: AskingDep, body: JsonBody, services: ServicesDep, request: Request) -> GrantAnswer:
    """Shows a run's outcome and layers, as the disclosure rule leaves them, to another workspace for some days."""
    try:
        asked = GrantRequest.model_validate(body)
    except ValidationError as invalid:
        raise InvalidInput("The request is not valid.", findings_of(invalid)) from None
    with services.store.reading(EVERY) as session:
        known = {each.workspace_id for each in workspaces.workspaces(session)} - {run.workspace_id}
    if asked.to_workspace_id not in known:
        found = Finding("to_workspace_id", workspaces.NONE, "Name the other care table's workspace.")
        raise InvalidInput("The grant cannot be made.", [found])
    with services.store.writing(run.workspace_id) as writing:
        made = grants.add(writing, run, to_workspace_id=asked.to_workspace_id, days=asked.days)
        told = {"to": asked.to_workspace_id, "run": run.run_id, "expires_at": made.expires_at.isoformat()}
        record(writing, asking.author, run.workspace_id, "grant.give", made.grant_id, detail=told)
    return GrantAnswer.of(made, service=service_address(request), kinds=RUN_KINDS)


@router.delete("/grants/{grant_id}", status_code=204, responses=problems(400, 404))
def remove_grant(workspace: WorkspaceDep, asking: AskingDep, grant_id: str, services: ServicesDep) -> None:
    """Takes a grant back: the next look is refused."""
    with services.store.writing(workspace.workspace_id) as writing:
        grants.revoke(writing, workspace.workspace_id, grant_id)
        record(writing, asking.author, workspace.workspace_id, "grant.revoke", grant_id)


@router.get("/shared", responses=problems(400, 404))
def list_shared(workspace: WorkspaceDep, services: ServicesDep, request: Request) -> GrantList:
    """What others show to this workspace now."""
    with services.store.reading(EVERY) as session:
        return _list(grants.received(session, workspace.workspace_id), request)


@router.get("/shared/{shared_id}/outcome", response_class=Response, responses={**JSON_OBJECT, **problems(400, 404)})
def get_shared_outcome(workspace: WorkspaceDep, asking: AskingDep, shared_id: str, services: ServicesDep) -> Response:
    """The outcome of a run that another workspace shows."""
    with _shown(services, asking, workspace.workspace_id, shared_id, "outcome") as (session, run):
        return Response(answer_text(services, session, run)[0], media_type="application/json")


@router.get(
    "/shared/{shared_id}/layers/{layer_kind}",
    response_class=Response,
    responses={
        200: {"description": "GeoJSON", "content": {GEOJSON: {"schema": {"type": "object"}}}},
        **problems(400, 404),
    },
)
def get_shared_layer(
    workspace: WorkspaceDep, asking: AskingDep, shared_id: str, layer_kind: str, services: ServicesDep
) -> Response:
    """A whole layer of a run that another workspace shows, as GeoJSON; GDAL and QGIS open its address."""
    if layer_kind not in RUN_KINDS:
        raise NotFound(grants.NONE)
    with _shown(services, asking, workspace.workspace_id, shared_id, layer_kind) as (session, run):
        entry = collection(session, run.workspace_id, f"run-{run.run_id}-{layer_kind}")
        frame = layer(services, session, entry).frame
    return Response(layer_file(frame, layer=layer_kind, file_format="geojson"), media_type=GEOJSON)


@contextmanager
def _shown(
    services: Services, asking: Asking, workspace_id: str, shared_id: str, part: str
) -> Iterator[tuple[Session, Run]]:
    """A session in the showing workspace that sees what the disclosure rule leaves, and the run; the look is on record."""
    with services.store.reading(EVERY) as session:
        grant = grants.valid(session, workspace_id, shared_id)
    with services.store.writing(grant.workspace_id) as writing:
        told = {"to": workspace_id, "part": part}
        record(writing, asking.author, grant.workspace_id, "grant.use", shared_id, detail=told)
    with services.store.reading(grant.workspace_id) as session:
        see(session, whole=False)
        yield session, runs.run(session, grant.workspace_id, grant.run_id)


def _list(found: list[Grant], request: Request) -> GrantList:
    service = service_address(request)
    return GrantList(grants=[GrantAnswer.of(each, service=service, kinds=RUN_KINDS) for each in found])
