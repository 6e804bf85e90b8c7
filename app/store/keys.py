"""API keys in the store: made for one workspace and role, found by their id, revoked at once."""

from datetime import datetime

from sqlalchemy import ColumnElement, Double, func, select, type_coerce, update
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.account_tables import Key
from app.store.columns import Moment, now

DAY_SECONDS = 86400.0


def add(
    session: Session, workspace_id: str, *, key_id: str, name: str, role: str, secret_sha256: str, days: float
) -> Key:
    """Keeps a key that expires after so many days on the database's clock."""
    made = Key(
        workspace_id=workspace_id, key_id=key_id, name=name, role=role, secret_sha256=secret_sha256,
        expires_at=type_coerce(now() + days * DAY_SECONDS, Moment()), revoked_at=None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.refresh(made)
    return made


def valid(session: Session, key_id: str) -> Key | None:
    """The key with this id that is neither expired nor revoked, or None; the session is for every workspace."""
    unexpired = type_coerce(Key.expires_at, Double()) > now()
    return session.scalars(select(Key).where(Key.key_id == key_id, Key.revoked_at.is_(None), unexpired)).one_or_none()


def keys(session: Session, workspace_id: str) -> list[Key]:
    """The workspace's keys, oldest first, those that no longer open anything included."""
    return list(session.scalars(select(Key).where(Key.workspace_id == workspace_id).order_by(Key.created_at)))


def revoke(session: Session, workspace_id: str, key_id: str) -> None:
    """Ends a key at once; raises NotFound."""
    found = session.get(Key, (workspace_id, key_id))
    if found is None:
        raise NotFound("There is no such key in this workspace.")
    mine = (Key.workspace_id == workspace_id) & (Key.key_id == key_id)
    ended: ColumnElement[float] = func.coalesce(type_coerce(Key.revoked_at, Double()), now())
    session.execute(
        update(Key)
        .where(mine)
        .values(revoked_at=type_coerce(ended, Moment()))
        .execution_options(synchronize_session=False)
    )
    session.refresh(found)


def state(key: Key, moment: datetime) -> str:
    """Whether the key opens anything at this moment: valid, expired or revoked."""
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at <= moment else "valid"
