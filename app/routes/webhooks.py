"""Webhooks over HTTP: where a workspace wants to be told that a run has ended."""

import secrets

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from app.bodies import JsonBody
from app.deps import AskingDep, Reading, ServicesDep, WorkspaceDep, principal
from app.errors import InvalidInput
from app.openapi import takes
from app.outward import Allowed, demand_callable
from app.problem import findings_of, problems
from app.schemas.webhooks import NewWebhookAnswer, WebhookAnswer, WebhookList, WebhookRequest
from app.store import webhooks
from app.store.audit import record

router = APIRouter(
    prefix="/v1/workspaces/{workspace_id}/webhooks", dependencies=[Depends(principal)], tags=["webhooks"]
)


@router.get("", responses=problems(400, 404))
def list_webhooks(workspace: WorkspaceDep, session: Reading) -> WebhookList:
    """The workspace's webhooks, without their secrets."""
    mine = webhooks.webhooks(session, workspace.workspace_id)
    return WebhookList(webhooks=[WebhookAnswer.of(each) for each in mine])


@router.post("", status_code=201, responses=problems(400, 404, 413, 415), openapi_extra=takes(WebhookRequest))
def add_webhook(
    workspace: WorkspaceDep,
    asking: AskingDep,
    body: JsonBody,
    services: ServicesDep,
    request: Request,
    response: Response,
) -> NewWebhookAnswer:
    """Lets an address be told of every run that ends from now on; the answer holds the secret to check signatures with."""
    try:
        url = WebhookRequest.model_validate(body).url
    except ValidationError as invalid:
        raise InvalidInput("The request is not valid.", findings_of(invalid)) from None
    demand_callable(url, Allowed.read(services.settings.webhook_addresses))
    secret = secrets.token_urlsafe(32)
    with services.store.writing(workspace.workspace_id) as writing:
        made = webhooks.add(writing, workspace.workspace_id, url=url, secret=secret)
        record(writing, asking.author, workspace.workspace_id, "webhook.add", made.webhook_id, detail={"url": url})
    response.headers["Location"] = f"{request.url.path}/{made.webhook_id}"
    return NewWebhookAnswer(**WebhookAnswer.of(made).model_dump(), secret=secret)


@router.delete("/{webhook_id}", status_code=204, responses=problems(400, 404))
def remove_webhook(workspace: WorkspaceDep, webhook_id: str, asking: AskingDep, services: ServicesDep) -> None:
    """Removes a webhook with what it has yet to be told."""
    with services.store.writing(workspace.workspace_id) as writing:
        webhooks.remove(writing, workspace.workspace_id, webhook_id)
        record(writing, asking.author, workspace.workspace_id, "webhook.remove", webhook_id)
