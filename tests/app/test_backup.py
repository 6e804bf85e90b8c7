"""A backup is one moment of the database, whole; put back into either kind every row is as it was, and runs replay."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from app import cli
from app.errors import Conflict, InvalidInput
from app.record import bundle
from app.record.decision_record import gathered, replayed
from app.store import audit, row_copy, runs
from app.store.audit import Author
from app.store.backup import BrokenRestore, backup, restore
from app.store.row_security import EVERY, enter
from app.store.session import Store
from app.store.tables import Run
from app.store.workspaces import LOCAL
from tests.app.noted import accepted_run
from tests.app.two_tables import NORTH, TwoTables, two_tables
from tests.databases import application_role, own_schema

AUTHOR = Author("operator", "test")


@pytest.fixture
def tables(database: str, tmp_path: Path) -> Iterator[TwoTables]:
    """Two care tables with data, plans, ledgers and audit logs."""
    with two_tables(database, tmp_path) as both:
        yield both


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of another database without any table, of each kind, as its owner."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    else:
        with own_schema(request.getfixturevalue("postgresql")) as url:
            yield url


def hashes_of(store: Store) -> dict[str, row_copy.Hashed]:
    """The rows of a database, hashed."""
    with store.engine.connect() as connection:
        enter(connection, EVERY)
        return row_copy.hashes(connection)


def test_everything_comes_back_in_either_kind_and_a_run_replays_to_the_same_answer(
    tables: TwoTables, elsewhere: str, tmp_path: Path
) -> None:
    before = hashes_of(tables.store)
    assert backup(str(tables.store.engine.url), tmp_path / "kept.sqlite") == before
    assert restore(tmp_path / "kept.sqlite", elsewhere, application=application_role(elsewhere)) == before
    restored = Store(elsewhere)
    assert hashes_of(restored) == before
    assert {"runs", "outcomes", "blobs", "ledgers", "keys", "audit_lines"} <= {
        name for name, hashed in before.items() if hashed.rows
    }
    with restored.reading(NORTH) as session:
        assert audit.broken(session, NORTH) is None
        (tmp_path / "record.zip").write_bytes(gathered(session, runs.run(session, NORTH, tables.north.ids["run_id"])))
    stored, found_now = replayed(bundle.read(tmp_path / "record.zip"))
    assert stored == found_now
    with restored.writing(NORTH) as session:
        audit.record(session, AUTHOR, NORTH, "run.start", "after")
    with pytest.raises(Exception, match="append-only"), restored.writing(NORTH) as session:
        session.execute(update(audit.AuditHead).values(number=0))
    restored.close()


def test_a_backup_is_one_moment_even_while_others_write(store: Store, tmp_path: Path) -> None:
    go = threading.Event()

    def write() -> None:
        while not go.is_set():
            with store.writing(LOCAL) as session:
                run = accepted_run(session)
                audit.record(session, AUTHOR, LOCAL, "run.start", run.run_id)

    writing = threading.Thread(target=write)
    writing.start()
    try:
        taken = [backup(str(store.engine.url), tmp_path / f"{number}.sqlite") for number in range(3)]
    finally:
        go.set()
        writing.join()
    for number, found in enumerate(taken):
        assert found["runs"].rows == found["scenarios"].rows == found["audit_lines"].rows
        target = f"sqlite:///{tmp_path / f'again-{number}.sqlite'}"
        assert restore(tmp_path / f"{number}.sqlite", target) == found


def test_nothing_is_put_back_over_something(store: Store, empty_database: str, tmp_path: Path) -> None:
    backup(str(store.engine.url), tmp_path / "kept.sqlite")
    with store.writing(LOCAL) as session:
        accepted_run(session)
    before = hashes_of(store)
    with pytest.raises(Conflict):
        restore(tmp_path / "kept.sqlite", empty_database)
    with pytest.raises(Conflict):
        backup(str(store.engine.url), tmp_path / "kept.sqlite")
    assert hashes_of(store) == before


def test_a_backup_whose_audit_log_was_tampered_with_is_not_put_back(store: Store, tmp_path: Path) -> None:
    for number in range(3):
        with store.writing(LOCAL) as session:
            audit.record(session, AUTHOR, LOCAL, "run.start", str(number))
    backup(str(store.engine.url), tmp_path / "kept.sqlite")
    with sqlite3.connect(tmp_path / "kept.sqlite") as tampered:
        tampered.execute("drop trigger audit_lines_no_update")
        tampered.execute("update audit_lines set actor = 'nobody' where number = 2")
    tampered.close()
    target = f"sqlite:///{tmp_path / 'again.sqlite'}"
    with pytest.raises(BrokenRestore, match="Line 2 "):
        restore(tmp_path / "kept.sqlite", target)
    again = Store(target)
    assert hashes_of(again)["audit_lines"].rows == 0
    again.close()


@pytest.mark.parametrize("content", [None, b"", b"no database", b"SQLite format 3\x00" + b"\x00" * 200])
def test_what_is_no_backup_is_refused(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "none.sqlite"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InvalidInput):
        restore(file, f"sqlite:///{tmp_path / 'new.sqlite'}")


def test_the_commands_back_up_and_restore(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with store.writing(LOCAL) as session:
        session.add(Run(**_columns(accepted_run(session)), run_id="another"))
    monkeypatch.setenv("CARE_LANDSCAPE_DATABASE_URL", str(store.engine.url))
    written = CliRunner().invoke(cli.commands, ["backup", str(tmp_path / "kept.sqlite")])
    monkeypatch.setenv("CARE_LANDSCAPE_DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    put_back = CliRunner().invoke(cli.commands, ["restore", str(tmp_path / "kept.sqlite")])
    assert (written.exit_code, put_back.exit_code) == (0, 0)
    assert written.output.splitlines()[:-1] == put_back.output.splitlines()[:-1]


def _columns(run: Run) -> dict[str, object]:
    return {"workspace_id": run.workspace_id, "scenario_id": run.scenario_id, "asked": run.asked, "state": "accepted"}
