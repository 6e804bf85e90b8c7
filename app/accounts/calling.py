"""Who calls: an API key or an identity provider's token in the Authorization header, held against what the store knows."""

import base64
import binascii
import re
from collections.abc import Mapping

from app.accounts.api_key import hashed, read_key, same
from app.errors import NotSignedIn
from app.policy import Principal
from app.services import Services
from app.store import keys
from app.store.row_security import EVERY

NOBODY = "This needs an API key or a token that is valid; see the WWW-Authenticate header."
FOR_ANOTHER = "on-behalf-of"
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


def caller(services: Services, headers: Mapping[str, str]) -> Principal:
    """The principal that the headers name (in lower case); raises NotSignedIn. A key or token in the URL is never read."""
    given = _credential(headers)
    key = None if given is None else read_key(given)
    if key is None:
        raise NotSignedIn(NOBODY)
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


def _credential(headers: Mapping[str, str]) -> str | None:
    """The bearer token, the password of HTTP basic (as QGIS and GDAL send it), or the X-API-Key header."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return None
    return headers.get("x-api-key")


def _for_another(headers: Mapping[str, str]) -> str | None:
    """For whom a tool says that it acts; put on record as it says, and believed for nothing."""
    said = headers.get(FOR_ANOTHER, "").strip()
    return said if PRINTABLE.fullmatch(said) else None
