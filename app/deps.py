"""What routes ask for by type: services, who asks and what they may, and the things that a path names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session

from app.accounts.calling import caller, origin_of
from app.bodies import services_of
from app.disclosure.sight import answers_with, see
from app.errors import Finding, InvalidInput, NotAllowed, NotFound, NotSignedIn, TooMany
from app.policy import ANYBODY, LOCAL_PRINCIPAL, PLANS, POLICY, PUBLIC, Principal
from app.services import Services
from app.store import audit, comparisons, datasets, runs, scenarios, workspaces
from app.store.audit import REFUSED, Author
from app.store.row_security import EVERY
from app.store.tables import Comparison, Dataset, Run, Scenario, Workspace

ServicesDep = Annotated[Services, Depends(services_of)]


@dataclass(frozen=True)
class Asking:
    """Who asks, from where, and with which roles in the workspace of the path (none where the path names none)."""

    principal: Principal
    roles: frozenset[str]
    author: Author

    @property
    def sees_all(self) -> bool:
        """Planners and managers see small numbers; the others see what the disclosure rule leaves."""
        return bool(self.roles & PLANS)


def principal(request: Request, services: ServicesDep) -> Asking:
    """Who asks.

    Raises NotSignedIn for nobody we know, NotFound for a workspace in which they have no role (as for one that does not
    exist), and NotAllowed, with a line in the workspace's audit log, for a role that does not include this route.
    """
    method, path = request.method, request.scope["route"].path
    workspace_id: str | None = request.path_params.get("workspace_id")
    asking = _who(request, services, public=POLICY[method, path] is PUBLIC)
    author = Author(asking.name, origin_of(request), asking.on_behalf_of)
    if workspace_id is None:
        return Asking(asking, asking.everywhere, author)
    roles = asking.roles_in(workspace_id)
    if not roles:
        raise NotFound(workspaces.NONE)
    if not asking.may(method, path, workspace_id=workspace_id):
        with services.store.writing(workspace_id) as session:
            workspaces.workspace(session, workspace_id)
            audit.record(session, author, workspace_id, "route.use", f"{method} {path}", result=REFUSED)
        raise NotAllowed("Your roles in this workspace do not include this.")
    return Asking(asking, roles, author)


def _who(request: Request, services: Services, *, public: bool) -> Principal:
    if not services.settings.accounts:
        return LOCAL_PRINCIPAL
    return ANYBODY if public else caller(services, request)


AskingDep = Annotated[Asking, Depends(principal)]


def still_as_before(request: Request, services: Services, asking: Asking) -> bool:
    """Whether who asked is still let in with the same roles, for an answer that goes on for long."""
    try:
        now = _who(request, services, public=False)
    except (NotSignedIn, TooMany):
        return False
    return now.roles_in(request.path_params["workspace_id"]) == asking.roles


def _reading(request: Request, services: ServicesDep, asking: AskingDep) -> Iterator[Session]:
    """Within the workspace of the path, seeing what who asks may see; a route without one looks at all of them."""
    answers_with(request, whole=asking.sees_all)
    with services.store.reading(request.path_params.get("workspace_id", EVERY)) as session:
        see(session, whole=asking.sees_all)
        yield session


async def only_known_parameters(request: Request) -> None:
    """Raises InvalidInput for query parameters that the route does not have, rather than let them pass unheard."""
    known = _parameters(request.scope["route"])
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        fix = f"Use {', '.join(sorted(known))}." if known else "This place takes no parameters."
        findings = [Finding(f"query.{name[:100]}", "There is no such parameter.", fix) for name in unknown]
        raise InvalidInput("The query is not valid.", findings)


def _parameters(route: APIRoute) -> frozenset[str]:
    waiting, names = [route.dependant], set()
    while waiting:
        each = waiting.pop()
        names |= {field.alias for field in each.query_params}
        waiting += each.dependencies
    return frozenset(names)


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
