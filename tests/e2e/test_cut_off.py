"""Who is no longer let in hears nothing more, not even on what was begun before."""

import threading
import urllib.request
from pathlib import Path

from app.accounts.api_key import read_key
from app.store import keys
from app.store.migrate import migrate
from app.store.session import Store
from app.store.workspaces import LOCAL
from tests.app.two_tables import PEPPER, key_for
from tests.e2e.service import Service
from tests.e2e.torture import tiny_package


def test_the_events_of_a_run_end_when_the_key_that_follows_them_is_revoked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    migrate(url)
    store = Store(url)
    follower, other = (key_for(store, LOCAL, "planner") for _ in range(2))
    settings = {"database_url": url, "accounts": "true", "key_pepper": PEPPER, "embedded_worker": "false"}
    service = Service(tmp_path, settings, key=other)
    service.start()
    try:
        run_id = service.run(service.scenario_on(*tiny_package(tmp_path)))
        address = f"{service.address}/v1/workspaces/{LOCAL}/runs/{run_id}/events"
        streams = [urllib.request.Request(address, headers={"X-API-Key": key}) for key in (follower, other)]
        with urllib.request.urlopen(streams[0]) as followed, urllib.request.urlopen(streams[1]) as goes_on:
            staying = threading.Thread(target=goes_on.read)
            staying.start()
            found = read_key(follower)
            assert found is not None
            with store.writing(LOCAL) as session:
                keys.revoke(session, LOCAL, found.key_id)
            assert b"event: state" not in followed.read()
            assert staying.is_alive()
            assert service.call("POST", f"/runs/{run_id}/cancellation").status == 202
            staying.join()
    finally:
        service.end()
        store.close()
