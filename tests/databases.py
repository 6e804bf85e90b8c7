"""PostgreSQL for tests: the one that is named, the one that listens here, or one started from installed binaries."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

NAMED = "CARE_LANDSCAPE_TEST_POSTGRESQL"
"""Names another one, as user@host:port/database."""
HERE = "postgres@127.0.0.1:5432/test"
INSTALLED = Path("/usr/lib/postgresql")
LOOPBACK = "127.0.0.1"
APPLICATION = "_app"
ON_SQLITE = pytest.mark.parametrize("empty_database", ["sqlite"], indirect=True)
"""A test of what SQLite does in a way of its own."""
ON_POSTGRESQL = pytest.mark.parametrize("empty_database", ["postgresql"], indirect=True)
"""A test of what PostgreSQL alone does: SQLite has no row-level security, its file belongs to one service."""


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL of a test's own, which it may stop and start; everybody on this machine is trusted."""

    binaries: Path
    folder: Path
    port: int

    @property
    def address(self) -> str:
        """Where it listens, as user@host:port/database."""
        return f"postgres@{LOOPBACK}:{self.port}/postgres"

    def start(self, *, listen: str = LOOPBACK) -> None:
        """Starts it and waits until it answers; `listen` names its addresses, `*` all of them."""
        options = f"-p {self.port} -c listen_addresses={listen} -c unix_socket_directories={self.folder}"
        self._ctl("start", "-w", "-l", str(self.folder / "log.txt"), "-o", options)

    def restart_at_once(self) -> None:
        """Stops it as a power failure would, and starts it again."""
        self.stop(mode="immediate")
        self.start()

    def stop(self, *, mode: str = "immediate") -> None:
        """Stops it without waiting for its callers."""
        self._ctl("stop", "-w", "-m", mode)

    def _ctl(self, *words: str) -> None:
        _as_nobody_special([str(self.binaries / "pg_ctl"), "-D", str(self.folder / "data"), *words])


@contextmanager
def own_cluster(*, durable: bool = True, listen: str = LOOPBACK) -> Iterator[Cluster]:
    """A new cluster that runs while inside; skips the test where PostgreSQL's programs are not installed."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip(f"starting a PostgreSQL needs initdb and pg_ctl, on the PATH or below {INSTALLED}")
    folder = Path(tempfile.mkdtemp(prefix="care-landscape-postgresql-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        made = Cluster(binaries, folder, _free_port())
        initdb = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        _as_nobody_special([*initdb, "--locale=C", "--no-sync"])
        with (folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(f"fsync = {'on' if durable else 'off'}\nmax_connections = 200\n")
        if listen != LOOPBACK:
            with (folder / "data" / "pg_hba.conf").open("a") as trusted:
                trusted.write("host all all samenet trust\n")
        made.start(listen=listen)
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder)


@contextmanager
def found_postgresql() -> Iterator[str]:
    """The address of a PostgreSQL, as user@host:port/database; skips the test where there is none."""
    named = os.environ.get(NAMED)
    if named or _answers(HERE):
        yield named or HERE
        return
    with own_cluster(durable=False) as cluster:
        yield cluster.address


@contextmanager
def own_schema(address: str) -> Iterator[str]:
    """The URL of one new, empty schema in the database at the address, as its owner; dropped afterwards.

    Neither the owner nor the application's role (`as_application`) is above row-level security.
    """
    name = f"care_test_{secrets.token_hex(6)}"
    with psycopg.connect(f"postgresql://{address}", autocommit=True, connect_timeout=5) as admin:
        admin.execute(f"create role {name} login")
        admin.execute(f"create role {name}{APPLICATION} login")
        admin.execute(f"create schema {name} authorization {name}")
    yield f"postgresql+psycopg://{name}@{address.partition('@')[2]}?options=-csearch_path%3D{name}"
    with psycopg.connect(f"postgresql://{address}", autocommit=True, connect_timeout=5) as admin:
        admin.execute(f"drop schema {name} cascade")
        admin.execute(f"drop role {name}, {name}{APPLICATION}")


def application_role(owner_url: str) -> str | None:
    """The role that the service connects as beside this owner; SQLite has no roles."""
    url = make_url(owner_url)
    return f"{url.username}{APPLICATION}" if url.get_backend_name() == "postgresql" else None


def as_application(owner_url: str) -> str:
    """The same schema as the service connects to it: as a role that owns nothing."""
    role = application_role(owner_url)
    return make_url(owner_url).set(username=role).render_as_string() if role else owner_url


def _answers(address: str) -> bool:
    try:
        psycopg.connect(f"postgresql://{address}", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _binaries() -> Path | None:
    """The newest installed PostgreSQL's folder of programs that a test may run."""
    if os.geteuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        return None
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path for path in INSTALLED.glob("*/bin") if (path / "initdb").exists()]
    return max(versions, key=lambda path: float(path.parent.name), default=None)


def _as_nobody_special(command: list[str]) -> None:
    """Runs it to its end; PostgreSQL refuses to be run by root, so root becomes postgres for it."""
    user = "postgres" if os.geteuid() == 0 else None
    subprocess.run(
        command, check=True, user=user, cwd="/", stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        return int(free.getsockname()[1])
