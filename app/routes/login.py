"""Signing in with a browser, signing out, and who the caller is."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from app.accounts.calling import SESSION_COOKIE, cookie_hash, from_own_pages, origin_of
from app.accounts.login import begin, finish
from app.accounts.provider import Provider
from app.deps import AskingDep, ServicesDep, principal
from app.errors import NotAllowed, NotFound
from app.problem import problems
from app.services import Services
from app.store import login_sessions
from app.store.row_security import EVERY

router = APIRouter(prefix="/v1", dependencies=[Depends(principal)], tags=["accounts"])
LOGIN_COOKIE = "care-landscape-login"
START = "/pages/"
Text = Annotated[str | None, Query()]


class Me(BaseModel):
    """Who the caller is, and their roles by workspace."""

    name: str
    roles: dict[str, list[str]]
    can_sign_in: bool


@router.get("/me")
def me(asking: AskingDep, services: ServicesDep) -> Me:
    """Who is asking; without accounts everybody is `local`."""
    roles = {workspace: sorted(each) for workspace, each in asking.principal.roles.items()}
    return Me(name=asking.principal.name, roles=roles, can_sign_in=services.provider is not None)


@router.get("/login", status_code=303, response_class=RedirectResponse, responses=problems(400, 404, 503))
def login(
    services: ServicesDep,
    request: Request,
    return_to: Annotated[str, Query(alias="returnTo", description="A path of this service to come back to.")] = START,
) -> Response:
    """Sends the browser to the identity provider."""
    begun = begin(services.settings, _provider(services), callback=_callback(request), return_to=_own_path(return_to))
    answer = RedirectResponse(begun.address, 303)
    _set(answer, request, LOGIN_COOKIE, begun.cookie, path="/v1/login")
    return answer


@router.get(
    "/login/callback", status_code=303, response_class=RedirectResponse, responses=problems(400, 401, 404, 429, 503)
)
def callback(
    services: ServicesDep,
    request: Request,
    code: Text = None,
    state: Text = None,
    scope: Text = None,
    iss: Text = None,
    error: Text = None,
    session_state: Annotated[str | None, Query(alias="session_state", include_in_schema=False)] = None,
    error_description: Annotated[str | None, Query(alias="error_description", include_in_schema=False)] = None,
) -> Response:
    """Where the identity provider sends the browser back to: opens a session in a cookie."""
    with services.guesses.attempt(origin_of(request), code or ""):
        person, return_to = finish(
            services.settings, _provider(services), callback=_callback(request),
            cookie=request.cookies.get(LOGIN_COOKIE, ""), code=code or "", state=state or "",
        )  # fmt: skip
    secret = secrets.token_urlsafe(32)
    with services.store.writing(EVERY) as session:
        hours = services.settings.session_hours
        login_sessions.add(session, secret_sha256=cookie_hash(services, secret), person=person, hours=hours)
    answer = RedirectResponse(return_to, 303)
    _set(answer, request, SESSION_COOKIE, secret, path="/")
    answer.delete_cookie(LOGIN_COOKIE, path="/v1/login")
    return answer


@router.post("/logout", status_code=204, responses=problems(403))
def logout(services: ServicesDep, request: Request) -> Response:
    """Ends the browser's session, at once and everywhere."""
    if not from_own_pages(request):
        raise NotAllowed("A browser's session is ended from the service's own pages.")
    with services.store.writing(EVERY) as session:
        login_sessions.end(session, cookie_hash(services, request.cookies.get(SESSION_COOKIE, "")))
    answer = Response(status_code=204)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


def _provider(services: Services) -> Provider:
    if services.provider is None or not services.settings.oidc_client_id:
        raise NotFound("Nobody signs in here with a browser.")
    return services.provider


def _callback(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/v1/login/callback"


def _own_path(path: str) -> str:
    """The path when it is one of this service; another place is not gone to."""
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if own and path.isprintable() else START


def _set(answer: Response, request: Request, name: str, value: str, *, path: str) -> None:
    """A cookie that no script reads, that other sites' forms do not send, and that travels safely where we do."""
    answer.set_cookie(
        name, value, path=path, httponly=True, samesite="lax", secure=request.url.scheme == "https", max_age=None
    )
