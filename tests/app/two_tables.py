"""Two care tables on one service with accounts: each with data, a plan and a key per role; and calls as each of them."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi.testclient import TestClient

from app.accounts.api_key import hashed, new_key
from app.asking import answer
from app.dataset_facts import facts_of
from app.loading import load
from app.main import create_app
from app.policy import EVERY_ROLE
from app.settings import Settings
from app.store import (
    claims,
    comparisons,
    datasets,
    grants,
    keys,
    ledgers,
    outcomes,
    runs,
    scenarios,
    webhooks,
    workspaces,
)
from app.store.claims import Ending
from app.store.datasets import NewDataset
from app.store.ids import new_id
from app.store.row_security import EVERY
from app.store.session import Store
from geodata.demo import demo_scenario, write_demo
from geodata.package import to_blob

NORTH, SOUTH = "north", "south"
CANARY = "zebra"
"""In every name of the south's data: nobody else may ever read it."""
PEPPER = "a pepper of sixteen"
LEDGER: dict[str, Any] = {
    "name": "What we weigh",
    "objectives": [{"objective": "travel_time"}, {"objective": "changes"}],
    "criteria": [
        {
            "id": "C1", "criterion": "Acute obstetrics stays in the capital.", "reason": "It was promised.",
            "party": "province", "source": "council decision of 2025-03-01",
            "rule": {"rule": "lock", "site": "Z01", "care_type": "obstetrics", "state": "open"},
        },
        {
            "id": "C2", "criterion": "Enough births to stay able.", "reason": "Volume makes practice.",
            "party": "gynaecologists", "source": "professional standard, chapter 3",
            "rule": {"rule": "volume_norm", "care_type": "obstetrics", "at_least": 500, "bearer": "site"},
        },
        {
            "id": "C3", "criterion": "Room for training.", "reason": "Tomorrow's staff.", "party": "university",
            "source": "letter of 2025-04-12", "rule": None,
        },
    ],
}  # fmt: skip


@dataclass(frozen=True)
class CareTable:
    """A workspace with one dataset, scenario, run (ended, with a plan) and comparison, and the text of a key per role."""

    workspace_id: str
    ids: Mapping[str, str]
    keys: Mapping[str, str]


@dataclass(frozen=True)
class TwoTables:
    """The service and its two care tables."""

    client: TestClient
    store: Store
    north: CareTable
    south: CareTable

    def call(self, method: str, path: str, *, key: str | None = None, body: Any = None, **headers: str) -> Any:
        """One request, with a key if there is one."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            given["Authorization"] = f"Bearer {key}"
        return self.client.request(method, path, headers=given, json=body)


@contextmanager
def two_tables(database: str, folder: Path, **settings: Any) -> Iterator[TwoTables]:
    """The service over a migrated database, with its two care tables."""
    chosen = Settings(
        data_directory=folder, database_url=database, accounts=True, key_pepper=PEPPER, embedded_worker=False,
        **{"host_names": "testserver", "most_failed_sign_ins": 10_000, **settings},
    )  # fmt: skip
    store = Store(database)
    north, south = (_care_table(store, name) for name in (NORTH, SOUTH))
    north, south = _show(store, north, south)
    south, north = _show(store, south, north)
    with TestClient(create_app(chosen), raise_server_exceptions=False, follow_redirects=False) as client:
        yield TwoTables(client, store, north, south)
    store.close()


def key_for(store: Store, workspace_id: str, role: str, *, days: float = 1) -> str:
    """A new key of the workspace, as text."""
    key = new_key()
    with store.writing(workspace_id) as session:
        kept = hashed(key.secret, pepper=PEPPER)
        keys.add(session, workspace_id, key_id=key.key_id, name="tool", role=role, secret_sha256=kept, days=days)
    return key.text


def _show(store: Store, by: CareTable, to: CareTable) -> tuple[CareTable, CareTable]:
    """Shows a run of one care table to the other; both with the grant among their ids."""
    with store.writing(EVERY) as session:
        run = runs.run(session, by.workspace_id, by.ids["run_id"])
        grant_id = grants.add(session, run, to_workspace_id=to.workspace_id, days=1).grant_id
    return replace(by, ids={**by.ids, "grant_id": grant_id}), replace(to, ids={**to.ids, "shared_id": grant_id})


def _care_table(store: Store, workspace_id: str) -> CareTable:
    new, outcome, scenario = _solved(workspace_id)
    with store.writing(EVERY) as session:
        workspaces.add(session, workspace_id, title=f"The {workspace_id}")
        dataset = datasets.add(session, workspace_id, new)
        made = scenarios.add(session, workspace_id, dataset_id=dataset.dataset_id, written=scenario)
        ledger = ledgers.add(session, workspace_id, written=LEDGER)
        ledgers.lock(session, ledger)
        asked = [runs.add(session, workspace_id, scenario_id=made.scenario_id, asked=scenario) for _ in range(2)]
        for run in asked:
            ledgers.put_under(session, run)
    for _ in asked:
        with store.writing(EVERY) as session:
            claim = claims.claim_next(session, worker="test")
            assert claim is not None
            outcomes.publish(session, claim, Ending("successful", "optimal", "proof"), outcome)
    run_ids = [run.run_id for run in asked]
    with store.writing(workspace_id) as session:
        comparison = comparisons.add(session, workspace_id, name=f"{workspace_id} twice", run_ids=run_ids)
        webhook = webhooks.add(session, workspace_id, url="https://example.org/", secret=new_id())
    ids = {
        "workspace_id": workspace_id, "dataset_id": dataset.dataset_id, "scenario_id": made.scenario_id,
        "run_id": run_ids[0], "comparison_id": comparison.comparison_id, "ledger_id": ledger.ledger_id,
        "webhook_id": webhook.webhook_id, "collection_id": f"run-{run_ids[0]}-areas",
    }  # fmt: skip
    return CareTable(workspace_id, ids, {role: key_for(store, workspace_id, role) for role in sorted(EVERY_ROLE)})


@cache
def _solved(workspace_id: str) -> tuple[NewDataset, dict[str, Any], dict[str, Any]]:
    """A made-up region with the canary in its names when it is the south's, and its answer."""
    word = CANARY if workspace_id == SOUTH else "horse"
    scenario = {**demo_scenario("small"), "name": f"{word} scenario"}
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_demo(folder, "small", 1)
        for table in ("areas", "sites", "organisations"):
            _rename(folder / f"{table}.csv", word)
        package, _ = load(folder)
    outcome = answer(package, scenario, on_progress=lambda _: None)
    facts = {**facts_of(package), "name": f"{word} region"}
    return NewDataset(**facts, warnings=[], content=to_blob(package)), outcome, scenario


def _rename(path: Path, word: str) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "name": f"{word} {row['name']}"} for row in rows)
