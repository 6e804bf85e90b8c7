"""Whatever is killed, every accepted run is answered once; a worker that was asleep too long writes nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from app.store import claims, outcomes
from app.store.claims import Ending
from app.store.columns import now
from app.store.row_security import EVERY
from app.store.session import Store
from app.store.tables import Run
from tests.app.noted import accepted_run
from tests.databases import own_cluster, own_schema
from tests.e2e.torture import Figures, migrate, torture

KILLS = 30
"""On each database."""


def assert_kept_its_word(figures: Figures) -> None:
    assert figures.accepted >= 10
    told = (figures.lost, figures.answered_twice, figures.orphans)
    assert told == (0, 0, 0), figures.line()


def test_thirty_kills_on_sqlite_lose_nothing_answer_nothing_twice_and_leave_no_orphan(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'runs.sqlite'}"
    migrate(url)
    assert_kept_its_word(torture(tmp_path, url, kills=KILLS, jobs=10))


def test_thirty_kills_and_a_restart_of_postgresql_lose_nothing_either(tmp_path: Path) -> None:
    with own_cluster() as cluster, own_schema(cluster.address) as url:
        migrate(url)
        assert_kept_its_word(torture(tmp_path, url, kills=KILLS, restarts=1, cluster=cluster, jobs=10))


SLEEPER = """
import sys
from app.store import claims, outcomes
from app.store.claims import Ending
from app.store.row_security import EVERY
from app.store.session import Store

store = Store(sys.argv[1])
held = []
for _ in range(int(sys.argv[2])):
    with store.writing(EVERY) as session:
        held.append(claims.claim_next(session, worker="sleeper"))
print("asleep", flush=True)
sys.stdin.readline()
written = 0
for claim in held:
    with store.writing(EVERY) as session:
        alive = claims.beat(session, claim) is not None
        written += alive or outcomes.publish(session, claim, Ending("successful", "optimal", "proof"), {"plan": None})
print(written, flush=True)
"""


@pytest.mark.parametrize("many", [50])
def test_a_worker_paused_past_its_lease_and_resumed_cannot_write(store: Store, database: str, many: int) -> None:
    with store.writing(EVERY) as session:
        for _ in range(many):
            accepted_run(session)
    command = [sys.executable, "-c", SLEEPER, database, str(many)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as sleeper:
        assert sleeper.stdin is not None
        assert sleeper.stdout is not None
        assert sleeper.stdout.readline() == "asleep\n"
        os.kill(sleeper.pid, signal.SIGSTOP)
        with store.writing(EVERY) as session:
            session.execute(update(Run).values(heartbeat_at=now() - 60))
        with store.writing(EVERY) as session:
            assert claims.requeue_silent(session, lease_seconds=30, most_attempts=3) == many
        for _ in range(many):
            with store.writing(EVERY) as session:
                claim = claims.claim_next(session, worker="another")
                assert claim is not None
                assert outcomes.publish(session, claim, Ending("successful", "optimal", "proof"), {"plan": None})
        os.kill(sleeper.pid, signal.SIGCONT)
        sleeper.stdin.write("wake\n")
        sleeper.stdin.flush()
        assert sleeper.stdout.readline() == "0\n"
