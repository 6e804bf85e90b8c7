"""Datasets over HTTP: a data package comes in, is checked completely, and is kept as it is or not at all."""

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from app.bodies import UPLOAD_KINDS, UploadBody
from app.dataset_summary import summary_of
from app.deps import AskingDep, DatasetDep, Reading, ServicesDep, WorkspaceDep, principal
from app.immutable import immutable
from app.jobs.reading import read
from app.packages import package_of
from app.problem import problems
from app.repeatable import RepeatableUpload, answer_once, answered_before
from app.schemas.dataset_summaries import DatasetSummary
from app.schemas.datasets import DatasetAnswer, DatasetList
from app.store import datasets
from app.store.audit import record

router = APIRouter(
    prefix="/v1/workspaces/{workspace_id}/datasets", dependencies=[Depends(principal)], tags=["datasets"]
)
BINARY = {"schema": {"type": "string", "format": "binary"}}


@router.get("", responses=problems(400, 404))
def list_datasets(workspace: WorkspaceDep, asking: AskingDep, session: Reading) -> DatasetList:
    """The workspace's datasets, newest first."""
    mine = datasets.datasets(session, workspace.workspace_id)
    return DatasetList(datasets=[DatasetAnswer.of(each, whole=asking.sees_all) for each in mine])


@router.post(
    "",
    status_code=201,
    response_model=DatasetAnswer,
    responses=problems(400, 404, 409, 413, 415),
    openapi_extra={"requestBody": {"required": True, "content": dict.fromkeys(UPLOAD_KINDS, BINARY)}},
)
def add_dataset(
    workspace: WorkspaceDep,
    asking: AskingDep,
    upload: UploadBody,
    repeatable: RepeatableUpload,
    session: Reading,
    services: ServicesDep,
    request: Request,
) -> Response:
    """Keeps a data package: zip, Excel workbook or JSON. 400 names every problem; then nothing is stored."""
    workspace_id = workspace.workspace_id
    if (before := answered_before(session, workspace_id, repeatable)) is not None:
        return before
    session.close()
    with services.reading_room:
        new = read(upload, services.settings)

    def make(writing: Session) -> tuple[DatasetAnswer, str]:
        made = datasets.add(writing, workspace_id, new)
        told = {"number": made.number, "sha256": made.sha256}
        record(writing, asking.author, workspace_id, "dataset.load", made.dataset_id, detail=told)
        return DatasetAnswer.of(made), f"{request.url.path}/{made.dataset_id}"

    return answer_once(services, workspace_id, repeatable, make, status=201)


@router.get("/{dataset_id}", response_model=DatasetAnswer, responses=problems(400, 404))
def get_dataset(dataset: DatasetDep, asking: AskingDep, request: Request) -> Response:
    """One dataset; it never changes."""
    answer = DatasetAnswer.of(dataset, whole=asking.sees_all).model_dump_json().encode()
    return immutable(request, answer, tag=f"{dataset.dataset_id}-{dataset.sha256[:16]}")


@router.get("/{dataset_id}/summary", response_model=DatasetSummary, responses=problems(400, 404))
def get_summary(
    dataset: DatasetDep, asking: AskingDep, session: Reading, services: ServicesDep, request: Request
) -> Response:
    """What the dataset holds: small tables row by row, large ones as totals. It never changes."""
    package = package_of(services, session, dataset.workspace_id, dataset.dataset_id)
    answer = DatasetSummary.model_validate(summary_of(package)).model_dump_json().encode()
    whole = "whole" if asking.sees_all else "coarse"
    return immutable(request, answer, tag=f"{dataset.dataset_id}-{dataset.sha256[:16]}-summary-{whole}")
