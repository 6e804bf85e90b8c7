"""Made-up regions over HTTP: somewhere to begin without data of one's own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from app.bodies import JsonBody
from app.deps import AskingDep, ServicesDep, WorkspaceDep, principal
from app.errors import InvalidInput
from app.made_up import add_made_up_region
from app.openapi import takes
from app.problem import findings_of, problems
from app.schemas.datasets import DatasetAnswer
from app.schemas.made_up_regions import MadeUpRegionAnswer, MadeUpRegionRequest
from app.schemas.scenarios import ScenarioAnswer

router = APIRouter(
    prefix="/v1/workspaces/{workspace_id}/made-up-regions", dependencies=[Depends(principal)], tags=["datasets"]
)


def _asked(body: JsonBody) -> MadeUpRegionRequest:
    try:
        return MadeUpRegionRequest.model_validate(body)
    except ValidationError as invalid:
        raise InvalidInput("The request is not valid.", findings_of(invalid)) from None


@router.post("", status_code=201, responses=problems(400, 404, 413, 415), openapi_extra=takes(MadeUpRegionRequest))
def add_region(
    workspace: WorkspaceDep,
    asking: AskingDep,
    asked: Annotated[MadeUpRegionRequest, Depends(_asked)],
    services: ServicesDep,
    request: Request,
    response: Response,
) -> MadeUpRegionAnswer:
    """Makes up a region and keeps it with a scenario; the same region again is the one that is there."""
    with services.reading_room:
        dataset, scenario = add_made_up_region(
            services.store, workspace.workspace_id, size=asked.size, seed=asked.seed, author=asking.author
        )
    response.headers["Location"] = f"{request.url.path.rpartition('/')[0]}/datasets/{dataset.dataset_id}"
    return MadeUpRegionAnswer(dataset=DatasetAnswer.of(dataset), scenario=ScenarioAnswer.of(scenario))
