"""A made-up region, loaded into a workspace with its scenario; for the demo also with a run of it, once."""

import tempfile
from pathlib import Path
from typing import Literal

from app.dataset_facts import facts_of
from app.loading import load
from app.settings import Settings
from app.store import datasets, runs, scenarios
from app.store.audit import Author, record
from app.store.datasets import NewDataset
from app.store.session import Store
from app.store.tables import Dataset, Scenario
from app.store.workspaces import LOCAL
from geodata.demo import demo_scenario, write_demo
from geodata.package import to_blob

Size = Literal["small", "region"]
SIZE: Size = "small"
SEED = 1
DEMO = Author("demo", "command line")


def load_made_up_region(settings: Settings) -> None:
    """Loads the small region into the local workspace and accepts a run of its scenario, unless there is one."""
    store = Store(settings.database_url)
    try:
        _, scenario = add_made_up_region(store, LOCAL, size=SIZE, seed=SEED, author=DEMO)
        with store.writing(LOCAL) as session:
            if any(each.scenario_id == scenario.scenario_id for each in runs.runs(session, LOCAL)):
                return
            written = scenario.written
            asked = {**written, "limits": {"seconds": settings.solve_seconds, **(written.get("limits") or {})}}
            runs.add(session, LOCAL, scenario_id=scenario.scenario_id, asked=asked)
    finally:
        store.close()


def add_made_up_region(
    store: Store, workspace_id: str, *, size: Size, seed: int, author: Author
) -> tuple[Dataset, Scenario]:
    """The region's dataset and its scenario in the workspace; those that are there already when it was loaded before."""
    with tempfile.TemporaryDirectory() as name:
        write_demo(Path(name), size, seed)
        package, warnings = load(Path(name))
    written = demo_scenario(size)
    with store.writing(workspace_id) as session:
        known = (each for each in datasets.datasets(session, workspace_id) if each.sha256 == package.sha256)
        dataset = next(known, None)
        if dataset is None:
            told = [warning.as_json() for warning in warnings]
            new = NewDataset(**facts_of(package), warnings=told, content=to_blob(package))
            dataset = datasets.add(session, workspace_id, new)
            made = {"number": dataset.number, "sha256": dataset.sha256}
            record(session, author, workspace_id, "dataset.load", dataset.dataset_id, detail=made)
        mine = (
            each
            for each in scenarios.scenarios(session, workspace_id)
            if each.dataset_id == dataset.dataset_id and each.written == written
        )
        scenario = next(mine, None)
        if scenario is None:
            scenario = scenarios.add(session, workspace_id, dataset_id=dataset.dataset_id, written=written)
            record(session, author, workspace_id, "scenario.add", scenario.scenario_id)
    return dataset, scenario
