"""Answers that never change: a strong ETag, and nothing sent twice to who has it already."""

from fastapi import Request, Response

FOREVER = "private, max-age=31536000, immutable"


def immutable(request: Request, content: bytes, *, tag: str, media_type: str = "application/json") -> Response:
    """The content under its ETag, or 304 when the caller holds it; `tag` must change with every byte."""
    headers = {"ETag": f'"{tag}"', "Cache-Control": FOREVER, "Vary": "Accept"}
    held = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if f'"{tag}"' in held or "*" in held:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
