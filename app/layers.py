"""Layers: a plan or a dataset as collections of map features, made from what is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.layer_columns import PlanAndToday, area_columns, flow_columns, site_columns
from geodata import layers as drawn
from geodata.package import Package

RUN_KINDS = ("areas", "sites", "flows")
DATASET_KINDS = ("areas", "sites")
TITLES = {
    "areas": "Areas: minutes today, in the plan, and the difference",
    "sites": "Sites: what they offer today and in the plan, volume, norm and margin",
    "flows": "Flows: who goes where in the plan",
}
DATASET_TITLES = {"areas": "Areas of the data", "sites": "Sites of the data"}


@dataclass(frozen=True)
class Layer:
    """A collection of features: its id, title and frame (WGS84, geometry in the column `geometry`)."""

    collection_id: str
    title: str
    frame: Any


def run_frames(outcome: Mapping[str, Any], package: Package) -> dict[str, Any]:
    """The frames of an outcome's plan by kind; empty when it holds no plan."""
    if not outcome.get("plan"):
        return {}
    both = PlanAndToday.of(outcome, package)
    return {kind: make(package, columns(both)) for kind, (columns, make) in _MAKERS.items()}


def run_frame(outcome: Mapping[str, Any], package: Package, kind: str) -> Any:
    """One frame of an outcome's plan."""
    columns, make = _MAKERS[kind]
    return make(package, columns(PlanAndToday.of(outcome, package)))


_MAKERS: dict[str, tuple[Callable[[PlanAndToday], Any], Callable[[Package, Any], Any]]] = {
    "areas": (area_columns, drawn.areas_layer),
    "sites": (site_columns, drawn.sites_layer),
    "flows": (flow_columns, drawn.flows_layer),
}
