"""PostgreSQL's own guard between workspaces: a session sees the rows of the workspace it names, and none when it names none.

SQLite has no such guard; there the queries alone keep workspaces apart, as they do on PostgreSQL before its guard looks.
"""

from sqlalchemy import Connection, inspect, text

EVERY = "*"
"""Names every workspace at once: no workspace has this id."""
SETTING = "care_landscape.workspace"
POLICY = "within_workspace"
KEY = "workspace_id"
READ_ONLY = frozenset({"alembic_version"})
APPEND_ONLY = frozenset({"audit_lines"})
"""Tables of which the application's role may only add rows."""


def enter(connection: Connection, workspace: str) -> None:
    """Names the workspace of this transaction; the name ends with it, so that no pooled connection keeps it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"select set_config('{SETTING}', :workspace, true)"), {"workspace": workspace})


def protect(connection: Connection, *, application: str | None) -> None:
    """Guards every table that has a workspace_id and gives the application's role, if another than the owner, its rights.

    Migrating ends with it, so that a table added by any revision is guarded without a line of its own.
    """
    if connection.dialect.name != "postgresql":
        return
    quoted = connection.dialect.identifier_preparer.quote_identifier
    found = inspect(connection)
    for table in sorted(found.get_table_names()):
        name = quoted(table)
        if any(column["name"] == KEY for column in found.get_columns(table)):
            seen = f"{KEY} = current_setting('{SETTING}', true) or current_setting('{SETTING}', true) = '{EVERY}'"
            for statement in (
                f"alter table {name} enable row level security",
                f"alter table {name} force row level security",
                f"drop policy if exists {POLICY} on {name}",
                f"create policy {POLICY} on {name} using ({seen}) with check ({seen})",
            ):
                connection.exec_driver_sql(statement)
        if application is not None:
            rights = "select" if table in READ_ONLY else "select, insert"
            if table not in READ_ONLY | APPEND_ONLY:
                rights += ", update, delete"
            connection.exec_driver_sql(f"revoke all on {name} from {quoted(application)}")
            connection.exec_driver_sql(f"grant {rights} on {name} to {quoted(application)}")
    if application is not None:
        schema = quoted(connection.execute(text("select current_schema()")).scalar_one())
        connection.exec_driver_sql(f"grant usage on schema {schema} to {quoted(application)}")


def why_not_guarded(connection: Connection) -> str | None:
    """Why the guard does not hold for the role of this connection, or None; SQLite is not asked."""
    if connection.dialect.name != "postgresql":
        return None
    role = connection.execute(
        text("select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
    ).one()
    if role.rolsuper or role.rolbypassrls:
        return f"The role {role.rolname} is above row-level security."
    owned = connection.execute(
        text("select count(*) from pg_tables where schemaname = current_schema() and tableowner = current_user")
    ).scalar_one()
    return f"The role {role.rolname} owns the tables, and could lift their guard." if owned else None
