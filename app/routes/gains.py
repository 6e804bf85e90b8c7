"""Who gains and who loses by a run's plan, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app import json_text
from app.comparing.gains import gains_and_losses
from app.deps import Reading, RunDep, ServicesDep, principal
from app.disclosure.disclosed import without_small
from app.disclosure.sight import sees_all
from app.errors import Finding, InvalidInput, NotThereYet
from app.immutable import immutable
from app.layers.collections_index import plan_of
from app.packages import package_of
from app.problem import problems
from app.schemas.gains import GainsAndLosses
from app.store import runs
from app.version import VERSION

router = APIRouter(
    prefix="/v1/workspaces/{workspace_id}/runs/{run_id}", dependencies=[Depends(principal)], tags=["runs"]
)


@router.get("/gains-and-losses", response_model=GainsAndLosses, responses=problems(400, 404))
def get_gains_and_losses(
    run: RunDep,
    session: Reading,
    services: ServicesDep,
    request: Request,
    care_type: Annotated[str | None, Query(alias="careType", description="The scenario's first, if left out.")] = None,
    period: Annotated[str | None, Query(description="The scenario's last, if left out.")] = None,
    group: Annotated[str | None, Query(description="Count the inhabitants of this group alone.")] = None,
) -> Response:
    """Minutes, inhabitants and cases per region, cases per organisation, beside today's. It never changes."""
    if not run.has_plan:
        raise NotThereYet("The run holds no plan.")
    package = package_of(services, session, run.workspace_id, runs.dataset_of(session, run).dataset_id)
    plan = plan_of(services, session, run)
    asked = plan.outcome["scenario"]
    about = {
        "care_type": _known("careType", care_type or asked["care_types"][0], asked["care_types"]),
        "period": _known("period", period or asked["periods"][-1], asked["periods"]),
    }
    groups = sorted({str(each) for each in package.tables.get("population_groups", {}).get("group", ())})
    one = None if group is None else _known("group", group, groups)
    tag = json_text.sha256([run.run_id, *about.values(), one, VERSION])[:32]
    told = gains_and_losses(plan, package, **about, group=one)
    if not sees_all(session):
        told = without_small(told, threshold=services.settings.disclosure_threshold)
    return immutable(request, json_text.compact(told), tag=tag)


def _known(name: str, value: str, known: list[str]) -> str:
    if value not in known:
        fix = f"Use one of: {', '.join(known[:20]) or 'none'}."
        raise InvalidInput("The query is not valid.", [Finding(f"query.{name}", f"There is no {value[:100]}.", fix)])
    return value
