"""Which layers a workspace has, and each of them when it is asked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app import json_text
from app.errors import NotFound
from app.layers import DATASET_KINDS, RUN_KINDS, Layer, dataset_frame, run_frame
from app.packages import package_of
from app.services import Services
from app.store import datasets, outcomes, runs
from app.store.tables import Dataset, Run

NAME = re.compile(r"(?P<source>run|dataset)-(?P<id>[0-9a-z]+)-(?P<kind>[a-z]+)")
RUN_TITLES = {
    "areas": "{name}: minutes today and in the plan, per area",
    "sites": "{name}: what sites offer today and in the plan",
    "flows": "{name}: who goes where in the plan",
}
DATASET_TITLES = {"areas": "{name}: areas", "sites": "{name}: sites"}


@dataclass(frozen=True)
class Collection:
    """A layer's entry in the index: `tag` changes when its features could."""

    collection_id: str
    title: str
    box: tuple[float, float, float, float] | None
    tag: str
    source: Run | Dataset
    kind: str


def collections(session: Session, workspace_id: str) -> Iterator[Collection]:
    """Every layer of the workspace: of runs that hold a plan, newest first, then of datasets."""
    mine = {each.dataset_id: each for each in datasets.datasets(session, workspace_id)}
    for run, dataset_id in runs.with_plans(session, workspace_id):
        yield from (_of_run(run, mine[dataset_id], kind) for kind in RUN_KINDS)
    for dataset in mine.values():
        yield from (_of_dataset(dataset, kind) for kind in DATASET_KINDS)


def collection(session: Session, workspace_id: str, collection_id: str) -> Collection:
    """One layer's entry; raises NotFound."""
    named = NAME.fullmatch(collection_id)
    if named is not None and named["source"] == "run" and named["kind"] in RUN_KINDS:
        run = runs.run(session, workspace_id, named["id"])
        if run.has_plan:
            return _of_run(run, runs.dataset_of(session, run), named["kind"])
    if named is not None and named["source"] == "dataset" and named["kind"] in DATASET_KINDS:
        return _of_dataset(datasets.dataset(session, workspace_id, named["id"]), named["kind"])
    raise NotFound("There is no such collection in this workspace.")


def layer(services: Services, session: Session, entry: Collection) -> Layer:
    """The layer with its features, made once and kept while it is asked for."""
    source = entry.source

    def make() -> Layer:
        if isinstance(source, Run):
            dataset_id = runs.scenario_of(session, source).dataset_id
            package = package_of(services, session, source.workspace_id, dataset_id)
            text, _ = outcomes.outcome_text(session, source)
            frame = run_frame(json_text.parse_object(text, called="outcome"), package, entry.kind)
        else:
            frame = dataset_frame(package_of(services, session, source.workspace_id, source.dataset_id), entry.kind)
        return Layer(entry.collection_id, frame)

    return services.layers.get((source.workspace_id, entry.collection_id), make)


def _of_run(run: Run, data: Dataset, kind: str) -> Collection:
    title = RUN_TITLES[kind].format(name=run.asked.get("name") or "scenario")
    return Collection(f"run-{run.run_id}-{kind}", title, _box(data), f"{run.run_id}-{kind}", run, kind)


def _of_dataset(data: Dataset, kind: str) -> Collection:
    title = DATASET_TITLES[kind].format(name=data.title or data.name)
    return Collection(f"dataset-{data.dataset_id}-{kind}", title, _box(data), f"{data.dataset_id}-{kind}", data, kind)


def _box(data: Dataset) -> tuple[float, float, float, float] | None:
    box: list[Any] | None = data.box
    return None if box is None else (box[0], box[1], box[2], box[3])
