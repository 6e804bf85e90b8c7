"""Answers that never change: a strong ETag, nothing sent twice to who has it already, small on the wire."""

import gzip

from fastapi import Request, Response

from app.disclosure.sight import view_of

FOREVER = "private, max-age=31536000, immutable"
WORTH_PACKING = 2_000
"""Bytes from which an answer is sent compressed to who understands it."""
PACKED = "-gzip"
VARY = "Accept, Accept-Encoding, Authorization, Cookie, X-API-Key"


def unchanged(request: Request, tag: str) -> Response | None:
    """304 when the caller holds the answer with this tag, so that it need not be made; else None."""
    tag += view_of(request)
    held = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    for own in (f'"{tag}"', f'"{tag}{PACKED}"'):
        if own in held:
            return Response(status_code=304, headers=_headers(own))
    return Response(status_code=304, headers=_headers(f'"{tag}"')) if "*" in held else None


def immutable(request: Request, content: bytes, *, tag: str, media_type: str = "application/json") -> Response:
    """The content under its ETag, or 304 when the caller holds it; `tag` must change with every byte."""
    if (known := unchanged(request, tag)) is not None:
        return known
    response = packed(request, content, media_type=media_type)
    tag += view_of(request)
    own = f'"{tag}{PACKED}"' if "content-encoding" in response.headers else f'"{tag}"'
    response.headers.update(_headers(own))
    return response


def current(request: Request, content: bytes, *, tag: str) -> Response:
    """The content as it is now under its ETag, or 304 when the caller holds it; it may be another one soon."""
    response = immutable(request, content, tag=tag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def packed(request: Request, content: bytes, *, media_type: str) -> Response:
    """The content, compressed where that pays and the caller understands it."""
    headers = {"Vary": VARY}
    if len(content) >= WORTH_PACKING and _understands_gzip(request.headers.get("accept-encoding", "")):
        content = gzip.compress(content, compresslevel=2, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type=media_type, headers=headers)


def _understands_gzip(accepted: str) -> bool:
    codings = [part.replace(" ", "").lower().split(";") for part in accepted.split(",")]
    return any(coding[0] in ("gzip", "x-gzip") and "q=0" not in coding[1:] for coding in codings)


def _headers(own: str) -> dict[str, str]:
    return {"ETag": own, "Cache-Control": FOREVER, "Vary": VARY}
