"""Layers to take away, and maps that open in their styles: files, MapLibre styles, QGIS projects."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app import json_text
from app.addresses import Link, workspace_address
from app.answer_kinds import Kinds, kind_of
from app.deps import AskingDep, ComparisonDep, Reading, RunDep, ServicesDep, WorkspaceDep, principal
from app.errors import Finding, InvalidInput, NotFound
from app.immutable import immutable, packed, unchanged
from app.layers.collections_index import Collection, collection, layer, layers_of_comparison, layers_of_run
from app.layers.feature_query import read_system
from app.layers.files import LAYER_KINDS, WHOLE_KINDS, file_name, file_of_layer, media_type_of, whole_file
from app.layers.links import JSON
from app.layers.maps import maplibre_style, parts_of, qgis_project
from app.problem import problems
from app.services import Services
from app.store.audit import Author, record
from geodata.excel_layers import TooManyRowsError
from geodata.qgis_project import zipped_project
from geodata.styling.classes import STYLES, Style
from geodata.styling.maplibre import layer_type, legend, paint
from geodata.styling.qgis import qml

router = APIRouter(prefix="/v1/workspaces/{workspace_id}", dependencies=[Depends(principal)], tags=["files"])
QML = "application/x-qgis-style"
STYLE_KINDS: Kinds = {"maplibre": ("application/vnd.mapbox.style+json", JSON), "qml": (QML,)}
MAP_KINDS: Kinds = {
    "maplibre": ("application/vnd.mapbox.style+json", JSON),
    "qgs": ("application/x-qgis-project",),
    "qgz": ("application/x-qgis-project+zip",),
}
Text = str | None
Crs = Annotated[Text, Query(description="The file's reference system; WGS84 by default.")]
OBJECT: dict[int | str, dict[str, Any]] = {200: {"content": {JSON: {"schema": {"type": "object"}}}}}


@dataclass(frozen=True)
class Taken:
    """What the audit log says of a file: who took it, and of which thing it is."""

    by: Author
    action: str
    thing: str


def _offers(kinds: Kinds) -> dict[int | str, dict[str, Any]]:
    """The documented answers of a route that gives one of these kinds."""
    binary, document = {"schema": {"type": "string", "format": "binary"}}, {"schema": {"type": "object"}}
    media_types = [types[0] for types in kinds.values()]
    content = {each: document if each.endswith("json") else binary for each in media_types}
    return {200: {"description": "The file", "content": content}}


@router.get(
    "/collections/{collection_id}/file",
    response_class=Response,
    responses={**_offers(LAYER_KINDS), **problems(400, 404)},
)
def get_layer_file(
    workspace: WorkspaceDep, collection_id: str, asking: AskingDep, session: Reading, services: ServicesDep,
    request: Request, f: Annotated[Text, Query(description=f"One of {', '.join(LAYER_KINDS)}.")] = None, crs: Crs = None,
) -> Response:  # fmt: skip
    """A whole layer as a file; a GeoPackage carries its QGIS styles. Taking one away is on record, as for all files here."""
    form, epsg = kind_of(request, LAYER_KINDS), read_system(crs).epsg
    entry = collection(session, workspace.workspace_id, collection_id)

    def make() -> bytes:
        return file_of_layer(entry, layer(services, session, entry).frame, form=form, epsg=epsg)

    name = file_name(collection_id, form, whole=False)
    media_type = media_type_of(LAYER_KINDS, form)
    taken = Taken(asking.author, "layer.export", collection_id)
    return _file(services, request, [entry], make, taken, form=form, epsg=epsg, media_type=media_type, name=name)


@router.get("/runs/{run_id}/file", response_class=Response, responses={**_offers(WHOLE_KINDS), **problems(400, 404)})
def get_plan_file(
    run: RunDep, asking: AskingDep, session: Reading, services: ServicesDep, request: Request,
    f: Annotated[Text, Query(description=f"One of {', '.join(WHOLE_KINDS)}.")] = None, crs: Crs = None,
) -> Response:  # fmt: skip
    """All layers of a plan: one GeoPackage, that with a QGIS project beside it, or a zip with a file per layer."""
    title, taken = str(run.asked.get("name") or "plan"), Taken(asking.author, "run.export", run.run_id)
    return _whole(
        services, session, request, layers_of_run(session, run), taken, title=title, own=f"run-{run.run_id}", crs=crs
    )


@router.get(
    "/comparisons/{comparison_id}/file",
    response_class=Response,
    responses={**_offers(WHOLE_KINDS), **problems(400, 404)},
)
def get_comparison_file(
    comparison: ComparisonDep, asking: AskingDep, session: Reading, services: ServicesDep, request: Request,
    f: Annotated[Text, Query(description=f"One of {', '.join(WHOLE_KINDS)}.")] = None, crs: Crs = None,
) -> Response:  # fmt: skip
    """All layers of a comparison, as those of a plan."""
    entries, own = layers_of_comparison(session, comparison), f"comparison-{comparison.comparison_id}"
    taken = Taken(asking.author, "comparison.export", comparison.comparison_id)
    return _whole(services, session, request, entries, taken, title=comparison.name, own=own, crs=crs)


@router.get("/runs/{run_id}/map", response_class=Response, responses={**_offers(MAP_KINDS), **problems(400, 404)})
def get_plan_map(
    run: RunDep, session: Reading, services: ServicesDep, request: Request,
    f: Annotated[Text, Query(description=f"One of {', '.join(MAP_KINDS)}.")] = None,
) -> Response:  # fmt: skip
    """A plan as a map in its styles: a MapLibre style over its tiles, or a QGIS project over its features."""
    title = str(run.asked.get("name") or "plan")
    return _map(services, session, request, layers_of_run(session, run), title=title, own=f"run-{run.run_id}")


@router.get(
    "/comparisons/{comparison_id}/map", response_class=Response, responses={**_offers(MAP_KINDS), **problems(400, 404)}
)
def get_comparison_map(
    comparison: ComparisonDep, session: Reading, services: ServicesDep, request: Request,
    f: Annotated[Text, Query(description=f"One of {', '.join(MAP_KINDS)}.")] = None,
) -> Response:  # fmt: skip
    """A comparison as a map, as that of a plan."""
    entries, own = layers_of_comparison(session, comparison), f"comparison-{comparison.comparison_id}"
    return _map(services, session, request, entries, title=comparison.name, own=own)


@router.get("/collections/{collection_id}/styles", response_class=Response, responses={**OBJECT, **problems(400, 404)})
def list_styles(workspace: WorkspaceDep, collection_id: str, session: Reading, request: Request) -> Response:
    """The ways to draw a layer, the usual one first, each with its legend."""
    entry = collection(session, workspace.workspace_id, collection_id)
    own = f"{workspace_address(request, workspace.workspace_id)}/collections/{collection_id}/styles"
    told = {"styles": [_short(style, own) for style in STYLES[entry.noun, entry.kind]]}
    return packed(request, json_text.compact(told), media_type=JSON)


@router.get(
    "/collections/{collection_id}/styles/{style_id}",
    response_class=Response,
    responses={**_offers(STYLE_KINDS), **problems(400, 404)},
)
def get_style(
    workspace: WorkspaceDep, collection_id: str, style_id: str, session: Reading, request: Request,
    f: Annotated[Text, Query(description="maplibre or qml.")] = None,
) -> Response:  # fmt: skip
    """One style: paint and legend for MapLibre, or QGIS's own document (QML)."""
    form = kind_of(request, STYLE_KINDS)
    entry = collection(session, workspace.workspace_id, collection_id)
    style = next((each for each in STYLES[entry.noun, entry.kind] if each.style_id == style_id), None)
    if style is None:
        raise NotFound("The layer has no such style.")
    if form == "qml":
        return packed(request, qml(style).encode(), media_type=QML)
    told = {"type": layer_type(style), "paint": paint(style), "legend": legend(style), "title": style.title}
    return packed(request, json_text.compact(told), media_type=STYLE_KINDS[form][0])


