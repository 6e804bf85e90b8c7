"""New identifiers: unguessable, short, lower case, safe in a path and in a layer's name."""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 16


def new_id() -> str:
    """Sixteen characters, 80 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
