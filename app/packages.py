"""Datasets as packages in memory: read from the store once, kept for who asks next."""

from sqlalchemy.orm import Session

from app.services import Services
from app.store import datasets
from geodata.package import Package, from_blob


def package_of(services: Services, session: Session, workspace_id: str, dataset_id: str) -> Package:
    """The package of a dataset of this workspace; raises NotFound."""
    dataset = datasets.dataset(session, workspace_id, dataset_id)
    key = (workspace_id, dataset.dataset_id)
    return services.packages.get(key, lambda: from_blob(datasets.content(session, dataset)))
