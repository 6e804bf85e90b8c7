"""Runs over HTTP: asked, followed, stopped, read, removed."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app import json_text
from app.addresses import workspace_address
from app.bodies import JsonBody
from app.deps import AskingDep, Reading, RunDep, ServicesDep, WorkspaceDep, principal
from app.immutable import immutable
from app.layouts import with_flows
from app.openapi import takes
from app.packages import package_of
from app.problem import problems
from app.schemas.runs import ProgressAnswer, RunAnswer, RunList, RunRequest, RunWithTrace
from app.services import Services
from app.store import outcomes, runs
from app.store.audit import record
from app.writing import asked_question

LOOK_EVERY_SECONDS = 0.5
router = APIRouter(prefix="/v1/workspaces/{workspace_id}/runs", dependencies=[Depends(principal)], tags=["runs"])


@router.get("", responses=problems(400, 404))
def list_runs(workspace: WorkspaceDep, session: Reading, request: Request) -> RunList:
    """The workspace's runs, newest first."""
    base = workspace_address(request, workspace.workspace_id)
    return RunList(runs=[RunAnswer.of(each, base=base) for each in runs.runs(session, workspace.workspace_id)])


@router.post("", status_code=202, responses=problems(400, 404, 413, 415), openapi_extra=takes(RunRequest))
def add_run(
    workspace: WorkspaceDep,
    asking: AskingDep,
    body: JsonBody,
    session: Reading,
    services: ServicesDep,
    request: Request,
    response: Response,
) -> RunAnswer:
    """Accepts a question about a scenario; follow it at the Location."""
    scenario, asked = asked_question(session, workspace.workspace_id, body, services=services)
    with services.store.writing(workspace.workspace_id) as writing:
        made = runs.add(writing, workspace.workspace_id, scenario_id=scenario.scenario_id, asked=asked)
        told = {"scenario": scenario.scenario_id}
        record(writing, asking.author, workspace.workspace_id, "run.start", made.run_id, detail=told)
    services.announce()
    response.headers["Location"] = f"{request.url.path}/{made.run_id}"
    return RunAnswer.of(made, base=workspace_address(request, workspace.workspace_id))


@router.get("/{run_id}", responses=problems(400, 404))
def get_run(run: RunDep, session: Reading, request: Request, response: Response) -> RunWithTrace:
    """Where the run stands: state, phase, progress and, once it has ended, what it holds and why it stopped."""
    response.headers["Cache-Control"] = "no-cache"
    steps = runs.trace(session, run.workspace_id, run.run_id)
    return RunWithTrace.with_trace(run, steps, base=workspace_address(request, run.workspace_id))


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


@router.get("/{run_id}/outcome", responses=problems(400, 404))
def get_outcome(
    run: RunDep,
    session: Reading,
    services: ServicesDep,
    request: Request,
    flows: Annotated[bool, Query(description="Put the flows of every care type in the plan.")] = False,
) -> Response:
    """The outcome (contract section 3); 404 until it is there. It never changes."""
    text, sha256 = outcomes.outcome_text(session, run)
    if flows:
        package = package_of(services, session, run.workspace_id, runs.scenario_of(session, run).dataset_id)
        text = json_text.canonical(with_flows(json_text.parse_object(text, called="outcome"), package))
    return immutable(request, text, tag=f"{sha256[:32]}{'-flows' if flows else ''}")


@router.get("/{run_id}/events", response_class=EventSourceResponse, responses=problems(400, 404))
async def follow(run: RunDep, services: ServicesDep, request: Request) -> AsyncIterator[ServerSentEvent]:
    """The run's progress as it happens (server-sent events `progress`), ended by one event `state`."""
    last = request.headers.get("last-event-id", "")
    seen = int(last) if last.isdigit() else -1
    base = workspace_address(request, run.workspace_id)
    while True:
        steps, now = await run_sync(_news, services, run.workspace_id, run.run_id, seen, base)
        for number, progress in steps:
            seen = number
            yield ServerSentEvent(event="progress", id=str(number), data=ProgressAnswer.model_validate(progress))
        if now.state in runs.ENDED:
            yield ServerSentEvent(event="state", data=now)
            return
        await anyio.sleep(LOOK_EVERY_SECONDS)


def _news(
    services: Services, workspace_id: str, run_id: str, seen: int, base: str
) -> tuple[list[tuple[int, dict[str, Any]]], RunAnswer]:
    with services.store.reading(workspace_id) as session:
        run = runs.run(session, workspace_id, run_id)
        steps = runs.trace(session, workspace_id, run_id, after=seen)
        return [(step.number, step.progress) for step in steps], RunAnswer.of(run, base=base)
