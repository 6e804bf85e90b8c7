"""Which layers a workspace has, and each of them when it is asked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.answers import working_outcome
from app.comparing.plans import LaidOut, laid_out
from app.comparing.side_by_side import side_by_side
from app.disclosure.disclosed import disclosed_frame, without_small
from app.disclosure.sight import sees_all, view
from app.errors import NotFound, NotThereYet
from app.layers.frames import (
    COMPARISON_KINDS,
    DATASET_KINDS,
    RUN_KINDS,
    Layer,
    comparison_frame,
    dataset_frame,
    run_frame,
)
from app.packages import package_of
from app.services import Services
from app.store import comparisons, datasets, runs
from app.store.tables import Comparison, Dataset, Run
from app.version import VERSION

NAME = re.compile(r"(?P<source>run|comparison|dataset)-(?P<id>[0-9a-z]+)-(?P<kind>[a-z]+)")
TITLES = {
    "run": {
        "areas": "{name}: minutes today and in the plan, per area",
        "sites": "{name}: what sites offer today and in the plan",
        "flows": "{name}: who goes where in the plan",
        "catchments": "{name}: the areas that each site serves in the plan",
        "moves": "{name}: what leaves which site and goes to which",
    },
    "comparison": {
        "areas": "{name}: minutes in each plan, per area",
        "sites": "{name}: what sites offer in each plan",
        "flows": "{name}: who goes where in each plan",
    },
    "dataset": {"areas": "{name}: areas", "sites": "{name}: sites", "regions": "{name}: region borders"},
}
Source = Run | Comparison | Dataset


@dataclass(frozen=True)
class Collection:
    """A layer's entry in the index: `tag` changes when its features could, and tells who may see them; keep by it."""

    collection_id: str
    title: str
    box: tuple[float, float, float, float] | None
    tag: str
    source: Source
    noun: str
    kind: str


def collections(session: Session, workspace_id: str) -> Iterator[Collection]:
    """Every layer of the workspace: of runs that hold a plan, of comparisons, then of datasets; newest first."""
    mine = {each.dataset_id: each for each in datasets.datasets(session, workspace_id)}
    for run, dataset_id in runs.with_plans(session, workspace_id):
        yield from (_of_run(session, run, mine[dataset_id], kind) for kind in RUN_KINDS)
    for each in comparisons.comparisons(session, workspace_id):
        data = runs.dataset_of(session, comparisons.runs_of(session, each)[0])
        yield from (_of_comparison(session, each, data, kind) for kind in COMPARISON_KINDS)
    for dataset in mine.values():
        yield from (_of_dataset(session, dataset, kind) for kind in DATASET_KINDS)


def collection(session: Session, workspace_id: str, collection_id: str) -> Collection:
    """One layer's entry; raises NotFound."""
    named = NAME.fullmatch(collection_id)
    if named is not None and named["kind"] in TITLES[named["source"]]:
        if named["source"] == "dataset":
            return _of_dataset(session, datasets.dataset(session, workspace_id, named["id"]), named["kind"])
        if named["source"] == "comparison":
            found = comparisons.comparison(session, workspace_id, named["id"])
            data = runs.dataset_of(session, comparisons.runs_of(session, found)[0])
            return _of_comparison(session, found, data, named["kind"])
        run = runs.run(session, workspace_id, named["id"])
        if run.has_plan:
            return _of_run(session, run, runs.dataset_of(session, run), named["kind"])
    raise NotFound("There is no such collection in this workspace.")


def layers_of_run(session: Session, run: Run) -> list[Collection]:
    """Every layer of a run; raises NotThereYet while it holds no plan."""
    if not run.has_plan:
        raise NotThereYet("The run holds no plan.")
    return [_of_run(session, run, runs.dataset_of(session, run), kind) for kind in RUN_KINDS]


