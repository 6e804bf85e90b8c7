"""Sessions of people who signed in with a browser: kept by the hash of their cookie, ended at once."""

from sqlalchemy import Double, delete, select, type_coerce
from sqlalchemy.orm import Session

from app.store.account_tables import LoginSession
from app.store.columns import Moment, now

HOUR_SECONDS = 3600.0


def add(session: Session, *, secret_sha256: str, person: str, hours: float) -> None:
    """Keeps a session of so many hours, and forgets those that are over."""
    session.execute(delete(LoginSession).where(type_coerce(LoginSession.expires_at, Double()) <= now()))
    until = type_coerce(now() + hours * HOUR_SECONDS, Moment())
    session.add(LoginSession(secret_sha256=secret_sha256, person=person, expires_at=until))
    session.flush()


def person_of(session: Session, secret_sha256: str) -> str | None:
    """Whose session it is, or None when there is none or it is over."""
    going_on = type_coerce(LoginSession.expires_at, Double()) > now()
    mine = select(LoginSession.person).where(LoginSession.secret_sha256 == secret_sha256, going_on)
    return session.scalars(mine).one_or_none()


def end(session: Session, secret_sha256: str) -> None:
    """Ends a session."""
    session.execute(delete(LoginSession).where(LoginSession.secret_sha256 == secret_sha256))
