"""Requests that a caller may repeat: with an Idempotency-Key the second one makes nothing and is answered the same."""

import hashlib
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app import json_text
from app.bodies import JsonBody, UploadBody
from app.errors import Finding, InvalidInput
from app.jobs.reading import Upload
from app.services import Services
from app.store import replies, workspaces
from app.store.replies import Repeatable
from app.store.tables import Reply

LONGEST_KEY = 255
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="Names this request; sent again, it makes nothing anew."),
]


def _of_json(request: Request, body: JsonBody, key: Key = None) -> Repeatable | None:
    return _named(request, key, json_text.sha256(body))


def _of_upload(request: Request, upload: UploadBody, key: Key = None) -> Repeatable | None:
    return None if key is None else _named(request, key, _sha256(upload))


RepeatableJson = Annotated[Repeatable | None, Depends(_of_json)]
RepeatableUpload = Annotated[Repeatable | None, Depends(_of_upload)]


def answered_before(session: Session, workspace_id: str, repeatable: Repeatable | None) -> JSONResponse | None:
    """The answer that this request was given before, if it was; raises Conflict when its key is another's."""
    before = None if repeatable is None else replies.given_before(session, workspace_id, repeatable)
    return None if before is None else _again(before)


def answer_once(
    services: Services,
    workspace_id: str,
    repeatable: Repeatable | None,
    make: Callable[[Session], tuple[BaseModel, str]],
    *,
    status: int,
) -> JSONResponse:
    """What `make` (an answer and its Location) makes in one transaction with the memory that it was asked."""
    with services.store.writing(workspace_id) as writing:
        workspaces.hold(writing, workspace_id)
        before = None if repeatable is None else replies.given_before(writing, workspace_id, repeatable)
        if before is not None:
            return _again(before)
        answer, location = make(writing)
        body = answer.model_dump(mode="json")
        if repeatable is not None:
            replies.keep(writing, workspace_id, repeatable, status=status, location=location, body=body)
    return JSONResponse(body, status, headers={"Location": location})


def _again(before: Reply) -> JSONResponse:
    headers = {"Location": before.location, "Idempotent-Replayed": "true"}
    return JSONResponse(before.body, before.status, headers=headers)


def _named(request: Request, key: str | None, sha256: str) -> Repeatable | None:
    if key is None:
        return None
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        problem = f"It is not 1 to {LONGEST_KEY} printable ASCII characters."
        raise InvalidInput("The Idempotency-Key is not valid.", [Finding("Idempotency-Key", problem, "Send a UUID.")])
    what = f"{request.method} {request.url.path} {sha256}"
    return Repeatable(key, hashlib.sha256(what.encode()).hexdigest())


def _sha256(upload: Upload) -> str:
    (file,) = upload.folder.glob("upload*")
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
