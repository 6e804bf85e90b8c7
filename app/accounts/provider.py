"""The identity provider (OpenID Connect): its addresses and keys, and what its tokens say when they hold."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import jwt

from app.errors import Unavailable
from app.settings import Settings

ASYMMETRIC = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""What a token may be signed with at all; a shared secret or nothing never is."""
FRESH_SECONDS = 600.0
AGAIN_SECONDS = 10.0
"""An unknown key makes us look again, but no more often than this."""
LEEWAY_SECONDS = 30
TIMEOUT_SECONDS = 5.0


class Provider:
    """What we know of the provider, looked up when first asked for and again when it is old."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._told: Mapping[str, Any] = {}
        self._keys: dict[str | None, Any] = {}

    def address(self, name: str) -> str:
        """One of the provider's addresses (authorization_endpoint, token_endpoint, ...); raises Unavailable."""
        with self._lock:
            self._look(older_than=FRESH_SECONDS)
        return str(self._told[name])

    def claims(self, token: str, *, audience: str) -> dict[str, Any] | None:
        """What the token says, or None when it does not hold: its signature, issuer, audience, times or algorithm."""
        allowed = sorted(ASYMMETRIC & {each.strip() for each in self._settings.oidc_algorithms.split(",")})
        try:
            header = jwt.get_unverified_header(token)
            key = self._key(header.get("kid"))
            if key is None or header.get("alg") not in allowed:
                return None
            claims: dict[str, Any] = jwt.decode(
                token, key.key, algorithms=allowed, audience=audience, issuer=self._settings.oidc_issuer,
                leeway=LEEWAY_SECONDS, options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )  # fmt: skip
        except jwt.PyJWTError:
            return None
        return claims

    def _key(self, kid: str | None) -> Any:
        with self._lock:
            self._look(older_than=FRESH_SECONDS)
            if kid not in self._keys:
                self._look(older_than=AGAIN_SECONDS)
            return self._keys.get(kid)

    def _look(self, *, older_than: float) -> None:
        if self._clock() - self._looked < older_than:
            return
        issuer = self._settings.oidc_issuer
        try:
            told = httpx.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=TIMEOUT_SECONDS)
            told.raise_for_status()
            keys = httpx.get(told.json()["jwks_uri"], timeout=TIMEOUT_SECONDS)
            keys.raise_for_status()
            found = jwt.PyJWKSet.from_dict(keys.json()).keys
        except (httpx.HTTPError, jwt.PyJWTError, KeyError, ValueError) as unreachable:
            if self._told:
                return
            raise Unavailable("The identity provider does not answer just now; try again.") from unreachable
        if told.json().get("issuer") != issuer:
            raise Unavailable("The identity provider calls itself by another name than the settings do.")
        self._looked, self._told = self._clock(), told.json()
        self._keys = {key.key_id: key for key in found}
