"""Layers: a plan or a dataset as collections of map features, made from what is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.layer_columns import PlanAndToday, area_columns, flow_columns, site_columns
from geodata import layers as drawn
from geodata.package import Package

RUN_KINDS = ("areas", "sites", "flows")
DATASET_KINDS = ("areas", "sites")


@dataclass(frozen=True)
class Layer:
    """A collection of features: its id, and its frame (a GeoDataFrame in WGS84, one row per feature)."""

    collection_id: str
    frame: Any


def run_frame(outcome: Mapping[str, Any], package: Package, kind: str) -> Any:
    """A layer of an outcome that holds a plan, as a frame; `kind` is areas, sites or flows."""
    both = PlanAndToday.of(outcome, package)
    makers: dict[str, Callable[[], Any]] = {
        "areas": lambda: drawn.areas_layer(package, area_columns(both)),
        "sites": lambda: drawn.sites_layer(package, site_columns(both)),
        "flows": lambda: drawn.flows_layer(package, flow_columns(both)),
    }
    return makers[kind]()


def dataset_frame(package: Package, kind: str) -> Any:
    """A layer of the data as loaded, as a frame; `kind` is areas or sites."""
    if kind == "areas":
        return drawn.areas_layer(package, {"area_id": package.tables["areas"]["area_id"]})
    return drawn.sites_layer(package, {"site_id": package.tables["sites"]["site_id"]})
