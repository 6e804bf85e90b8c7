"""Criteria ledgers over HTTP: drafted, locked before results are seen, named by every outcome."""

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from app.bodies import JsonBody
from app.deps import AskingDep, Reading, ServicesDep, WorkspaceDep, principal
from app.errors import InvalidInput
from app.openapi import takes
from app.problem import findings_of, problems
from app.record import ledger as agreed
from app.schemas.ledgers import LedgerAnswer, LedgerList, LedgerRequest
from app.store import ledgers
from app.store.audit import record

router = APIRouter(prefix="/v1/workspaces/{workspace_id}/ledgers", dependencies=[Depends(principal)], tags=["record"])


@router.get("", responses=problems(400, 404))
def list_ledgers(workspace: WorkspaceDep, session: Reading) -> LedgerList:
    """The workspace's ledgers, newest first, and which one is in force."""
    found = ledgers.in_force(session, workspace.workspace_id)
    mine = [LedgerAnswer.of(each) for each in ledgers.ledgers(session, workspace.workspace_id)]
    return LedgerList(ledgers=mine, in_force=found.ledger_id if found else None)


@router.post("", status_code=201, responses=problems(400, 404, 413, 415), openapi_extra=takes(LedgerRequest))
def add_ledger(
    workspace: WorkspaceDep,
    asking: AskingDep,
    body: JsonBody,
    services: ServicesDep,
    request: Request,
    response: Response,
) -> LedgerAnswer:
    """Keeps a draft. 400 names every problem with its place; then nothing is stored."""
    try:
        written = LedgerRequest.model_validate(body).model_dump(mode="json")
    except ValidationError as invalid:
        raise InvalidInput("The ledger is not valid.", findings_of(invalid)) from None
    if found := agreed.problems(written):
        raise InvalidInput("The ledger has norms that no scenario could have.", found)
    with services.store.writing(workspace.workspace_id) as session:
        made = ledgers.add(session, workspace.workspace_id, written=written)
        told = {"sha256": made.sha256}
        record(session, asking.author, workspace.workspace_id, "ledger.draft", made.ledger_id, detail=told)
    response.headers["Location"] = f"{request.url.path}/{made.ledger_id}"
    return LedgerAnswer.of(made)


@router.get("/{ledger_id}", responses=problems(400, 404))
def get_ledger(workspace: WorkspaceDep, ledger_id: str, session: Reading) -> LedgerAnswer:
    """One ledger."""
    return LedgerAnswer.of(ledgers.ledger(session, workspace.workspace_id, ledger_id))


@router.post("/{ledger_id}/lock", responses=problems(400, 404, 409))
def lock_ledger(workspace: WorkspaceDep, asking: AskingDep, ledger_id: str, services: ServicesDep) -> LedgerAnswer:
    """Locks a draft for good and puts it in force: runs accepted from now on name it, and where they depart from it."""
    with services.store.writing(workspace.workspace_id) as session:
        found = ledgers.ledger(session, workspace.workspace_id, ledger_id)
        ledgers.lock(session, found)
        told = {"sha256": found.sha256, "runs_before": found.runs_before}
        record(session, asking.author, workspace.workspace_id, "ledger.lock", ledger_id, detail=told)
    return LedgerAnswer.of(found)
