"""Vector tiles of the layers (OGC API - Tiles, Part 1)."""

import hashlib
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from app import json_text
from app.addresses import Link, workspace_address
from app.answer_kinds import kind_of
from app.deps import Reading, ServicesDep, WorkspaceDep, only_known_parameters, principal
from app.errors import NotFound
from app.immutable import immutable, packed, unchanged
from app.layers.collections_index import Collection, collection, layer
from app.layers.feature_query import CHOOSING, read_query
from app.layers.features import chosen_by, columns_of
from app.layers.links import JSON
from app.layers.tilesets import grids, short_tileset, tilejson, tileset
from app.problem import problems
from app.services import Services
from geodata.tiles import DEEPEST, MEDIA_TYPE, Tiling, matrix_sets

router = APIRouter(prefix="/v1/workspaces/{workspace_id}", dependencies=[Depends(principal)], tags=["layers"])
PATH = "/collections/{collection_id}/tiles"
GRID = f"{PATH}/{{tile_matrix_set_id}}"
OBJECT: dict[int | str, dict[str, Any]] = {200: {"content": {JSON: {"schema": {"type": "object"}}}}}
TILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The tile", "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    204: {"description": "Nothing is on this tile"},
}
ONLY_JSON = {"json": (JSON,)}
STRICT = [Depends(only_known_parameters)]
Text = str | None
Format = Annotated[Text, Query(description="json.")]


@router.get(
    "/tile-matrix-sets", response_class=Response, dependencies=STRICT, responses={**OBJECT, **problems(400, 404)}
)
def list_tile_matrix_sets(workspace: WorkspaceDep, request: Request, f: Format = None) -> Response:
    """The grids that tiles lie on."""
    kind_of(request, ONLY_JSON)
    base = f"{workspace_address(request, workspace.workspace_id)}/tile-matrix-sets"
    told = [
        {
            "id": grid,
            "title": matrix_sets()[grid].title or grid,
            "links": [Link(href=f"{base}/{grid}", rel="self", type=JSON, title=grid).model_dump(exclude_none=True)],
        }
        for grid in grids()
    ]
    return packed(request, json_text.compact({"tileMatrixSets": told}), media_type=JSON)


@router.get(
    "/tile-matrix-sets/{tile_matrix_set_id}",
    response_class=Response,
    dependencies=STRICT,
    responses={**OBJECT, **problems(400, 404)},
)
def get_tile_matrix_set(
    workspace: WorkspaceDep, tile_matrix_set_id: str, request: Request, f: Format = None
) -> Response:
    """One grid: its system, its levels, their scales and origins."""
    kind_of(request, ONLY_JSON)
    told = matrix_sets()[_grid(tile_matrix_set_id)].model_dump_json(exclude_none=True)
    return packed(request, told.encode(), media_type=JSON)


@router.get(PATH, response_class=Response, dependencies=STRICT, responses={**OBJECT, **problems(400, 404)})
def list_tilesets(
    workspace: WorkspaceDep, collection_id: str, session: Reading, request: Request, f: Format = None
) -> Response:
    """A layer's tilesets, one per grid."""
    kind_of(request, ONLY_JSON)
    entry = collection(session, workspace.workspace_id, collection_id)
    base = workspace_address(request, workspace.workspace_id)
    own = f"{base}/collections/{collection_id}"
    links = [Link(href=f"{own}/tiles", rel="self", type=JSON, title="Tilesets").model_dump(exclude_none=True)]
    told = {"links": links, "tilesets": [short_tileset(base, own, entry, grid) for grid in grids()]}
    return packed(request, json_text.compact(told), media_type=JSON)


