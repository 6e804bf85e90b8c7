"""Checks over HTTP: a scenario held against its dataset while it is being written; nothing is stored."""

from fastapi import APIRouter, Depends

from app.bodies import JsonBody
from app.checking import check_today
from app.deps import Reading, ServicesDep, WorkspaceDep, principal
from app.openapi import takes
from app.packages import package_of
from app.problem import problems
from app.schemas.checks import CheckAnswer
from app.schemas.scenarios import ScenarioRequest
from app.writing import written_scenario

router = APIRouter(prefix="/v1/workspaces/{workspace_id}/checks", dependencies=[Depends(principal)], tags=["scenarios"])


@router.post("", responses=problems(400, 404, 413, 415), openapi_extra=takes(ScenarioRequest))
def check(workspace: WorkspaceDep, body: JsonBody, session: Reading, services: ServicesDep) -> CheckAnswer:
    """Which norms today's landscape meets, or every problem that the scenario has with itself or its dataset."""
    new = written_scenario(session, workspace.workspace_id, body)
    package = package_of(services, session, workspace.workspace_id, new.dataset_id)
    return CheckAnswer.model_validate(check_today(package, new.written))
