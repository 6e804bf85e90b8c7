"""Answers as the store keeps them: compressed canonical JSON beside its hash, refused when they do not agree."""

import hashlib
import zlib
from typing import Any

from app import json_text
from app.store.datasets import DamagedContentError
from app.store.tables import OutcomeText


def answer_text(workspace_id: str, run_id: str, answer: dict[str, Any]) -> OutcomeText:
    """The row that keeps a run's answer."""
    text = json_text.canonical(answer)
    return OutcomeText(
        workspace_id=workspace_id,
        run_id=run_id,
        sha256=hashlib.sha256(text).hexdigest(),
        content=zlib.compress(text, 6),
    )


def text_of(kept: OutcomeText) -> bytes:
    """The JSON text that was kept; raises DamagedContentError when it is not what was stored."""
    text = zlib.decompress(kept.content)
    if hashlib.sha256(text).hexdigest() != kept.sha256:
        raise DamagedContentError(f"The stored outcome of run {kept.run_id} does not have its hash.")
    return text
