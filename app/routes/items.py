"""The features of a layer, page by page, in the reference system asked for (OGC API - Features, Parts 1, 2 and 3)."""

import hashlib
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from app.addresses import Link, workspace_address
from app.answer_kinds import FEATURES, kind_of
from app.deps import Reading, ServicesDep, WorkspaceDep, principal
from app.errors import NotFound
from app.html_pages.pages import item_page, items_page, layer_crumbs
from app.immutable import immutable, unchanged
from app.layers.collections_index import Collection, collection, layer
from app.layers.feature_query import DEFAULT_LIMIT, MOST_FEATURES, FeatureQuery, read_crs, read_query
from app.layers.features import columns_of, feature_texts, matching, properties_of, with_members
from app.layers.links import GEOJSON, HTML, JSON
from app.problem import problems
from geodata.crs import ReferenceSystem

PAGE = f"Features per page, default {DEFAULT_LIMIT}, at most {MOST_FEATURES}."
ON_A_PAGE = 25
"""Features on a page for people, unless they ask for more."""
PATH = "/collections/{collection_id}/items"
router = APIRouter(prefix="/v1/workspaces/{workspace_id}", dependencies=[Depends(principal)], tags=["layers"])
SCHEMA: dict[int | str, dict[str, Any]] = {
    200: {"description": "GeoJSON or a page", "content": {GEOJSON: {"schema": {"type": "object"}}, HTML: {}}}
}
Text = str | None
"""The query is read as a whole by feature_query; the parameters below are its documentation."""


@router.get(PATH, response_class=Response, responses={**SCHEMA, **problems(400, 404)})
def get_items(
    workspace: WorkspaceDep,
    collection_id: str,
    session: Reading,
    services: ServicesDep,
    request: Request,
    limit: Annotated[Text, Query(description=PAGE)] = None,
    offset: Annotated[Text, Query(description="Features to skip.")] = None,
    bbox: Annotated[Text, Query(description="Only features that meet this box.")] = None,
    bbox_crs: Annotated[Text, Query(alias="bbox-crs", description="The box's reference system.")] = None,
    crs: Annotated[Text, Query(description="The features' reference system; CRS84 by default.")] = None,
    datetime: Annotated[Text, Query(description="A moment or an interval; features have none, so all match.")] = None,
    filter_: Annotated[Text, Query(alias="filter", description="Only features that meet this CQL2 filter.")] = None,
    filter_lang: Annotated[Text, Query(alias="filter-lang", description="cql2-text (default) or cql2-json.")] = None,
    filter_crs: Annotated[
        Text, Query(alias="filter-crs", description="Of shapes in the filter; CRS84 by default.")
    ] = None,
    sortby: Annotated[Text, Query(description="Columns, comma-separated; a minus before those that descend.")] = None,
    skip_geometry: Annotated[Text, Query(alias="skipGeometry", description="true: columns alone.")] = None,
    f: Annotated[Text, Query(description="json or html; the Accept header decides otherwise.")] = None,
) -> Response:
    """A page of features; further query parameters are values that columns must have (care_type_id, period, ...)."""
    kind = kind_of(request, FEATURES)
    entry = collection(session, workspace.workspace_id, collection_id)
    tag = _tag(request, entry, kind)
    if (known := unchanged(request, tag)) is not None:
        return known
    base = workspace_address(request, workspace.workspace_id)
    own = f"{base}/collections/{collection_id}"
    frame = layer(services, session, entry).frame
    query = read_query(
        request.query_params, columns=columns_of(frame), usual=ON_A_PAGE if kind == "html" else DEFAULT_LIMIT
    )
    matched = matching(frame, query)
    rows = matched[query.offset : query.offset + query.limit]
    links = _links(own, request, query, len(matched), kind)
    if kind == "html":
        crumbs = layer_crumbs(
            base, workspace=workspace.title, collection_id=collection_id, title=entry.title, last="Features"
        )
        page = items_page(
            own, crumbs=crumbs, title=entry.title, links=links, frame=frame, told=properties_of(frame, rows), rows=rows,
            matched=len(matched), form={"filter": filter_ or "", "limit": str(query.limit)},
        )  # fmt: skip
        return immutable(request, page, tag=tag, media_type=HTML)
    texts = feature_texts(services.texts, entry, frame, rows, query.system, with_geometry=query.with_geometry)
    members = {
        "numberMatched": len(matched),
        "numberReturned": len(rows),
        "links": [link.model_dump(exclude_none=True) for link in links],
    }
    text = f'{{"type":"FeatureCollection","features":[{",".join(texts)}]}}'
    return _geojson(request, with_members(text, members), tag=tag, system=query.system)


