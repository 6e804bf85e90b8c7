"""Which kind of answer a request asks for: by the parameter f, else by its Accept header, else the first on offer."""

from collections.abc import Mapping

from fastapi import Request

from app.errors import Finding, InvalidInput

Kinds = Mapping[str, tuple[str, ...]]
"""Name, as in f=name -> the media types of that kind."""
JSON_OR_HTML: Kinds = {"json": ("application/json",), "html": ("text/html", "application/xhtml+xml")}
FEATURES: Kinds = {
    "json": ("application/geo+json", "application/json"),
    "geojson": ("application/geo+json",),
    "html": ("text/html", "application/xhtml+xml"),
}


def kind_of(request: Request, kinds: Kinds) -> str:
    """The name of the kind asked for; raises InvalidInput for an f that is not on offer."""
    named = request.query_params.get("f")
    if named is not None:
        if named not in kinds:
            raise InvalidInput(
                "The format is not on offer.",
                [Finding("query.f", "There is no such format.", f"Use one of {', '.join(kinds)}.")],
            )
        return named
    first = next(iter(kinds))
    for wanted in _by_preference(request.headers.get("accept", "")):
        if wanted in ("*/*", "application/*"):
            return first
        for name, media_types in kinds.items():
            if wanted in media_types:
                return name
    return first


def _by_preference(accept: str) -> list[str]:
    """The media types of an Accept header, the most wanted first; those with q=0 left out."""
    weighed = []
    for place, part in enumerate(accept.split(",")):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = next((_weight(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
        if media_type and weight > 0:
            weighed.append((-weight, place, media_type))
    return [media_type for _, _, media_type in sorted(weighed)]


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
