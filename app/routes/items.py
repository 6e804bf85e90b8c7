"""The features of a layer, page by page, in the reference system asked for (OGC API - Features, Parts 1 and 2)."""

import hashlib
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from app.addresses import Link, workspace_address
from app.collections_index import collection, layer
from app.deps import Reading, ServicesDep, WorkspaceDep, principal
from app.errors import NotFound
from app.feature_query import DEFAULT_LIMIT, MOST_FEATURES, FeatureQuery, read_crs, read_query
from app.features import columns_of, matching, page, with_members
from app.immutable import immutable
from app.problem import problems
from app.routes.collections import GEOJSON

PAGE = f"Features per page, default {DEFAULT_LIMIT}, at most {MOST_FEATURES}."
PATH = "/collections/{collection_id}/items"
router = APIRouter(prefix="/v1/workspaces/{workspace_id}", dependencies=[Depends(principal)], tags=["layers"])
SCHEMA: dict[int | str, dict[str, Any]] = {
    200: {"description": "GeoJSON", "content": {GEOJSON: {"schema": {"type": "object"}}}}
}
"""The query is read as a whole by feature_query; the parameters below are its documentation."""


@router.get(PATH, response_class=Response, responses={**SCHEMA, **problems(400, 404)})
def get_items(
    workspace: WorkspaceDep,
    collection_id: str,
    session: Reading,
    services: ServicesDep,
    request: Request,
    limit: Annotated[str | None, Query(description=PAGE)] = None,
    offset: Annotated[str | None, Query(description="Features to skip.")] = None,
    bbox: Annotated[str | None, Query(description="Only features that meet this box.")] = None,
    bbox_crs: Annotated[str | None, Query(alias="bbox-crs", description="The box's reference system.")] = None,
    crs: Annotated[str | None, Query(description="The features' reference system; CRS84 by default.")] = None,
) -> Response:
    """A page of features; further query parameters are values that columns must have (care_type_id, period, ...)."""
    entry = collection(session, workspace.workspace_id, collection_id)
    own = f"{workspace_address(request, workspace.workspace_id)}/collections/{collection_id}"
    frame = layer(services, session, entry).frame
    query = read_query(request.query_params, columns=columns_of(frame))
    rows = matching(frame, query)
    features = page(frame, rows[query.offset : query.offset + query.limit], query.system)
    members = {
        "numberMatched": len(rows),
        "numberReturned": len(features),
        "links": [link.model_dump() for link in _links(own, request, query, len(rows))],
    }
    text = f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'
    return _geojson(request, with_members(text, members), tag=entry.tag, query=query)


@router.get(f"{PATH}/{{feature_id}}", response_class=Response, responses={**SCHEMA, **problems(400, 404)})
def get_item(
    workspace: WorkspaceDep,
    collection_id: str,
    feature_id: str,
    session: Reading,
    services: ServicesDep,
    request: Request,
    crs: Annotated[str | None, Query(description="The feature's reference system; CRS84 by default.")] = None,
) -> Response:
    """One feature."""
    entry = collection(session, workspace.workspace_id, collection_id)
    own = f"{workspace_address(request, workspace.workspace_id)}/collections/{collection_id}"
    frame = layer(services, session, entry).frame
    system = read_crs(request.query_params)
    row = int(feature_id) if feature_id.isascii() and feature_id.isdigit() and len(feature_id) < 10 else -1
    if not 0 <= row < len(frame):
        raise NotFound("There is no such feature in this collection.")
    (feature,) = page(frame, [row], system)
    links = [
        Link(href=f"{own}/items/{feature_id}", rel="self", type=GEOJSON, title="This feature"),
        Link(href=own, rel="collection", type="application/json", title="Its layer"),
    ]
    text = with_members(feature, {"links": [link.model_dump() for link in links]})
    return _geojson(request, text, tag=entry.tag, query=FeatureQuery(1, row, None, system, {}))


def _links(own: str, request: Request, query: FeatureQuery, matched: int) -> list[Link]:
    """This page, the one after, the one before, and the layer."""
    given = [(name, value) for name, value in request.query_params.multi_items() if name not in ("limit", "offset")]

    def at(offset: int, rel: str, title: str) -> Link:
        asked = urlencode([*given, ("limit", str(query.limit)), ("offset", str(offset))])
        return Link(href=f"{own}/items?{asked}", rel=rel, type=GEOJSON, title=title)

    links = [at(query.offset, "self", "This page")]
    if query.offset + query.limit < matched:
        links.append(at(query.offset + query.limit, "next", "The next page"))
    if query.offset > 0:
        links.append(at(max(0, query.offset - query.limit), "prev", "The page before"))
    return [*links, Link(href=own, rel="collection", type="application/json", title="The layer")]


def _geojson(request: Request, text: bytes, *, tag: str, query: FeatureQuery) -> Response:
    """GeoJSON that never changes; its tag also tells the page and the address under which the caller sees it."""
    asked = hashlib.sha256(f"{request.url}|{query}".encode()).hexdigest()[:16]
    response = immutable(request, text, tag=f"{tag}-{asked}", media_type=GEOJSON)
    response.headers["Content-Crs"] = f"<{query.system.uri}>"
    return response
