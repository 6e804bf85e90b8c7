"""Scenarios over HTTP: validated completely against their dataset, then kept as written."""

from fastapi import APIRouter, Depends, Request, Response

from app.bodies import JsonBody
from app.deps import AskingDep, Reading, ScenarioDep, ServicesDep, WorkspaceDep, principal
from app.immutable import immutable
from app.openapi import takes
from app.problem import problems
from app.schemas.scenarios import ScenarioAnswer, ScenarioList, ScenarioRequest
from app.store import scenarios
from app.store.audit import record
from app.writing import validated, written_scenario

router = APIRouter(
    prefix="/v1/workspaces/{workspace_id}/scenarios", dependencies=[Depends(principal)], tags=["scenarios"]
)


@router.get("", responses=problems(400, 404))
def list_scenarios(workspace: WorkspaceDep, session: Reading) -> ScenarioList:
    """The workspace's scenarios, newest first."""
    mine = scenarios.scenarios(session, workspace.workspace_id)
    return ScenarioList(scenarios=[ScenarioAnswer.of(each) for each in mine])


@router.post("", status_code=201, responses=problems(400, 404, 413, 415), openapi_extra=takes(ScenarioRequest))
def add_scenario(
    workspace: WorkspaceDep,
    asking: AskingDep,
    body: JsonBody,
    session: Reading,
    services: ServicesDep,
    request: Request,
    response: Response,
) -> ScenarioAnswer:
    """Keeps a scenario. 400 names every problem with its place and its remedy; then nothing is stored."""
    new = written_scenario(session, workspace.workspace_id, body)
    validated(services, session, workspace.workspace_id, new.dataset_id, new.written)
    with services.store.writing(workspace.workspace_id) as writing:
        made = scenarios.add(
            writing, workspace.workspace_id,
            dataset_id=new.dataset_id, written=new.written, parent_id=new.parent_id, patch=new.patch,
        )  # fmt: skip
        told = {"sha256": made.sha256}
        record(writing, asking.author, workspace.workspace_id, "scenario.add", made.scenario_id, detail=told)
    response.headers["Location"] = f"{request.url.path}/{made.scenario_id}"
    return ScenarioAnswer.of(made)


@router.get("/{scenario_id}", response_model=ScenarioAnswer, responses=problems(400, 404))
def get_scenario(scenario: ScenarioDep, request: Request) -> Response:
    """One scenario; it never changes."""
    answer = ScenarioAnswer.of(scenario).model_dump_json().encode()
    return immutable(request, answer, tag=f"{scenario.scenario_id}-{scenario.sha256[:16]}")
