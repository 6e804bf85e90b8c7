"""The headers that every answer carries, and the host names that the service answers to."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.html_pages.rendering import content_security_policy
from app.problem import problem_answer
from app.version import VERSION

API_CSP = "default-src 'none'; frame-ancestors 'none'"
PAGES_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "API-Version": VERSION,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HeadersMiddleware:
    """Adds version and security headers; refuses a host name that is not the service's own."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        csp = PAGES_CSP if scope["path"].startswith("/pages") else API_CSP

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                html = headers.get("content-type", "").startswith("text/html") and csp is API_CSP
                headers.update({**ALWAYS, "Content-Security-Policy": content_security_policy() if html else csp})
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        if _name(Headers(scope=scope).get("host", "")) in self._hosts:
            await self._app(scope, receive, send_with_headers)
        else:
            refusal = problem_answer(400, detail="The Host header names a host that this service does not answer to.")
            await refusal(scope, receive, send_with_headers)


def _name(host: str) -> str:
    """The host without its port, in lower case."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") and ":" in host else host
    return name.strip("[]").lower()
