"""Datasets as packages in memory: read from the store once, kept for who asks next."""

from sqlalchemy.orm import Session

from app.disclosure.rule import coarse_package
from app.disclosure.sight import sees_all, view
from app.services import Services
from app.store import datasets
from geodata.package import Package, from_blob


def package_of(services: Services, session: Session, workspace_id: str, dataset_id: str) -> Package:
    """The package of a dataset of this workspace, coarse where the session may not see small counts; raises NotFound."""
    dataset = datasets.dataset(session, workspace_id, dataset_id)
    key = (workspace_id, f"{dataset.dataset_id}{view(session)}")

    def make() -> Package:
        package = from_blob(datasets.content(session, dataset))
        return package if sees_all(session) else _coarse(services, package)

    return services.packages.get(key, make)


def _coarse(services: Services, package: Package) -> Package:
    settings = services.settings
    secret = settings.key_pepper.get_secret_value()
    return coarse_package(package, threshold=settings.disclosure_threshold, secret=secret)
