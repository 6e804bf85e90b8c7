"""Datasets over HTTP: a data package comes in, is checked completely, and is kept as it is or not at all."""

from fastapi import APIRouter, Depends, Request, Response

from app.bodies import UPLOAD_KINDS, UploadBody
from app.deps import AskingDep, DatasetDep, Reading, ServicesDep, WorkspaceDep, principal
from app.immutable import immutable
from app.jobs.reading import read
from app.problem import problems
from app.schemas.datasets import DatasetAnswer, DatasetList
from app.store import datasets
from app.store.audit import record

router = APIRouter(
    prefix="/v1/workspaces/{workspace_id}/datasets", dependencies=[Depends(principal)], tags=["datasets"]
)
BINARY = {"schema": {"type": "string", "format": "binary"}}


@router.get("", responses=problems(400, 404))
def list_datasets(workspace: WorkspaceDep, session: Reading) -> DatasetList:
    """The workspace's datasets, newest first."""
    return DatasetList(datasets=[DatasetAnswer.of(each) for each in datasets.datasets(session, workspace.workspace_id)])


@router.post(
    "",
    status_code=201,
    responses=problems(400, 404, 413, 415),
    openapi_extra={"requestBody": {"required": True, "content": dict.fromkeys(UPLOAD_KINDS, BINARY)}},
)
def add_dataset(
    workspace: WorkspaceDep,
    asking: AskingDep,
    upload: UploadBody,
    services: ServicesDep,
    request: Request,
    response: Response,
) -> DatasetAnswer:
    """Keeps a data package: zip, Excel workbook or JSON. 400 names every problem; then nothing is stored."""
    with services.reading_room:
        new = read(upload, services.settings)
    with services.store.writing(workspace.workspace_id) as session:
        made = datasets.add(session, workspace.workspace_id, new)
        told = {"number": made.number, "sha256": made.sha256}
        record(session, asking.author, workspace.workspace_id, "dataset.load", made.dataset_id, detail=told)
    response.headers["Location"] = f"{request.url.path}/{made.dataset_id}"
    return DatasetAnswer.of(made)


@router.get("/{dataset_id}", response_model=DatasetAnswer, responses=problems(400, 404))
def get_dataset(dataset: DatasetDep, request: Request) -> Response:
    """One dataset; it never changes."""
    answer = DatasetAnswer.of(dataset).model_dump_json().encode()
    return immutable(request, answer, tag=f"{dataset.dataset_id}-{dataset.sha256[:16]}")
