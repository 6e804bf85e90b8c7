"""A migrated database of each kind for tests that remember: SQLite always, PostgreSQL where one runs."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.store.migrate import migrate
from app.store.session import Store

POSTGRES = os.environ.get("CARE_LANDSCAPE_TEST_POSTGRES", "postgres@127.0.0.1:5432/test")


def _schema_of_its_own() -> Iterator[str]:
    """A PostgreSQL URL that sees one new, empty schema; dropped afterwards."""
    try:
        admin = psycopg.connect(f"postgresql://{POSTGRES}", autocommit=True, connect_timeout=2)
    except psycopg.OperationalError as unreachable:
        pytest.skip(f"no PostgreSQL at {POSTGRES} (CARE_LANDSCAPE_TEST_POSTGRES names another): {unreachable}")
    name = f"care_test_{secrets.token_hex(6)}"
    with admin:
        admin.execute(f"create schema {name}")
        yield f"postgresql+psycopg://{POSTGRES}?options=-csearch_path%3D{name}"
        admin.execute(f"drop schema {name} cascade")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite'}"
    else:
        yield from _schema_of_its_own()


@pytest.fixture
def database(empty_database: str) -> str:
    """The URL of a migrated database."""
    migrate(empty_database)
    return empty_database


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A store over a migrated database."""
    made = Store(database)
    yield made
    made.close()
