"""Runs over HTTP: asked, followed, stopped, read, removed."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.orm import Session

from app import json_text
from app.addresses import workspace_address
from app.answers import answer_text, best_plan_of
from app.bodies import JsonBody
from app.deps import AskingDep, Reading, RunDep, ServicesDep, WorkspaceDep, principal, still_as_before
from app.immutable import current, immutable
from app.openapi import takes
from app.problem import problems
from app.repeatable import RepeatableJson, answer_once, answered_before
from app.schemas.runs import BestPlanAnswer, ProgressAnswer, RunAnswer, RunList, RunRequest, RunWithTrace, told_progress
from app.services import Services
from app.store import ledgers, outcomes, runs, trace
from app.store.audit import record
from app.store.parts import ENDED
from app.writing import asked_run

LOOK_EVERY_SECONDS = 0.5
router = APIRouter(prefix="/v1/workspaces/{workspace_id}/runs", dependencies=[Depends(principal)], tags=["runs"])


@router.get("", responses=problems(400, 404))
def list_runs(workspace: WorkspaceDep, asking: AskingDep, session: Reading, request: Request) -> RunList:
    """The workspace's runs, newest first."""
    base = workspace_address(request, workspace.workspace_id)
    mine = runs.runs(session, workspace.workspace_id)
    return RunList(runs=[RunAnswer.of(each, base=base, whole=asking.sees_all) for each in mine])


@router.post(
    "",
    status_code=202,
    response_model=RunAnswer,
    responses=problems(400, 404, 409, 413, 415, 429),
    openapi_extra=takes(RunRequest),
)
def add_run(
    workspace: WorkspaceDep,
    asking: AskingDep,
    body: JsonBody,
    repeatable: RepeatableJson,
    session: Reading,
    services: ServicesDep,
    request: Request,
) -> Response:
    """Accepts a question about a scenario; follow it at the Location. A question answered before is answered at once."""
    workspace_id = workspace.workspace_id
    if (before := answered_before(session, workspace_id, repeatable)) is not None:
        return before
    new = asked_run(session, workspace_id, body, services=services)
    session.close()

    def make(writing: Session) -> tuple[RunAnswer, str]:
        made = runs.add(writing, workspace_id, **asdict(new))
        if not (services.settings.reuse_answers and outcomes.reuse(writing, made)):
            runs.demand_room(writing, workspace_id, most=services.settings.most_open_runs)
        ledgers.put_under(writing, made)
        told = {"scenario": new.scenario_id}
        record(writing, asking.author, workspace_id, "run.start", made.run_id, detail=told)
        answer = RunAnswer.of(made, base=workspace_address(request, workspace_id))
        return answer, f"{request.url.path}/{made.run_id}"

    answer = answer_once(services, workspace_id, repeatable, make, status=202)
    services.announce()
    return answer


@router.get("/{run_id}", responses=problems(400, 404))
def get_run(run: RunDep, asking: AskingDep, session: Reading, request: Request, response: Response) -> RunWithTrace:
    """Where the run stands: state, phase, progress and, once it has ended, what it holds and why it stopped."""
    response.headers["Cache-Control"] = "no-cache"
    steps = trace.of(session, run)
    base = workspace_address(request, run.workspace_id)
    return RunWithTrace.with_trace(run, steps, base=base, whole=asking.sees_all)


@router.delete("/{run_id}", status_code=204, responses=problems(400, 404, 409))
def remove_run(run: RunDep, asking: AskingDep, services: ServicesDep) -> None:
    """Removes an ended run with its outcome; it stops nothing."""
    with services.store.writing(run.workspace_id) as writing:
        runs.remove(writing, runs.run(writing, run.workspace_id, run.run_id))
        record(writing, asking.author, run.workspace_id, "run.remove", run.run_id)


@router.post("/{run_id}/cancellation", status_code=202, responses=problems(400, 404))
def stop_run(run: RunDep, asking: AskingDep, services: ServicesDep, request: Request) -> RunAnswer:
    """Asks the run to stop and keep its best plan; a run that has ended is left as it is."""
    with services.store.writing(run.workspace_id) as writing:
        stopped = runs.run(writing, run.workspace_id, run.run_id)
        runs.request_stop(writing, stopped)
        record(writing, asking.author, run.workspace_id, "run.stop", run.run_id)
    return RunAnswer.of(stopped, base=workspace_address(request, run.workspace_id))


@router.get("/{run_id}/best-plan", response_model=BestPlanAnswer, responses=problems(400, 404))
def get_best_plan(run: RunDep, session: Reading, services: ServicesDep, request: Request) -> Response:
    """Who offers what when in the best plan so far, and in the plan of a run that has ended; 404 until there is one."""
    word, offers = best_plan_of(session, run)
    told = {"run_id": run.run_id, "best_plan": word, "final": run.state in ENDED, "offers": offers}
    return current(request, json_text.compact(told), tag=f"{word}{'-final' if told['final'] else ''}")


@router.get("/{run_id}/outcome", responses=problems(400, 404))
def get_outcome(
    run: RunDep,
    session: Reading,
    services: ServicesDep,
    request: Request,
    flows: Annotated[bool, Query(description="Put the flows of every care type in the plan.")] = False,
) -> Response:
    """The outcome (contract section 3); 404 until it is there. It never changes."""
    text, sha256 = answer_text(services, session, run, flows=flows)
    return immutable(request, text, tag=f"{sha256[:32]}{'-flows' if flows else ''}")


@router.get("/{run_id}/events", response_class=EventSourceResponse, responses=problems(400, 404))
async def follow(
    run: RunDep, asking: AskingDep, services: ServicesDep, request: Request
) -> AsyncIterator[ServerSentEvent]:
    """The run's progress as it happens (server-sent events `progress`), ended by one event `state`.

    It is cut when the caller's key is revoked or their roles change.
    """
    last = request.headers.get("last-event-id", "")
    seen = int(last) if last.isdigit() else -1
    base = workspace_address(request, run.workspace_id)
    while True:
        steps, now = await run_sync(_news, services, run.workspace_id, run.run_id, seen, base, asking.sees_all)
        for number, progress in steps:
            seen = number
            yield ServerSentEvent(event="progress", id=str(number), data=ProgressAnswer.model_validate(progress))
        if now.state in ENDED:
            yield ServerSentEvent(event="state", data=now)
            return
        if services.leaving.is_set() or not await run_sync(still_as_before, request, services, asking):
            return  # who follows comes back, with the last event's id
        await anyio.sleep(LOOK_EVERY_SECONDS)


def _news(
    services: Services, workspace_id: str, run_id: str, seen: int, base: str, whole: bool
) -> tuple[list[tuple[int, dict[str, Any]]], RunAnswer]:
    with services.store.reading(workspace_id) as session:
        run = runs.run(session, workspace_id, run_id)
        steps = trace.steps(session, workspace_id, run_id, after=seen)
        told = [(step.number, told_progress(step.progress, whole)) for step in steps]
        return told, RunAnswer.of(run, base=base, whole=whole)
