"""Requests that may be repeated: what a request with an Idempotency-Key was answered, kept with what it made."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Double, delete, type_coerce
from sqlalchemy.orm import Session

from app.errors import Conflict, Finding
from app.store.columns import now
from app.store.tables import Reply


@dataclass(frozen=True)
class Repeatable:
    """A request that names a key: the same key with the same request is answered the same."""

    key: str
    request_sha256: str


def given_before(session: Session, workspace_id: str, repeatable: Repeatable) -> Reply | None:
    """What this request was answered before, or None; raises Conflict when its key belongs to another request.

    The caller has the workspace's row in hand (workspaces.hold), so that of requests at the same time one is first.
    """
    found = session.get(Reply, (workspace_id, repeatable.key))
    if found is not None and found.request_sha256 != repeatable.request_sha256:
        fix = "Use a new key for a new request."
        raise Conflict(
            "The Idempotency-Key was used for another request.",
            [Finding("Idempotency-Key", "It was sent before with another path or body.", fix)],
        )
    return found


def keep(
    session: Session, workspace_id: str, repeatable: Repeatable, *, status: int, location: str, body: dict[str, Any]
) -> None:
    """Keeps an answer for the request's repetitions."""
    session.add(
        Reply(
            workspace_id=workspace_id, idempotency_key=repeatable.key, request_sha256=repeatable.request_sha256,
            status=status, location=location, body=body,
        )
    )  # fmt: skip


def forget(session: Session, *, older_than_seconds: float) -> None:
    """Forgets the answers that were given longer ago."""
    session.execute(delete(Reply).where(type_coerce(Reply.created_at, Double()) < now() - older_than_seconds))
