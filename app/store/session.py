"""Sessions on the database: one way in for reading, one for writing, each within one workspace, the same on both databases."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session, SessionTransaction

from app.store.row_security import enter

BUSY_SECONDS = 30.0
DATABASE_AWAY = (OperationalError, InterfaceError, NoConnectionFree)
"""What is raised when the database does not answer, breaks off, or is too busy; the same may work later."""

POSTGRESQL_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""How soon a connection that nobody answers any more is given up [s; the last one ms]."""


class Store:
    """The door to one database; whoever opens a session with `writing` commits by leaving it without an error.

    A session sees the rows of the workspace it is opened for; EVERY (store.row_security) opens it for all of them, which
    is for workers, who take runs wherever they wait, and for finding out who calls.
    """

    def __init__(self, database_url: str) -> None:
        self.engine = _engine(database_url)

    @contextmanager
    def reading(self, workspace: str) -> Iterator[Session]:
        """A session that sees one state of the database and keeps nothing."""
        with WithinWorkspace(self.engine, info={"workspace": workspace}) as session:
            yield session

    @contextmanager
    def writing(self, workspace: str) -> Iterator[Session]:
        """A session whose changes are kept whole when it is left without an error, else not at all."""
        session = WithinWorkspace(self.engine, expire_on_commit=False, info={"workspace": workspace})
        with session, session.begin():
            session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            yield session

    def close(self) -> None:
        self.engine.dispose()


class WithinWorkspace(Session):
    """A session that tells the database, in every transaction, which workspace it is for."""


@event.listens_for(WithinWorkspace, "after_begin")
def _enter(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    enter(connection, session.info["workspace"])


def _engine(database_url: str) -> Engine:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=30, connect_args=POSTGRESQL_PATIENCE)
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=10, max_overflow=30, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """Readers beside a writer, real foreign keys, and transactions begun by us, not by the driver."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_SECONDS * 1000:.0f}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its place in the queue at once; a transaction that starts reading and then writes could fail."""
    kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
