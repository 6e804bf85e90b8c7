"""Datasets in the store: immutable snapshots, their bytes addressed by hash."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.ids import new_id
from app.store.tables import Blob, Dataset, Workspace


@dataclass(frozen=True)
class NewDataset:
    """What is kept of an accepted data package."""

    name: str
    title: str | None
    reference_date: str | None
    sha256: str
    counts: dict[str, Any]
    warnings: list[Any]
    box: list[float] | None
    content: bytes


def add(session: Session, workspace_id: str, new: NewDataset) -> Dataset:
    """Keeps a dataset under the workspace's next number; equal bytes are kept once."""
    session.scalars(select(Workspace).where(Workspace.workspace_id == workspace_id).with_for_update()).one()
    last = session.scalar(select(func.max(Dataset.number)).where(Dataset.workspace_id == workspace_id))
    blob_sha256 = hashlib.sha256(new.content).hexdigest()
    if session.get(Blob, (workspace_id, blob_sha256)) is None:
        session.add(Blob(workspace_id=workspace_id, sha256=blob_sha256, content=new.content))
        session.flush()
    made = Dataset(
        workspace_id=workspace_id,
        dataset_id=new_id(),
        number=(last or 0) + 1,
        name=new.name,
        title=new.title,
        reference_date=new.reference_date,
        sha256=new.sha256,
        blob_sha256=blob_sha256,
        counts=new.counts,
        warnings=new.warnings,
        box=new.box,
    )
    session.add(made)
    session.flush()
    return made


def dataset(session: Session, workspace_id: str, dataset_id: str) -> Dataset:
    """The dataset, or NotFound."""
    found = session.get(Dataset, (workspace_id, dataset_id))
    if found is None:
        raise NotFound("There is no such dataset in this workspace.")
    return found


def datasets(session: Session, workspace_id: str) -> list[Dataset]:
    """The workspace's datasets, newest first."""
    mine = select(Dataset).where(Dataset.workspace_id == workspace_id)
    return list(session.scalars(mine.order_by(Dataset.number.desc())))


def content(session: Session, dataset: Dataset) -> bytes:
    """The dataset's bytes; raises DamagedContentError when they are not what was stored."""
    blob = session.get_one(Blob, (dataset.workspace_id, dataset.blob_sha256))
    if hashlib.sha256(blob.content).hexdigest() != blob.sha256:
        raise DamagedContentError(f"The stored bytes of dataset {dataset.dataset_id} do not have their hash.")
    return blob.content


class DamagedContentError(Exception):
    """Stored bytes differ from what was stored; nothing is served from them."""
