"""What a caller wrote, made whole and held against the data: scenarios with their parents, runs with their limits."""

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from app.assemble import assemble
from app.errors import Finding, InvalidInput, NotFound, findings_from
from app.hard_stop import seconds_of
from app.json_patch import patched
from app.packages import package_of
from app.problem import findings_of
from app.provenance import question_sha256
from app.quota import ModelSize, demand_within, model_size, queue_of
from app.schemas.comparisons import ComparisonRequest
from app.schemas.runs import RunRequest
from app.schemas.scenarios import ScenarioRequest
from app.services import Services
from app.store import datasets, runs, scenarios
from app.store.tables import Scenario
from solver.scenario import InvalidScenario

Body = TypeVar("Body", bound=BaseModel)
OWN_FIELDS = ("dataset_id", "parent_id", "patch")


@dataclass(frozen=True)
class NewScenario:
    """A scenario as it will be kept."""

    dataset_id: str
    parent_id: str | None
    patch: Any
    written: dict[str, Any]


def written_scenario(session: Session, workspace_id: str, body: dict[str, Any]) -> NewScenario:
    """The scenario of a request: its own words, or its parent's with the patch; raises InvalidInput."""
    request = _request(ScenarioRequest, body)
    own = {key: value for key, value in body.items() if key not in OWN_FIELDS}
    if request.parent_id is None:
        if request.patch is not None:
            raise _at("patch", "There is no parent to patch.", "Name the parent_id, or write the scenario itself.")
        if request.dataset_id is None:
            raise _at("dataset_id", "It is missing.", "Name the dataset that the scenario is about.")
        dataset_id, written = request.dataset_id, own
    else:
        parent = _named(session, workspace_id, request.parent_id, "parent_id")
        dataset_id = request.dataset_id or parent.dataset_id
        written = {**(parent.written if request.patch is None else patched(parent.written, body["patch"])), **own}
    try:
        datasets.dataset(session, workspace_id, dataset_id)
    except NotFound:
        raise _at("dataset_id", "There is no such dataset in this workspace.", "Name one of its datasets.") from None
    return NewScenario(dataset_id, request.parent_id, body.get("patch"), written)


@dataclass(frozen=True)
class AskedRun:
    """A run as it will be kept: the scenario with the run's own question and limits, its queue, and its hash."""

    scenario_id: str
    asked: dict[str, Any]
    size: str
    question_sha256: str


def asked_run(session: Session, workspace_id: str, body: dict[str, Any], *, services: Services) -> AskedRun:
    """The run that a request asks for; raises InvalidInput."""
    request = _request(RunRequest, body)
    scenario = _named(session, workspace_id, request.scenario_id, "scenario_id")
    asked = dict(scenario.written)
    if request.question is not None:
        asked["question"] = request.question
    settings = services.settings
    asked["limits"] = {"seconds": settings.solve_seconds, **(asked.get("limits") or {}), **(request.limits or {})}
    size = validated(services, session, workspace_id, scenario.dataset_id, asked)
    if (seconds_of(asked) or 0.0) > settings.most_solve_seconds:
        most = f"{settings.most_solve_seconds:g}"
        raise _at("limits.seconds", f"More than {most} s.", f"Ask for at most {most} seconds.")
    data = datasets.dataset(session, workspace_id, scenario.dataset_id)
    return AskedRun(scenario.scenario_id, asked, queue_of(size, asked, settings), question_sha256(data.sha256, asked))


def asked_comparison(session: Session, workspace_id: str, body: dict[str, Any]) -> tuple[str, list[str]]:
    """The name and the runs of a comparison request; raises InvalidInput with every run that cannot take part."""
    request = _request(ComparisonRequest, body)
    found = [
        Finding(f"run_ids.{place}", "It is given twice.", "Give each run once.")
        for place, run_id in enumerate(request.run_ids)
        if run_id in request.run_ids[:place]
    ]
    names, contents = [], set()
    for place, run_id in enumerate(request.run_ids):
        try:
            run = runs.run(session, workspace_id, run_id)
        except NotFound:
            found.append(
                Finding(f"run_ids.{place}", "There is no such run in this workspace.", "Name one of its runs.")
            )
            continue
        if not run.has_plan:
            found.append(Finding(f"run_ids.{place}", "The run holds no plan.", "Name runs that hold a plan."))
        names.append(str(run.asked.get("name") or "scenario"))
        contents.add(runs.dataset_of(session, run).sha256)
    if len(contents) > 1:
        problem = "The plans are about different data, so that their differences would not be the plans' own."
        found.append(Finding("run_ids", problem, "Run the scenarios on one dataset, then compare those runs."))
    if found:
        raise InvalidInput("These runs cannot be compared.", found)
    return request.name or " / ".join(names)[:200], request.run_ids


def validated(
    services: Services, session: Session, workspace_id: str, dataset_id: str, written: dict[str, Any]
) -> ModelSize:
    """How large its model is; raises InvalidInput with every problem that it has with itself or with its dataset."""
    package = package_of(services, session, workspace_id, dataset_id)
    size = model_size(package.tables, written)
    demand_within(size, services.settings)
    try:
        assemble(package.tables, written)
    except InvalidScenario as invalid:
        raise InvalidInput("The scenario cannot be asked of this dataset.", findings_from(invalid.problems)) from None
    return size


def _named(session: Session, workspace_id: str, scenario_id: str, field: str) -> Scenario:
    try:
        return scenarios.scenario(session, workspace_id, scenario_id)
    except NotFound:
        raise _at(field, "There is no such scenario in this workspace.", "Name one of its scenarios.") from None


def _request(kind: type[Body], body: dict[str, Any]) -> Body:
    try:
        return kind.model_validate(body)
    except ValidationError as invalid:
        raise InvalidInput("The request is not valid.", findings_of(invalid)) from None


def _at(where: str, problem: str, fix: str) -> InvalidInput:
    return InvalidInput(f"{where}: {problem}", [Finding(where, problem, fix)])
