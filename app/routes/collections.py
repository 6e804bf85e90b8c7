"""The index of a workspace's layers (OGC API - Features, Parts 1, 2 and 3)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app import json_text
from app.addresses import Link, workspace_address
from app.answer_kinds import JSON_OR_HTML, kind_of
from app.deps import Reading, ServicesDep, WorkspaceDep, principal
from app.html_pages.pages import collection_page, collections_page, conformance_page
from app.immutable import immutable, packed
from app.layers.collections_index import Collection, collection, collections, layer
from app.layers.links import HTML, JSON, SCHEMA_JSON, collection_links
from app.layers.queryables import queryables
from app.problem import problems
from app.schemas.collections import CollectionAnswer, CollectionList, Conformance
from geodata.crs import CRS84, SYSTEMS

router = APIRouter(prefix="/v1/workspaces/{workspace_id}", dependencies=[Depends(principal)], tags=["layers"])
Format = Annotated[str | None, Query(description="json or html; the Accept header decides otherwise.")]
PAGE: dict[int | str, dict[str, Any]] = {200: {"description": "JSON or a page", "content": {HTML: {}}}}
CLASSES = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
)


@router.get("/conformance", response_model=Conformance, responses={**PAGE, **problems(400, 404)})
def conformance(workspace: WorkspaceDep, request: Request, f: Format = None) -> Response:
    """The parts of the standards that the layers follow."""
    if kind_of(request, JSON_OR_HTML) == "html":
        base = workspace_address(request, workspace.workspace_id)
        return packed(request, conformance_page(base, workspace=workspace.title, classes=CLASSES), media_type=HTML)
    told = Conformance(conformsTo=list(CLASSES))
    return packed(request, told.model_dump_json().encode(), media_type=JSON)


@router.get("/collections", response_model=CollectionList, responses={**PAGE, **problems(400, 404)})
def list_collections(workspace: WorkspaceDep, session: Reading, request: Request, f: Format = None) -> Response:
    """Every layer of the workspace."""
    base = workspace_address(request, workspace.workspace_id)
    links = [
        Link(href=f"{base}/collections", rel="self", type=JSON, title="Layers"),
        Link(href=f"{base}/collections?f=html", rel="alternate", type=HTML, title="Layers as a page"),
    ]
    found = list(collections(session, workspace.workspace_id))
    if kind_of(request, JSON_OR_HTML) == "html":
        named = [(entry.collection_id, entry.title) for entry in found]
        page = collections_page(base, workspace=workspace.title, named=named, links=[_as_json(links[0]), *links[1:]])
        return packed(request, page, media_type=HTML)
    told = CollectionList(links=links, crs=list(SYSTEMS), collections=[_answer(entry, base) for entry in found])
    return packed(request, told.model_dump_json(exclude_none=True).encode(), media_type=JSON)


@router.get("/collections/{collection_id}", response_model=CollectionAnswer, responses={**PAGE, **problems(400, 404)})
def get_collection(
    workspace: WorkspaceDep,
    collection_id: str,
    session: Reading,
    services: ServicesDep,
    request: Request,
    f: Format = None,
) -> Response:
    """One layer's entry."""
    kind = kind_of(request, JSON_OR_HTML)
    entry = collection(session, workspace.workspace_id, collection_id)
    base = workspace_address(request, workspace.workspace_id)
    answer = _answer(entry, base)
    if kind == "html":
        frame = layer(services, session, entry).frame
        described = queryables(frame, address="", title=entry.title)["properties"]
        page = collection_page(
            base, workspace=workspace.title, title=entry.title, links=[_as_json(answer.links[0]), *answer.links[2:]],
            frame=frame, described=described,
        )  # fmt: skip
        return packed(request, page, media_type=HTML)
    return packed(request, answer.model_dump_json(exclude_none=True).encode(), media_type=JSON)


@router.get(
    "/collections/{collection_id}/queryables",
    response_class=Response,
    responses={
        200: {"description": "JSON Schema", "content": {SCHEMA_JSON: {"schema": {"type": "object"}}}},
        **problems(400, 404),
    },
)
def get_queryables(
    workspace: WorkspaceDep, collection_id: str, session: Reading, services: ServicesDep, request: Request,
    f: Annotated[str | None, Query(description="Always json.")] = None,
) -> Response:  # fmt: skip
    """The columns that a layer can be filtered by, as JSON Schema."""
    kind_of(request, {"json": (SCHEMA_JSON, JSON)})
    entry = collection(session, workspace.workspace_id, collection_id)
    address = f"{workspace_address(request, workspace.workspace_id)}/collections/{collection_id}/queryables"
    told = queryables(layer(services, session, entry).frame, address=address, title=entry.title)
    tag = f"{entry.tag}-{json_text.sha256(told)[:16]}"
    return immutable(request, json_text.compact(told), tag=tag, media_type=SCHEMA_JSON)


def _as_json(link: Link) -> Link:
    """The link of an answer to itself, on its page."""
    return Link(href=f"{link.href}?f=json", rel="alternate", type=JSON, title="The same as JSON")


def _answer(entry: Collection, base: str) -> CollectionAnswer:
    own = f"{base}/collections/{entry.collection_id}"
    extent = None if entry.box is None else {"spatial": {"bbox": [list(entry.box)], "crs": CRS84.uri}}
    return CollectionAnswer(
        id=entry.collection_id,
        title=entry.title,
        extent=extent,
        crs=list(SYSTEMS),
        storageCrs=CRS84.uri,
        links=collection_links(entry, own),
    )
