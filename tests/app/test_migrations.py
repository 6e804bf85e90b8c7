"""The migrations lead to the schema that the tables describe, up, down and up again, with data in it, whatever dies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, func, inspect, select
from sqlalchemy.engine import Engine

from app.errors import Unavailable
from app.store.migrate import config, demand_current, migrate
from app.store.session import Store
from app.store.tables import Run, Table, Workspace
from app.store.workspaces import LOCAL
from tests.app.noted import accepted_run
from tests.databases import application_role

REVISIONS = [each.revision for each in ScriptDirectory.from_config(config("sqlite://")).walk_revisions()][::-1]


def revision_of(url: str) -> str | None:
    """The revision a database says that it is at."""
    store = Store(url)
    with store.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    store.close()
    return found


def test_the_migrated_schema_is_the_one_the_tables_describe(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def test_a_second_migration_changes_nothing(store: Store, empty_database: str) -> None:
    with store.writing(LOCAL) as session:
        accepted_run(session)
    migrate(empty_database, application=application_role(empty_database))
    with store.reading(LOCAL) as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 1


def test_every_revision_goes_down_and_up_again_with_data_in_it(store: Store, empty_database: str) -> None:
    with store.writing(LOCAL) as session:
        accepted_run(session)
    store.close()
    role = application_role(empty_database)
    for revision in reversed(REVISIONS[:-1]):
        command.downgrade(config(empty_database, application=role), revision)
        assert revision_of(empty_database) == revision
        migrate(empty_database, application=role)
        with store.reading(LOCAL) as session:
            assert session.scalar(select(func.count()).select_from(Run)) == 1
        store.close()
    command.downgrade(config(empty_database, application=role), "base")
    migrate(empty_database, application=role)
    with store.reading(LOCAL) as session:
        assert [each.workspace_id for each in session.scalars(select(Workspace))] == [LOCAL]


def test_two_migrators_at_once_agree(empty_database: str) -> None:
    environment = {**os.environ, "CARE_LANDSCAPE_DATABASE_URL": empty_database}
    command_line = [sys.executable, "-m", "app.cli", "migrate"]
    both = [subprocess.Popen(command_line, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [each.communicate()[0] for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert told[0] == told[1]


KILLED_AT = """
import os, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from app.store.migrate import migrate

left = int(sys.argv[2])

@event.listens_for(Engine, "before_cursor_execute")
def count(connection, cursor, statement, *rest):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), 9)

migrate(sys.argv[1])
"""


def statements_of_migrating(url: str) -> int:
    """How many statements it takes to migrate an empty database."""
    seen = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        migrate(url)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return len(seen)


def test_a_migration_killed_half_way_leaves_nothing_and_runs_again(empty_database: str, tmp_path: Path) -> None:
    many = statements_of_migrating(f"sqlite:///{tmp_path / 'measured.sqlite'}")
    for statements in (many // 4, many // 2, many - 3):
        killed = subprocess.run([sys.executable, "-c", KILLED_AT, empty_database, str(statements)], check=False)
        assert killed.returncode == -9
        store = Store(empty_database)
        assert inspect(store.engine).get_table_names() == []
        store.close()
    migrate(empty_database)
    assert revision_of(empty_database) == REVISIONS[-1]


def test_a_service_with_accounts_refuses_a_role_that_could_lift_the_guard(empty_database: str, database: str) -> None:
    demand_current(database, guarded=True)
    if empty_database == database:
        return
    with pytest.raises(Unavailable) as refused:
        demand_current(empty_database, guarded=True)
    assert "owns the tables" in refused.value.findings[0].problem
