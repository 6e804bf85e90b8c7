"""API keys as text and as hashes: made once, shown once, and compared without telling how near a guess came."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from app.store.ids import ALPHABET, new_id

MARK = "clk"
SECRET_LENGTH = 40
"""200 random bits."""
WRITTEN = re.compile(rf"{MARK}_(?P<key_id>[{ALPHABET}]{{16}})_(?P<secret>[{ALPHABET}]{{{SECRET_LENGTH}}})")


@dataclass(frozen=True)
class ApiKey:
    """A key as its holder has it: the id by which it is found, and the secret."""

    key_id: str
    secret: str

    @property
    def text(self) -> str:
        """The key as it is handed out."""
        return f"{MARK}_{self.key_id}_{self.secret}"


def new_key() -> ApiKey:
    """A key that nobody has."""
    return ApiKey(new_id(), "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH)))


def read_key(text: str) -> ApiKey | None:
    """The key in a text, or None when it is none."""
    found = WRITTEN.fullmatch(text.strip())
    return None if found is None else ApiKey(found["key_id"], found["secret"])


def hashed(secret: str, *, pepper: str) -> str:
    """What is kept of a secret: of no use without the pepper, which the database does not hold."""
    return hmac.new(pepper.encode(), secret.encode(), hashlib.sha256).hexdigest()


def same(secret: str, kept: str, *, pepper: str) -> bool:
    """Whether the secret is the one whose hash was kept, in a time that tells nothing."""
    return hmac.compare_digest(hashed(secret, pepper=pepper), kept)
