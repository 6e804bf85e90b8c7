"""The index of a workspace's layers (OGC API - Features, Parts 1 and 2)."""

from fastapi import APIRouter, Depends, Request

from app.addresses import Link, workspace_address
from app.collections_index import Collection, collection, collections
from app.deps import Reading, WorkspaceDep, principal
from app.problem import problems
from app.schemas.collections import CollectionAnswer, CollectionList, Conformance
from geodata.crs import CRS84, SYSTEMS

router = APIRouter(prefix="/v1/workspaces/{workspace_id}", dependencies=[Depends(principal)], tags=["layers"])
GEOJSON = "application/geo+json"
CLASSES = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)


@router.get("/conformance", responses=problems(400, 404))
def conformance(workspace: WorkspaceDep) -> Conformance:
    """The parts of the standards that the layers follow."""
    return Conformance(conformsTo=list(CLASSES))


@router.get("/collections", responses=problems(400, 404), response_model_exclude_none=True)
def list_collections(workspace: WorkspaceDep, session: Reading, request: Request) -> CollectionList:
    """Every layer of the workspace."""
    base = workspace_address(request, workspace.workspace_id)
    link = Link(href=f"{base}/collections", rel="self", type="application/json", title="Layers")
    entries = [_answer(entry, base) for entry in collections(session, workspace.workspace_id)]
    return CollectionList(links=[link], crs=list(SYSTEMS), collections=entries)


@router.get("/collections/{collection_id}", responses=problems(400, 404), response_model_exclude_none=True)
def get_collection(workspace: WorkspaceDep, collection_id: str, session: Reading, request: Request) -> CollectionAnswer:
    """One layer's entry."""
    entry = collection(session, workspace.workspace_id, collection_id)
    return _answer(entry, workspace_address(request, workspace.workspace_id))


def _answer(entry: Collection, base: str) -> CollectionAnswer:
    own = f"{base}/collections/{entry.collection_id}"
    extent = None if entry.box is None else {"spatial": {"bbox": [list(entry.box)], "crs": CRS84.uri}}
    return CollectionAnswer(
        id=entry.collection_id,
        title=entry.title,
        extent=extent,
        crs=list(SYSTEMS),
        storageCrs=CRS84.uri,
        links=[
            Link(href=own, rel="self", type="application/json", title=entry.title),
            Link(href=f"{own}/items", rel="items", type=GEOJSON, title="Features"),
        ],
    )
