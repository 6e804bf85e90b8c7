"""What callers send: received within a size, kept off the event loop, read as strict JSON or kept as a file."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request

from app import json_text
from app.errors import Finding, InvalidInput, TooLarge, UnknownMediaType
from app.jobs.reading import Upload
from app.services import Services

PATIENCE = 4
"""A body up to so many times too large is received to its end before it is refused."""
JSON_TYPES = ("application/json", "application/merge-patch+json")
UPLOAD_KINDS = {
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/json": ".json",
}


def services_of(request: Request) -> Services:
    """The services of the app that got the request."""
    services: Services = request.app.state.services
    return services


async def _body_text(request: Request) -> bytes:
    _media_type(request, JSON_TYPES)
    most = services_of(request).settings.most_body_bytes
    return b"".join([chunk async for chunk in _chunks(request, most)])


def _json_object(text: Annotated[bytes, Depends(_body_text)]) -> dict[str, Any]:
    return json_text.parse_object(text, called="body")


async def _upload(request: Request) -> AsyncIterator[Upload]:
    kind = UPLOAD_KINDS[_media_type(request, tuple(UPLOAD_KINDS))]
    settings = services_of(request).settings
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="upload-", dir=settings.data_directory) as name:
        folder = Path(name)
        with (folder / f"upload{kind}").open("wb") as file:
            async for chunk in _chunks(request, settings.most_upload_bytes):
                file.write(chunk)
        yield Upload(folder)


JsonBody = Annotated[dict[str, Any], Depends(_json_object)]
UploadBody = Annotated[Upload, Depends(_upload)]


async def _chunks(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body piece by piece; raises TooLarge when it is larger than `most` bytes.

    A body that is somewhat too large is received to its end and dropped: a caller who is cut off while sending would
    see a broken connection instead of the answer.
    """
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > PATIENCE * most:
            break
        if received <= most:
            yield chunk
    if received > most:
        raise TooLarge(
            f"The body is larger than {most} bytes.", [Finding("body", f"More than {most} bytes.", "Send less.")]
        )
    if received == 0:
        raise InvalidInput(
            "The body is empty.", [Finding("body", "Nothing was sent.", "Send the content in the body.")]
        )


def _media_type(request: Request, known: tuple[str, ...]) -> str:
    given = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if given not in known:
        fix = f"Set Content-Type to one of {', '.join(known)}."
        raise UnknownMediaType(
            "The body's media type is not read here.", [Finding("Content-Type", "Not known here.", fix)]
        )
    return given
