"""The decision record of a run over HTTP: one file that anybody can check offline."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from app.deps import AskingDep, Reading, RunDep, ServicesDep, principal
from app.immutable import immutable
from app.problem import problems
from app.record.decision_record import gathered
from app.store import outcomes
from app.store.audit import record

router = APIRouter(
    prefix="/v1/workspaces/{workspace_id}/runs/{run_id}", dependencies=[Depends(principal)], tags=["record"]
)
ZIP = "application/zip"
BYTES: dict[int | str, dict[str, Any]] = {
    200: {"description": "Zip", "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/decision-record", response_class=Response, responses={**BYTES, **problems(400, 404)})
def get_decision_record(
    run: RunDep, asking: AskingDep, session: Reading, services: ServicesDep, request: Request
) -> Response:
    """Data, scenario, criteria ledger, outcome, certificate and versions; `care-landscape verify` and `replay` take it."""
    content = gathered(session, run)
    _, sha256 = outcomes.outcome_text(session, run)
    session.close()
    with services.store.writing(run.workspace_id) as writing:
        record(writing, asking.author, run.workspace_id, "run.export", run.run_id, detail={"outcome_sha256": sha256})
    answer = immutable(request, content, tag=f"record-{sha256[:32]}", media_type=ZIP)
    answer.headers["Content-Disposition"] = f'attachment; filename="decision-record-{run.run_id}.zip"'
    return answer
