"""The made-up region of the demo, loaded into the local workspace with one run of its scenario, once."""

import tempfile
from pathlib import Path
from typing import Literal

from app.dataset_facts import facts_of
from app.loading import load
from app.settings import Settings
from app.store import datasets, runs, scenarios
from app.store.datasets import NewDataset
from app.store.session import Store
from app.store.workspaces import LOCAL
from geodata.demo import demo_scenario, write_demo
from geodata.package import to_blob

SIZE: Literal["small"] = "small"
SEED = 1


def load_made_up_region(settings: Settings) -> None:
    """Loads the region and accepts a run of its scenario, unless it was loaded before."""
    with tempfile.TemporaryDirectory() as name:
        write_demo(Path(name), SIZE, SEED)
        package, warnings = load(Path(name))
    facts = facts_of(package)
    store = Store(settings.database_url)
    try:
        with store.writing(LOCAL) as session:
            if any(each.sha256 == package.sha256 for each in datasets.datasets(session, LOCAL)):
                return
            told = [warning.as_json() for warning in warnings]
            new = NewDataset(**facts, warnings=told, content=to_blob(package))
            dataset = datasets.add(session, LOCAL, new)
            written = demo_scenario(SIZE)
            scenario = scenarios.add(session, LOCAL, dataset_id=dataset.dataset_id, written=written)
            asked = {**written, "limits": {"seconds": settings.solve_seconds, **(written.get("limits") or {})}}
            runs.add(session, LOCAL, scenario_id=scenario.scenario_id, asked=asked)
    finally:
        store.close()
