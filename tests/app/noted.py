"""Small things put into a store for a test to look at."""

from sqlalchemy.orm import Session

from app.store import datasets, runs, scenarios
from app.store.datasets import NewDataset
from app.store.tables import Run
from app.store.workspaces import LOCAL


def new_dataset(name: str = "region", content: bytes = b"content") -> NewDataset:
    """What would be kept of a small data package."""
    return NewDataset(
        name=name, title=None, reference_date="2026-01-01", sha256="0" * 64, counts={"areas": 3}, warnings=[],
        box=[4.0, 52.0, 5.0, 53.0], content=content,
    )  # fmt: skip


def accepted_run(session: Session, workspace_id: str = LOCAL) -> Run:
    """A run that waits for a worker, over a dataset and scenario of its own."""
    dataset = datasets.add(session, workspace_id, new_dataset())
    scenario = scenarios.add(session, workspace_id, dataset_id=dataset.dataset_id, written={"name": "norm 50"})
    return runs.add(session, workspace_id, scenario_id=scenario.scenario_id, asked={"name": "norm 50"})
