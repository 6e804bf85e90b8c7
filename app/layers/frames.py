"""Layers: a plan, a comparison or a dataset as collections of map features, made from what is stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.comparing.columns import compared_areas, compared_flows, compared_sites
from app.comparing.plans import LaidOut
from app.layers.columns import Columns, PlanAndToday, area_columns, flow_columns, site_columns
from app.layers.move_columns import catchment_columns, move_columns
from app.layers.people_columns import inhabitants_by_group
from geodata import layers as drawn
from geodata.merged_areas import merged_layer
from geodata.package import Package
from geodata.regions import area_memberships

RUN_KINDS = ("areas", "sites", "flows", "catchments", "moves")
COMPARISON_KINDS = ("areas", "sites", "flows")
DATASET_KINDS = ("areas", "sites", "regions")


@dataclass(frozen=True)
class Layer:
    """A collection of features: its id, and its frame (a GeoDataFrame in WGS84, one row per feature)."""

    collection_id: str
    frame: Any


def run_frame(both: PlanAndToday, package: Package, kind: str) -> Any:
    """A layer of a plan beside today, as a frame; `kind` is one of RUN_KINDS."""
    makers: dict[str, Callable[[], Any]] = {
        "areas": lambda: _areas(package, area_columns(both)),
        "sites": lambda: drawn.sites_layer(package, site_columns(both)),
        "flows": lambda: drawn.flows_layer(package, flow_columns(both)),
        "catchments": lambda: merged_layer(package, *catchment_columns(both)),
        "moves": lambda: drawn.moves_layer(package, move_columns(both)),
    }
    return makers[kind]()


def comparison_frame(plans: Sequence[LaidOut], package: Package, kind: str) -> Any:
    """A layer of plans side by side, as a frame; `kind` is one of COMPARISON_KINDS."""
    makers: dict[str, Callable[[], Any]] = {
        "areas": lambda: _areas(package, compared_areas(plans)),
        "sites": lambda: drawn.sites_layer(package, compared_sites(plans)),
        "flows": lambda: drawn.flows_layer(package, compared_flows(plans)),
    }
    return makers[kind]()


def dataset_frame(package: Package, kind: str) -> Any:
    """A layer of the data as loaded, as a frame; `kind` is one of DATASET_KINDS."""
    if kind == "areas":
        return _areas(package, {"area_id": package.tables["areas"]["area_id"]})
    if kind == "regions":
        return _regions(package)
    return drawn.sites_layer(package, {"site_id": package.tables["sites"]["site_id"]})


def _areas(package: Package, columns: Columns) -> Any:
    """The areas with their inhabitants by group behind what the columns say."""
    row = {area: place for place, area in enumerate(package.tables["areas"]["area_id"].tolist())}
    at = [row[area] for area in columns["area_id"].tolist()]
    groups = {name: persons[at] for name, persons in inhabitants_by_group(package).items()}
    return drawn.areas_layer(package, {**columns, **groups})


def _regions(package: Package) -> Any:
    """Region borders: one row per region of areas, with how many areas and inhabitants it has."""
    table = area_memberships(package)
    areas = package.tables["areas"]
    if "population" in areas:
        table = table.assign(
            population=table["area_id"].map(dict(zip(areas["area_id"], areas["population"], strict=True)))
        )
    regions = table.groupby(["region_kind", "region_id"], sort=True)
    members = [ids.to_numpy(dtype=object) for _, ids in regions["area_id"]]
    columns = {
        "region_kind": table.iloc[[rows[0] for rows in regions.indices.values()]]["region_kind"].to_numpy(dtype=object),
        "region_id": table.iloc[[rows[0] for rows in regions.indices.values()]]["region_id"].to_numpy(dtype=object),
        "areas": regions.size().to_numpy(),
    }
    if "population" in table:
        columns["population"] = regions["population"].agg(lambda persons: persons.sum(skipna=False)).to_numpy()
    return merged_layer(package, columns, members)