def _short(style: Style, own: str) -> dict[str, Any]:
    address = f"{own}/{style.style_id}"
    links = [
        Link(href=f"{address}?f=maplibre", rel="stylesheet", type=STYLE_KINDS["maplibre"][0], title=style.title),
        Link(href=f"{address}?f=qml", rel="stylesheet", type=QML, title=style.title),
    ]
    shown = [link.model_dump(exclude_none=True) for link in links]
    return {"id": style.style_id, "title": style.title, "column": style.column, "legend": legend(style), "links": shown}


def _whole(
    services: Services, session: Reading, request: Request, entries: Sequence[Collection], taken: Taken, *, title: str,
    own: str, crs: str | None,
) -> Response:  # fmt: skip
    form, epsg = kind_of(request, WHOLE_KINDS), read_system(crs).epsg

    def make() -> bytes:
        return whole_file(
            entries, lambda entry: layer(services, session, entry).frame, title=title, form=form, epsg=epsg
        )

    name = file_name(own, form, whole=True)
    media_type = media_type_of(WHOLE_KINDS, form)
    return _file(services, request, entries, make, taken, form=form, epsg=epsg, media_type=media_type, name=name)


def _file(
    services: Services, request: Request, entries: Sequence[Collection], make: Callable[[], bytes], taken: Taken, *,
    form: str, epsg: int, media_type: str, name: str,
) -> Response:  # fmt: skip
    """The file, made once and kept while it is asked for; that it was taken is on record, unless the caller holds it."""
    workspace_id = entries[0].source.workspace_id
    told = f"{[entry.tag for entry in entries]}|{request.url.path}|{form}|{epsg}"
    tag = hashlib.sha256(told.encode()).hexdigest()[:32]
    if (known := unchanged(request, tag)) is not None:
        return known
    try:
        content = services.files.get((workspace_id, tag), make)
    except TooManyRowsError as too_many:
        finding = Finding("query.f", str(too_many), "ask f=csv or f=geopackage")
        raise InvalidInput("The layers do not fit in this format.", [finding]) from too_many
    with services.store.writing(workspace_id) as writing:
        record(writing, taken.by, workspace_id, taken.action, taken.thing, detail={"form": form, "epsg": epsg})
    response = immutable(request, content, tag=tag, media_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _map(
    services: Services, session: Reading, request: Request, entries: Sequence[Collection], *, title: str, own: str
) -> Response:
    form = kind_of(request, MAP_KINDS)
    base = workspace_address(request, entries[0].source.workspace_id)
    parts = parts_of(entries, {entry.kind: layer(services, session, entry).frame for entry in entries})
    if form == "maplibre":
        content = json_text.compact(maplibre_style(base, title, parts))
    else:
        content = qgis_project(base, title, parts)
        content = zipped_project(content, own) if form == "qgz" else content
    response = packed(request, content, media_type=MAP_KINDS[form][0])
    if form != "maplibre":
        response.headers["Content-Disposition"] = f'attachment; filename="{own}.{form}"'
    return response
