"""Rows as they lie in a database: copied from one to another of either kind, and hashed so that two can be compared."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Double, Table, TableClause, column, delete, func, insert, select, table, text

from app import json_text
from app.store.all_tables import METADATA
from app.store.columns import Moment

CHUNK = 500
MADE_BY_MIGRATING = ("audit_heads", "workspaces")
"""Tables in which a new database has rows: the local workspace and its empty log."""


@dataclass(frozen=True)
class Hashed:
    """How many rows a table has, and a hash of them all that no order of rows changes."""

    rows: int
    sha256: str


def hashes(connection: Connection) -> dict[str, Hashed]:
    """Every table's rows, counted and hashed; equal on both kinds of database when the rows are."""
    found = {}
    for each in METADATA.sorted_tables:
        digests = sorted(_digest(row) for row in _rows(connection, each))
        found[each.name] = Hashed(len(digests), hashlib.sha256(b"".join(digests)).hexdigest())
    return found


def copy(source: Connection, target: Connection) -> None:
    """Copies every row of every table into tables that hold none."""
    for each in METADATA.sorted_tables:
        chunk: list[dict[str, Any]] = []
        for row in _rows(source, each):
            chunk.append(row)
            if len(chunk) == CHUNK:
                target.execute(insert(_plain(each)), chunk)
                chunk = []
        if chunk:
            target.execute(insert(_plain(each)), chunk)


def is_new(connection: Connection) -> bool:
    """Whether the database holds nothing but what migrating puts into it."""
    rows = {each.name: connection.scalar(select(func.count()).select_from(each)) for each in METADATA.sorted_tables}
    acts = connection.scalar(select(func.max(METADATA.tables["audit_heads"].c.number)))
    return not acts and all(count == 0 or (name in MADE_BY_MIGRATING and count == 1) for name, count in rows.items())


def clear(connection: Connection) -> None:
    """Takes out what migrating put in; the owner lifts the log's guard for that, within this transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("alter table audit_heads disable trigger user"))
    guards = _sqlite_triggers(connection)
    for name in MADE_BY_MIGRATING:
        connection.execute(delete(METADATA.tables[name]))
    for statement in guards:
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        connection.execute(text("alter table audit_heads enable trigger user"))


def _sqlite_triggers(connection: Connection) -> list[str]:
    """Drops the guard of the log's head on SQLite and returns what makes it again."""
    if connection.dialect.name != "sqlite":
        return []
    found = connection.execute(
        text("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'audit_heads'")
    ).all()
    for name, _ in found:
        connection.exec_driver_sql(f'drop trigger "{name}"')
    return [str(sql) for _, sql in found]


def _rows(connection: Connection, each: Table) -> Iterator[dict[str, Any]]:
    """The rows; a row comes after the rows that it points to in the same table."""
    order = [each.c.created_at] if "created_at" in each.c else []
    asked = select(*_plain(each).c).order_by(*order, *each.primary_key.columns)
    for row in connection.execution_options(yield_per=CHUNK).execute(asked).mappings():
        yield dict(row)


def _plain(each: Table) -> TableClause:
    """The table with moments as the numbers that are kept, so that nothing is rounded on the way."""
    columns = [column(c.name, Double() if isinstance(c.type, Moment) else c.type) for c in each.columns]
    return table(each.name, *columns)


def _digest(row: Mapping[str, Any]) -> bytes:
    told = {
        name: hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value for name, value in row.items()
    }
    return hashlib.sha256(json_text.canonical(told)).digest()
