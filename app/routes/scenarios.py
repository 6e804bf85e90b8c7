"""Scenarios over HTTP: validated completely against their dataset, then kept as written."""

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from app.bodies import JsonBody
from app.deps import AskingDep, Reading, ScenarioDep, ServicesDep, WorkspaceDep, principal
from app.immutable import immutable
from app.openapi import takes
from app.problem import problems
from app.repeatable import RepeatableJson, answer_once, answered_before
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


@router.post(
    "",
    status_code=201,
    response_model=ScenarioAnswer,
    responses=problems(400, 404, 409, 413, 415),
    openapi_extra=takes(ScenarioRequest),
)
def add_scenario(
    workspace: WorkspaceDep,
    asking: AskingDep,
    body: JsonBody,
    repeatable: RepeatableJson,
    session: Reading,
    services: ServicesDep,
    request: Request,
) -> Response:
    """Keeps a scenario. 400 names every problem with its place and its remedy; then nothing is stored."""
    workspace_id = workspace.workspace_id
    if (before := answered_before(session, workspace_id, repeatable)) is not None:
        return before
    new = written_scenario(session, workspace_id, body)
    validated(services, session, workspace_id, new.dataset_id, new.written)
    session.close()

    def make(writing: Session) -> tuple[ScenarioAnswer, str]:
        made = scenarios.add(
            writing, workspace_id,
            dataset_id=new.dataset_id, written=new.written, parent_id=new.parent_id, patch=new.patch,
        )  # fmt: skip
        record(writing, asking.author, workspace_id, "scenario.add", made.scenario_id, detail={"sha256": made.sha256})
        return ScenarioAnswer.of(made), f"{request.url.path}/{made.scenario_id}"

    return answer_once(services, workspace_id, repeatable, make, status=201)


@router.get("/{scenario_id}", response_model=ScenarioAnswer, responses=problems(400, 404))
def get_scenario(scenario: ScenarioDep, request: Request) -> Response:
    """One scenario; it never changes."""
    answer = ScenarioAnswer.of(scenario).model_dump_json().encode()
    return immutable(request, answer, tag=f"{scenario.scenario_id}-{scenario.sha256[:16]}")
