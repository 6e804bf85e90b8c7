"""Backup and restore: whatever the database is, its backup is one SQLite file, and it can be put back into either kind."""

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.errors import Conflict, Finding, InvalidInput
from app.store import audit, row_copy
from app.store.migrate import config, migrate
from app.store.row_copy import Hashed
from app.store.row_security import EVERY, enter
from app.store.session import Store
from app.store.tables import Workspace


class BrokenRestore(Exception):
    """What was put back is not what was in the backup; nothing of it was kept."""


def backup(database_url: str, file: Path) -> dict[str, Hashed]:
    """Writes one moment of the database to a new file, whole or not at all, while others work; its rows, hashed.

    SQLite copies itself (VACUUM INTO); PostgreSQL is copied table by table within one snapshot, which needs no programs of
    its own beside the service and can be read, verified and served anywhere.
    """
    if file.exists():
        raise Conflict(f"{file} is there already; name another file.")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as name:
        part = Path(name) / file.name
        if make_url(database_url).get_backend_name() == "sqlite":
            _vacuumed(database_url, part)
        else:
            _copied(database_url, part)
        part.chmod(0o600)
        with _opened(f"sqlite:///{part}") as copied:
            found = row_copy.hashes(copied)
        part.replace(file)
    return found


def restore(file: Path, owner_url: str, *, application: str | None = None) -> dict[str, Hashed]:
    """Puts a backup into a database that holds nothing yet, migrated to this version; its rows, hashed.

    Raises Conflict when the database holds something, InvalidInput when the file is no backup that this version reads, and
    BrokenRestore when rows or audit logs are not those of the backup: then nothing was put back.
    """
    with tempfile.TemporaryDirectory() as name:
        current = Path(name) / "backup.sqlite"
        _readable(file, current)
        migrate(f"sqlite:///{current}")
        migrate(owner_url, application=application)
        with _opened(f"sqlite:///{current}") as source, _opened(owner_url, writing=True) as target:
            if not row_copy.is_new(target):
                raise Conflict("The database holds something already; restore into a new one.")
            row_copy.clear(target)
            row_copy.copy(source, target)
            put_back = row_copy.hashes(target)
            if put_back != row_copy.hashes(source):
                raise BrokenRestore("The rows that were put back are not those of the backup.")
            _demand_whole_logs(target)
        return put_back


def _vacuumed(database_url: str, part: Path) -> None:
    path = make_url(database_url).database
    if not path or not Path(path).exists():
        raise InvalidInput("", [Finding("database", "There is no database yet.", "Nothing needs a backup.")])
    with contextlib.closing(sqlite3.connect(path, timeout=60)) as source:
        source.execute("VACUUM INTO ?", (str(part),))


def _copied(database_url: str, part: Path) -> None:
    target_url = f"sqlite:///{part}"
    migrate(target_url)
    with _opened(database_url) as source, _opened(target_url, writing=True) as target:
        row_copy.clear(target)
        row_copy.copy(source, target)
    with contextlib.closing(sqlite3.connect(part)) as made:
        made.execute("pragma journal_mode = delete")


@contextlib.contextmanager
def _opened(url: str, *, writing: bool = False) -> Iterator[Connection]:
    """A connection within every workspace at one moment of the database; kept when writing and left without an error."""
    store = Store(url)
    options = {"isolation_level": "REPEATABLE READ"} if store.engine.dialect.name == "postgresql" else {}
    try:
        with store.engine.connect().execution_options(sqlite_begin="IMMEDIATE", **options) as connection:
            enter(connection, EVERY)
            yield connection
            if writing:
                connection.commit()
    finally:
        store.close()


def _readable(file: Path, current: Path) -> None:
    """Copies the backup to where it may be migrated."""
    unreadable = InvalidInput(
        "", [Finding(str(file), "It is no backup that this version reads.", "Name another file.")]
    )
    if not file.is_file():
        raise unreadable
    try:
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source:
            if source.execute("pragma integrity_check").fetchone() != ("ok",):
                raise unreadable
            with contextlib.closing(sqlite3.connect(current)) as target:
                source.backup(target)
    except sqlite3.DatabaseError:
        raise unreadable from None
    url = f"sqlite:///{current}"
    store = Store(url)
    with store.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        known = "workspaces" in inspect(connection).get_table_names()
    store.close()
    known_revisions = {each.revision for each in ScriptDirectory.from_config(config(url)).walk_revisions()}
    if not known or revision not in known_revisions:
        raise unreadable


def _demand_whole_logs(connection: Connection) -> None:
    with Session(connection) as session:
        for each in session.query(Workspace).all():
            if problem := audit.broken(session, each.workspace_id):
                raise BrokenRestore(f"The audit log of {each.workspace_id}: {problem}")
