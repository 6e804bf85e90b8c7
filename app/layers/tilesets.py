"""Tilesets of a layer and the grids they lie on, as OGC API - Tiles and TileJSON describe them."""

from typing import Any

from app.addresses import Link
from app.layers.collections_index import Collection
from app.layers.links import JSON, REL
from app.layers.queryables import queryables
from geodata.crs import CRS84
from geodata.tiles import DEEPEST, EPSG, MEDIA_TYPE, matrix_sets

TITLE = "Vector tiles"
DIMENSIONS = {"point": 0, "linestring": 1, "polygon": 2}


def grid_links(base: str, own: str, grid: str) -> list[Link]:
    """The links of a tileset: itself, its grid, its tiles."""
    address = f"{own}/tiles/{grid}"
    return [
        Link(href=address, rel="self", type=JSON, title=f"{TITLE} ({grid})"),
        Link(href=f"{address}?f=tilejson", rel="alternate", type=JSON, title="The same as TileJSON"),
        Link(href=f"{base}/tile-matrix-sets/{grid}", rel=f"{REL}/tiling-scheme", type=JSON, title=grid),
        Link(
            href=f"{address}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", rel="item", type=MEDIA_TYPE, title="Tiles",
            templated=True,
        ),
    ]  # fmt: skip


def short_tileset(base: str, own: str, entry: Collection, grid: str) -> dict[str, Any]:
    """A tileset's entry in the list of a layer's tilesets."""
    return {
        "title": entry.title,
        "dataType": "vector",
        "crs": f"http://www.opengis.net/def/crs/EPSG/0/{EPSG[grid]}",
        "tileMatrixSetId": grid,
        "links": [link.model_dump(exclude_none=True) for link in grid_links(base, own, grid)],
    }


def tileset(base: str, own: str, entry: Collection, grid: str, frame: Any) -> dict[str, Any]:
    """A tileset's metadata, with what its features tell."""
    schema = queryables(frame, address=f"{own}/queryables", title=entry.title)
    shape = str(schema["properties"].pop("geometry")["format"]).removeprefix("geometry-")
    layer: dict[str, Any] = {"id": entry.kind, "dataType": "vector", "propertiesSchema": schema}
    if shape in DIMENSIONS:
        layer["geometryDimension"] = DIMENSIONS[shape]
    told = {**short_tileset(base, own, entry, grid), "layers": [layer]}
    if entry.box is not None:
        west, south, east, north = entry.box
        told["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84.uri}
    return told


def tilejson(own: str, entry: Collection, grid: str, frame: Any, *, query: str) -> dict[str, Any]:
    """The tileset as TileJSON 3.0; `query` goes with every tile."""
    properties = queryables(frame, address="", title="")["properties"]
    fields = {
        name: str(told.get("description", told["title"])) for name, told in properties.items() if name != "geometry"
    }
    told: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": entry.title,
        "tiles": [f"{own}/tiles/{grid}/{{z}}/{{y}}/{{x}}{query}"],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "vector_layers": [{"id": entry.kind, "fields": fields}],
    }
    return {**told, "bounds": list(entry.box)} if entry.box is not None else told


def grids() -> list[str]:
    """The names of the grids."""
    return list(matrix_sets())
