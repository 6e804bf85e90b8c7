"""Who calls: an API key, a token of the identity provider, or the session of a browser, held against what the store knows."""

import base64
import binascii
import re
from collections.abc import Mapping

from fastapi import Request

from app.accounts.api_key import ApiKey, hashed, read_key, same
from app.accounts.login import person_in
from app.errors import NotAllowed, NotSignedIn
from app.policy import Principal
from app.services import Services
from app.store import keys, login_sessions, memberships
from app.store.row_security import EVERY

NOBODY = "This needs an API key or a token that is valid; see the WWW-Authenticate header."
ELSEWHERE = "A browser's session changes things from the service's own pages only."
SESSION_COOKIE = "care-landscape-session"
FOR_ANOTHER = "on-behalf-of"
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def caller(services: Services, request: Request) -> Principal:
    """The principal of a request; raises NotSignedIn for nobody we know. A key or token in the address is never read.

    Raises NotAllowed when another site makes a browser change things in its session's name, and TooMany for an address
    from which too many have failed.
    """
    given = _credential(request.headers)
    cookie = request.cookies.get(SESSION_COOKIE) if given is None else None
    presented = cookie or given
    if presented is None:
        raise NotSignedIn(NOBODY)
    with services.guesses.attempt(origin_of(request), presented):
        if cookie:
            return _by_session(services, request, cookie)
        if (key := read_key(presented)) is not None:
            return _by_key(services, key, request.headers)
        if services.provider is None:
            raise NotSignedIn(NOBODY)
        return _by_token(services, presented)


def origin_of(request: Request) -> str:
    """The address that a request comes from, as the audit log has it."""
    return request.client.host if request.client else "unknown"


def _by_key(services: Services, key: ApiKey, headers: Mapping[str, str]) -> Principal:
    pepper = services.settings.key_pepper.get_secret_value()
    with services.store.reading(EVERY) as session:
        found = keys.valid(session, key.key_id)
    kept = hashed("", pepper=pepper) if found is None else found.secret_sha256
    if not same(key.secret, kept, pepper=pepper) or found is None:
        raise NotSignedIn(NOBODY)
    return Principal(
        f"key {found.key_id} ({found.name})", {found.workspace_id: frozenset({found.role})},
        on_behalf_of=_for_another(headers),
    )  # fmt: skip


def _by_token(services: Services, token: str) -> Principal:
    """A person, or a service that acts for one (claim `act` of RFC 8693), with the person's roles."""
    settings = services.settings
    audience = settings.oidc_audience or settings.oidc_client_id
    claims = services.provider.claims(token, audience=audience) if services.provider else None
    if claims is None:
        raise NotSignedIn(NOBODY)
    person = person_in(settings, claims)
    acting = claims.get("act")
    actor = acting.get("sub") if isinstance(acting, dict) else None
    return _person(services, person, actor=str(actor) if actor else None)


def _by_session(services: Services, request: Request, cookie: str) -> Principal:
    with services.store.reading(EVERY) as session:
        person = login_sessions.person_of(session, cookie_hash(services, cookie))
    if person is None:
        raise NotSignedIn(NOBODY)
    if request.method not in SAFE and not from_own_pages(request):
        raise NotAllowed(ELSEWHERE)
    return _person(services, person, actor=None)


def _person(services: Services, person: str, *, actor: str | None) -> Principal:
    with services.store.reading(EVERY) as session:
        roles = memberships.roles_of(session, person)
    if actor is None:
        return Principal(f"person {person}", roles)
    return Principal(f"person {actor}", roles, on_behalf_of=f"person {person}")


def from_own_pages(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of this service."""
    if "sec-fetch-site" in request.headers:
        return request.headers["sec-fetch-site"] == "same-origin"
    return request.headers.get("origin") == str(request.base_url).rstrip("/")


def cookie_hash(services: Services, cookie: str) -> str:
    """What the store keeps of a session's cookie."""
    return hashed(f"session {cookie}", pepper=services.settings.key_pepper.get_secret_value())


def _credential(headers: Mapping[str, str]) -> str | None:
    """The bearer token, the password of HTTP basic (as QGIS and GDAL send it), or the X-API-Key header."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return headers.get("x-api-key")


def _for_another(headers: Mapping[str, str]) -> str | None:
    """For whom a tool says that it acts; put on record as it says, and believed for nothing."""
    said = headers.get(FOR_ANOTHER, "").strip()
    return said if PRINTABLE.fullmatch(said) else None
