"""The migrations lead to the schema that the tables describe, up, down and up again, with data in it."""

import os
import subprocess
import sys

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select

from app.store.migrate import config, migrate
from app.store.session import Store
from app.store.tables import Run, Table, Workspace
from app.store.workspaces import LOCAL
from tests.app.noted import accepted_run


def test_the_migrated_schema_is_the_one_the_tables_describe(store: Store) -> None:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def test_a_second_migration_changes_nothing(store: Store, database: str) -> None:
    with store.writing() as session:
        accepted_run(session)
    migrate(database)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 1


def test_the_schema_goes_down_and_up_again_with_data_in_it(store: Store, database: str) -> None:
    with store.writing() as session:
        accepted_run(session)
    store.close()
    command.downgrade(config(database), "base")
    migrate(database)
    with store.reading() as session:
        assert [each.workspace_id for each in session.scalars(select(Workspace))] == [LOCAL]


def test_two_migrators_at_once_agree(empty_database: str) -> None:
    environment = {**os.environ, "CARE_LANDSCAPE_DATABASE_URL": empty_database}
    command_line = [sys.executable, "-m", "app.cli", "migrate"]
    both = [subprocess.Popen(command_line, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    told = [each.communicate()[0] for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert told[0] == told[1]