@router.get(f"{PATH}/{{feature_id}}", response_class=Response, responses={**SCHEMA, **problems(400, 404)})
def get_item(
    workspace: WorkspaceDep,
    collection_id: str,
    feature_id: str,
    session: Reading,
    services: ServicesDep,
    request: Request,
    crs: Annotated[Text, Query(description="The feature's reference system; CRS84 by default.")] = None,
    f: Annotated[Text, Query(description="json or html; the Accept header decides otherwise.")] = None,
) -> Response:
    """One feature."""
    kind = kind_of(request, FEATURES)
    entry = collection(session, workspace.workspace_id, collection_id)
    base = workspace_address(request, workspace.workspace_id)
    own = f"{base}/collections/{collection_id}"
    system = read_crs(request.query_params)
    frame = layer(services, session, entry).frame
    row = int(feature_id) if feature_id.isascii() and feature_id.isdigit() and len(feature_id) < 10 else -1
    if not 0 <= row < len(frame):
        raise NotFound("There is no such feature in this collection.")
    this = f"{own}/items/{feature_id}"
    links = [
        Link(href=this, rel="self" if kind != "html" else "alternate", type=GEOJSON, title="This feature as GeoJSON"),
        Link(
            href=f"{this}?f=html",
            rel="self" if kind == "html" else "alternate",
            type=HTML,
            title="This feature as a page",
        ),
        Link(href=own, rel="collection", type=JSON, title="Its layer"),
    ]
    tag = _tag(request, entry, kind)
    if kind == "html":
        crumbs = layer_crumbs(
            base, workspace=workspace.title, collection_id=collection_id, title=entry.title, last=feature_id
        )
        (told,) = properties_of(frame, [row])
        title = f"{entry.title}: feature {feature_id}"
        page = item_page(crumbs=crumbs, title=title, links=links, frame=frame, row=row, told=told)
        return immutable(request, page, tag=tag, media_type=HTML)
    (feature,) = feature_texts(services.texts, entry, frame, [row], system)
    text = with_members(feature, {"links": [link.model_dump(exclude_none=True) for link in links]})
    return _geojson(request, text, tag=tag, system=system)


def _links(own: str, request: Request, query: FeatureQuery, matched: int, kind: str) -> list[Link]:
    """This page, the same in the other form, the one after, the one before, and the layer."""
    paging = ("limit", "offset", "f")
    given = [(name, value) for name, value in request.query_params.multi_items() if name not in paging]
    media_types = {"json": GEOJSON, "html": HTML}
    this = "html" if kind == "html" else "json"

    def at(offset: int, rel: str, title: str, form: str = this) -> Link:
        place = [("limit", str(query.limit)), ("offset", str(offset))]
        asked = urlencode([*given, *place, *([("f", form)] if "f" in request.query_params or form != "json" else [])])
        return Link(href=f"{own}/items?{asked}", rel=rel, type=media_types[form], title=title)

    other = "json" if this == "html" else "html"
    links = [
        at(query.offset, "self", "This page"),
        at(query.offset, "alternate", "This page as HTML" if other == "html" else "This page as GeoJSON", other),
    ]
    if query.offset + query.limit < matched:
        links.append(at(query.offset + query.limit, "next", "The next page"))
    if query.offset > 0:
        links.append(at(max(0, query.offset - query.limit), "prev", "The page before"))
    return [*links, Link(href=own, rel="collection", type=JSON, title="The layer")]


def _tag(request: Request, entry: Collection, kind: str) -> str:
    """Tells the layer, the form and the address under which the caller sees it, query included."""
    return f"{entry.tag}-{hashlib.sha256(f'{request.url}|{kind}'.encode()).hexdigest()[:16]}"


def _geojson(request: Request, text: bytes, *, tag: str, system: ReferenceSystem) -> Response:
    response = immutable(request, text, tag=tag, media_type=GEOJSON)
    response.headers["Content-Crs"] = f"<{system.uri}>"
    return response
