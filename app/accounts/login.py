"""Signing in with a browser: to the provider with a code and PKCE, and back with a session that can be ended.

Authlib is read when somebody signs in: it takes 13 MB.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from app.accounts.provider import TIMEOUT_SECONDS, Provider
from app.errors import NotSignedIn
from app.settings import Settings

LOGIN_MINUTES = 10
SECRET_LENGTH = 48
FAILED = "Signing in did not work; begin again."


@dataclass(frozen=True)
class Begun:
    """A login on its way: where the browser goes, and what it keeps in a cookie until it is back."""

    address: str
    cookie: str


def begin(settings: Settings, provider: Provider, *, callback: str, return_to: str) -> Begun:
    """Starts a login; the cookie binds it to this browser (state, nonce, PKCE verifier) for some minutes."""
    from authlib.common.security import generate_token

    verifier, nonce = generate_token(SECRET_LENGTH), generate_token(SECRET_LENGTH)
    with _asking_as_us(settings, callback) as client:
        address, state = client.create_authorization_url(
            provider.address("authorization_endpoint"), code_verifier=verifier, nonce=nonce
        )
    until = datetime.now(UTC) + timedelta(minutes=LOGIN_MINUTES)
    kept = {"state": state, "nonce": nonce, "verifier": verifier, "return_to": return_to, "exp": until, "aud": "login"}
    return Begun(address, jwt.encode(kept, _secret(settings), algorithm="HS256"))


def finish(
    settings: Settings, provider: Provider, *, callback: str, cookie: str, code: str, state: str
) -> tuple[str, str]:
    """The person who signed in and where they were going; raises NotSignedIn when anything does not fit."""
    from authlib.common.errors import AuthlibBaseError

    try:
        kept: dict[str, Any] = jwt.decode(cookie, _secret(settings), algorithms=["HS256"], audience="login")
    except jwt.PyJWTError:
        raise NotSignedIn(FAILED) from None
    if not secrets.compare_digest(state.encode(), str(kept["state"]).encode()):
        raise NotSignedIn(FAILED)
    try:
        with _asking_as_us(settings, callback) as client:
            answer = client.fetch_token(
                provider.address("token_endpoint"), code=code, code_verifier=kept["verifier"],
                grant_type="authorization_code",
            )  # fmt: skip
    except AuthlibBaseError:
        raise NotSignedIn(FAILED) from None
    claims = provider.claims(str(answer.get("id_token") or ""), audience=settings.oidc_client_id)
    if claims is None or claims.get("nonce") != kept["nonce"]:
        raise NotSignedIn(FAILED)
    return person_in(settings, claims), str(kept["return_to"])


def person_in(settings: Settings, claims: dict[str, Any]) -> str:
    """The name by which memberships know whom a token is about; raises NotSignedIn when it does not say."""
    person = claims.get(settings.oidc_person_claim)
    if not isinstance(person, str) or not person:
        raise NotSignedIn(FAILED)
    return person


def _asking_as_us(settings: Settings, callback: str) -> Any:
    from authlib.integrations.httpx_client import OAuth2Client

    secret = settings.oidc_client_secret.get_secret_value()
    return OAuth2Client(
        settings.oidc_client_id, secret or None, scope="openid profile email", redirect_uri=callback,
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
        code_challenge_method="S256", timeout=TIMEOUT_SECONDS,
    )  # fmt: skip


def _secret(settings: Settings) -> str:
    return f"login {settings.key_pepper.get_secret_value()} of at least thirty-two characters"
