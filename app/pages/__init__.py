"""The planner's pages: plain files built from app/ui; they ask everything of the public API and nothing of anybody else."""

from pathlib import Path

from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

BUILT = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"


class BuiltPages(StaticFiles):
    """The built files; those in assets bear a hash in their name and never change."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        response = await super().get_response(path, scope)
        if path.startswith("assets") and response.status_code == 200:
            response.headers["Cache-Control"] = FOREVER
        return response


def pages() -> ASGIApp:
    """The pages, or where they have not been built, what to do about it."""
    return BuiltPages(directory=BUILT, html=True) if (BUILT / "index.html").is_file() else _not_built


async def _not_built(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("The pages have not been built here: make ui\n", 503)(scope, receive, send)