def layers_of_comparison(session: Session, comparison: Comparison) -> list[Collection]:
    """Every layer of a comparison."""
    data = runs.dataset_of(session, comparisons.runs_of(session, comparison)[0])
    return [_of_comparison(session, comparison, data, kind) for kind in COMPARISON_KINDS]


def layer(services: Services, session: Session, entry: Collection) -> Layer:
    """The layer with its features, made once and kept while it is asked for.

    The one door through which features, tiles and files are made: what readers may not see is taken out here.
    """
    workspace_id = entry.source.workspace_id

    def frame() -> Any:
        made = _frame(services, session, entry)
        if sees_all(session):
            return made
        with services.store.reading(workspace_id) as seeing_all:
            whole = _frame(services, seeing_all, entry)
        return disclosed_frame(made, whole, threshold=services.settings.disclosure_threshold)

    key = (workspace_id, entry.tag)
    return services.layers.get(key, lambda: Layer(entry.collection_id, frame()))


def _frame(services: Services, session: Session, entry: Collection) -> Any:
    """The layer's frame, from the counts that the session may see."""
    source = entry.source
    if isinstance(source, Run):
        package = package_of(services, session, source.workspace_id, runs.dataset_of(session, source).dataset_id)
        return run_frame(plan_of(services, session, source).both, package, entry.kind)
    if isinstance(source, Comparison):
        return comparison_frame(*_plans_of(services, session, source), entry.kind)
    return dataset_frame(package_of(services, session, source.workspace_id, source.dataset_id), entry.kind)


def plan_of(services: Services, session: Session, run: Run) -> LaidOut:
    """The run's plan laid out; the run must hold one."""

    def make() -> LaidOut:
        package = package_of(services, session, run.workspace_id, runs.dataset_of(session, run).dataset_id)
        return laid_out(run.run_id, _name(run), working_outcome(services, session, run), package)

    return services.plans.get((run.workspace_id, f"{run.run_id}{view(session)}"), make)


def side_by_side_of(services: Services, session: Session, comparison: Comparison) -> dict[str, Any]:
    """Everything that a comparison tells about its plans, made once and kept while it is asked for."""
    key = (comparison.workspace_id, f"{comparison.comparison_id}{view(session)}")

    def make() -> dict[str, Any]:
        told = side_by_side(*_plans_of(services, session, comparison))
        if sees_all(session):
            return told
        hidden: dict[str, Any] = without_small(told, threshold=services.settings.disclosure_threshold)
        return hidden

    return services.comparisons.get(key, make)


def _plans_of(services: Services, session: Session, comparison: Comparison) -> tuple[list[LaidOut], Any]:
    laid = comparisons.runs_of(session, comparison)
    data = runs.dataset_of(session, laid[0])
    package = package_of(services, session, data.workspace_id, data.dataset_id)
    return [plan_of(services, session, run) for run in laid], package


def _name(run: Run) -> str:
    return str(run.asked.get("name") or "scenario")


def _of_run(session: Session, run: Run, data: Dataset, kind: str) -> Collection:
    return _entry(session, "run", run.run_id, kind, _name(run), data, run)


def _of_comparison(session: Session, comparison: Comparison, data: Dataset, kind: str) -> Collection:
    return _entry(session, "comparison", comparison.comparison_id, kind, comparison.name, data, comparison)


def _of_dataset(session: Session, data: Dataset, kind: str) -> Collection:
    return _entry(session, "dataset", data.dataset_id, kind, data.title or data.name, data, data)


def _entry(session: Session, noun: str, own_id: str, kind: str, name: str, data: Dataset, source: Source) -> Collection:
    title = TITLES[noun][kind].format(name=name)
    return Collection(
        f"{noun}-{own_id}-{kind}", title, _box(data), f"{own_id}-{kind}-{VERSION}{view(session)}", source, noun, kind
    )


def _box(data: Dataset) -> tuple[float, float, float, float] | None:
    box: list[Any] | None = data.box
    return None if box is None else (box[0], box[1], box[2], box[3])
