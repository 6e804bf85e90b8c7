"""What routes ask for by type: services, the principal who may, and the things that a path names."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.bodies import services_of
from app.errors import NotAllowed
from app.policy import LOCAL_PRINCIPAL, Principal
from app.services import Services
from app.store import comparisons, datasets, runs, scenarios, workspaces
from app.store.tables import Comparison, Dataset, Run, Scenario, Workspace


def principal(request: Request) -> Principal:
    """Who asks; raises NotAllowed when the table does not let them use this route."""
    asking = LOCAL_PRINCIPAL
    if not asking.may(request.method, request.scope["route"].path):
        raise NotAllowed("Your roles in this workspace do not include this.")
    return asking


def _reading(services: Annotated[Services, Depends(services_of)]) -> Iterator[Session]:
    with services.store.reading() as session:
        yield session


ServicesDep = Annotated[Services, Depends(services_of)]
Reading = Annotated[Session, Depends(_reading)]


def _workspace(session: Reading, workspace_id: str) -> Workspace:
    return workspaces.workspace(session, workspace_id)


WorkspaceDep = Annotated[Workspace, Depends(_workspace)]


def _dataset(session: Reading, workspace: WorkspaceDep, dataset_id: str) -> Dataset:
    return datasets.dataset(session, workspace.workspace_id, dataset_id)


def _scenario(session: Reading, workspace: WorkspaceDep, scenario_id: str) -> Scenario:
    return scenarios.scenario(session, workspace.workspace_id, scenario_id)


def _run(session: Reading, workspace: WorkspaceDep, run_id: str) -> Run:
    return runs.run(session, workspace.workspace_id, run_id)


def _comparison(session: Reading, workspace: WorkspaceDep, comparison_id: str) -> Comparison:
    return comparisons.comparison(session, workspace.workspace_id, comparison_id)


DatasetDep = Annotated[Dataset, Depends(_dataset)]
ScenarioDep = Annotated[Scenario, Depends(_scenario)]
RunDep = Annotated[Run, Depends(_run)]
ComparisonDep = Annotated[Comparison, Depends(_comparison)]