@router.get(GRID, response_class=Response, responses={**OBJECT, **problems(400, 404)})
def get_tileset(
    workspace: WorkspaceDep,
    collection_id: str,
    tile_matrix_set_id: str,
    session: Reading,
    services: ServicesDep,
    request: Request,
    f: Annotated[Text, Query(description="json, or tilejson; that passes other parameters on to its tiles.")] = None,
) -> Response:
    """One tileset: where its tiles are and what its features tell."""
    kind = kind_of(request, {"json": (JSON,), "tilejson": ()})
    entry = collection(session, workspace.workspace_id, collection_id)
    grid = _grid(tile_matrix_set_id)
    base = workspace_address(request, workspace.workspace_id)
    own = f"{base}/collections/{collection_id}"
    frame = layer(services, session, entry).frame
    given = [(name, value) for name, value in request.query_params.multi_items() if name != "f"]
    if kind == "json":
        read_query(request.query_params, columns=frozenset(), own=("f",))
        told = tileset(base, own, entry, grid, frame)
    else:
        read_query(request.query_params, columns=columns_of(frame), own=CHOOSING)
        told = tilejson(own, entry, grid, frame, query=f"?{urlencode(given)}" if given else "")
    return packed(request, json_text.compact(told), media_type=JSON)


@router.get(
    f"{GRID}/{{tile_matrix}}/{{tile_row}}/{{tile_col}}",
    response_class=Response,
    responses={**TILE, **problems(400, 404)},
)
def get_tile(
    workspace: WorkspaceDep,
    collection_id: str,
    tile_matrix_set_id: str,
    tile_matrix: str,
    tile_row: str,
    tile_col: str,
    session: Reading,
    services: ServicesDep,
    request: Request,
    filter_: Annotated[Text, Query(alias="filter", description="Only features that meet this CQL2 filter.")] = None,
    filter_lang: Annotated[Text, Query(alias="filter-lang", description="cql2-text (default) or cql2-json.")] = None,
    filter_crs: Annotated[Text, Query(alias="filter-crs", description="Of shapes in the filter.")] = None,
    f: Annotated[Text, Query(description="mvt.")] = None,
) -> Response:
    """One tile; further query parameters are values that columns must have (care_type_id, period, ...)."""
    kind_of(request, {"mvt": (MEDIA_TYPE,)})
    entry = collection(session, workspace.workspace_id, collection_id)
    grid = _grid(tile_matrix_set_id)
    place = _place(grid, tile_matrix, tile_row, tile_col)
    asked = urlencode(sorted(request.query_params.multi_items()))
    tag = f"{entry.tag}-{hashlib.sha256(f'{grid}|{place}|{asked}'.encode()).hexdigest()[:16]}"
    if (known := unchanged(request, tag)) is not None:
        return known
    key = (workspace.workspace_id, entry.tag, grid, *place, asked)
    tile = services.tiles.get(key, lambda: _made(services, session, entry, grid, place, request))
    answer = immutable(request, tile, tag=tag, media_type=MEDIA_TYPE)
    if not tile:
        return Response(
            status_code=204, headers={name: answer.headers[name] for name in ("etag", "cache-control", "vary")}
        )
    return answer


def _made(
    services: Services, session: Reading, entry: Collection, grid: str, place: tuple[int, int, int], request: Request
) -> bytes:
    frame = layer(services, session, entry).frame
    query = read_query(request.query_params, columns=columns_of(frame), own=CHOOSING)
    chosen = chosen_by(frame, query) if query.values or query.tree is not None else None
    key = (entry.source.workspace_id, entry.tag, grid)
    laid = services.tilings.get(key, lambda: Tiling.of(frame, grid))
    return laid.tile(*place, layer=entry.kind, chosen=chosen)


def _grid(name: str) -> str:
    if name not in grids():
        raise NotFound(f"There is no such grid; use {' or '.join(grids())}.")
    return name


def _place(grid: str, level: str, row: str, column: str) -> tuple[int, int, int]:
    """Zoom level, row and column; raises NotFound outside the grid."""
    numbers = [
        int(each) if each.isascii() and each.isdigit() and len(each) < 10 else -1 for each in (level, row, column)
    ]
    z, y, x = numbers
    if not 0 <= z <= DEEPEST:
        raise NotFound(f"There is no such tile matrix; use 0 to {DEEPEST}.")
    matrix = matrix_sets()[grid].matrix(z)
    if not (0 <= y < matrix.matrixHeight and 0 <= x < matrix.matrixWidth):
        raise NotFound("There is no such tile in the matrix.")
    return z, y, x
