"""What every test may ask for: shared cases, random worlds that repeat themselves, databases of each kind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from app.store.migrate import migrate
from app.store.session import Store
from tests.databases import application_role, as_application, found_postgresql, own_schema

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=False)
settings.register_profile("explore", deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", derandomize=True, deadline=None, database=None, phases=[Phase.generate])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of cases and benchmarks with known answers, `../shared` beside the project."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the cases and benchmarks with known answers in ../shared, which is not here")
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL, as user@host:port/database."""
    with found_postgresql() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, of each kind, as its owner."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite'}"
    else:
        with own_schema(request.getfixturevalue("postgresql")) as url:
            yield url


@pytest.fixture
def database(empty_database: str) -> str:
    """The URL of a migrated database, as the service connects to it; `empty_database` is its owner's."""
    migrate(empty_database, application=application_role(empty_database))
    return as_application(empty_database)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A store over a migrated database."""
    made = Store(database)
    yield made
    made.close()
