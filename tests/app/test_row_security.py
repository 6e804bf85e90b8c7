"""No workspace sees, changes or points into another: by the keys on both databases, by PostgreSQL's guard besides."""

import pytest
from sqlalchemy import ForeignKeyConstraint, delete, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from app.store import workspaces
from app.store.all_tables import METADATA
from app.store.row_security import APPEND_ONLY, EVERY, KEY, POLICY, why_not_guarded
from app.store.session import Store
from app.store.tables import Blob, Dataset, Run, Scenario
from app.store.workspaces import LOCAL
from tests.app.noted import accepted_run
from tests.databases import ON_POSTGRESQL

OTHER = "other"
OWNED = [table for table in METADATA.sorted_tables if KEY in table.columns]


@pytest.fixture
def two(store: Store) -> Store:
    """A store with two workspaces, each with a dataset, a scenario and a run."""
    with store.writing(EVERY) as session:
        workspaces.add(session, OTHER, title="Another table")
        for workspace_id in (LOCAL, OTHER):
            accepted_run(session, workspace_id)
    return store


def test_every_table_of_a_workspace_has_its_id_in_its_key() -> None:
    assert {table.name for table in OWNED if KEY not in table.primary_key.columns} == set()


def test_every_reference_between_tables_carries_the_workspace_along() -> None:
    loose = [
        f"{table.name}: {constraint.name}"
        for table in OWNED
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table.name != "workspaces"
        if (KEY, KEY) not in {(element.parent.name, element.column.name) for element in constraint.elements}
    ]
    assert loose == []


def test_a_row_cannot_point_into_another_workspace_on_either_database(two: Store) -> None:
    with two.reading(EVERY) as session:
        foreign = session.scalars(select(Dataset).where(Dataset.workspace_id == OTHER)).one().dataset_id
        theirs = session.scalars(select(Scenario).where(Scenario.workspace_id == OTHER)).one().scenario_id
    scenario = {"workspace_id": LOCAL, "scenario_id": "new", "name": "n", "written": {}, "sha256": "0"}
    run = {"workspace_id": LOCAL, "run_id": "new", "scenario_id": theirs, "asked": {}, "state": "accepted"}
    for row in (insert(Scenario).values(**scenario, dataset_id=foreign), insert(Run).values(**run)):
        with pytest.raises(IntegrityError), two.writing(EVERY) as session:
            session.execute(row)


@ON_POSTGRESQL
def test_each_table_with_a_workspace_forces_the_guard_and_has_its_policy(store: Store) -> None:
    with store.reading(LOCAL) as session:
        guarded = session.execute(
            text("select relname, relrowsecurity and relforcerowsecurity from pg_class where relnamespace = "
                 "current_schema()::regnamespace and relkind in ('r', 'p')")
        )  # fmt: skip
        forced = {name for name, both in guarded if both}
        policies = set(
            session.scalars(
                text("select tablename from pg_policies where schemaname = current_schema() and policyname = :name "
                     "and qual like '%workspace_id =%' and with_check like '%workspace_id =%'"),
                {"name": POLICY},
            )
        )  # fmt: skip
        found = inspect(session.connection())
        owned = {
            name for name in found.get_table_names() if KEY in {column["name"] for column in found.get_columns(name)}
        }
    assert owned == {table.name for table in OWNED}
    assert (forced, policies) == (owned, owned)


@ON_POSTGRESQL
def test_the_services_role_is_below_the_guard_and_the_owner_is_not_trusted(store: Store, empty_database: str) -> None:
    owner = Store(empty_database)
    with store.engine.connect() as connection, owner.engine.connect() as owning:
        assert why_not_guarded(connection) is None
        assert "owns the tables" in (why_not_guarded(owning) or "")
    owner.close()


@ON_POSTGRESQL
def test_without_a_workspace_there_is_not_a_row_not_even_for_the_owner(two: Store, empty_database: str) -> None:
    owner = Store(empty_database)
    for each in (two, owner):
        with each.engine.connect() as connection:
            for table in OWNED:
                assert connection.execute(select(table)).all() == [], table.name
    owner.close()


@ON_POSTGRESQL
def test_the_name_of_a_workspace_does_not_outlive_its_transaction(two: Store) -> None:
    for _ in range(5):
        with two.reading(LOCAL) as session:
            assert session.scalars(select(Run)).all()
        with two.engine.connect() as pooled:
            assert pooled.execute(select(Run.__table__)).all() == []


@ON_POSTGRESQL
def test_within_a_workspace_the_rows_of_others_are_not_there(two: Store) -> None:
    with two.writing(LOCAL) as session:
        for table in OWNED:
            assert set(session.scalars(select(table.c[KEY]))) <= {LOCAL}, table.name
        assert session.execute(update(Run).values(state="failed")).rowcount == 1  # type: ignore[attr-defined]
    with two.reading(OTHER) as session:
        assert session.scalars(select(Run)).one().state == "accepted"


@ON_POSTGRESQL
def test_within_a_workspace_no_row_can_be_put_into_another(two: Store) -> None:
    smuggled = insert(Blob).values(workspace_id=OTHER, sha256="0", content=b"smuggled")
    with pytest.raises(ProgrammingError, match="row-level security"), two.writing(LOCAL) as session:
        session.execute(smuggled)
    with pytest.raises(DBAPIError), two.writing(LOCAL) as session:
        session.execute(update(Run).values(workspace_id=OTHER))


@ON_POSTGRESQL
def test_the_services_role_can_only_add_to_what_is_only_added_to(two: Store) -> None:
    for name in APPEND_ONLY:
        table = METADATA.tables[name]
        for statement in (delete(table), update(table).values(workspace_id=LOCAL)):
            with pytest.raises(ProgrammingError, match="permission denied"), two.writing(LOCAL) as session:
                session.execute(statement)
