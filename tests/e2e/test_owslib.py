"""OWSLib walks the layers as any OGC API Features client does: conformance, collections, items, filters, queryables."""

import warnings
from typing import Any

import pytest

from tests.e2e.conftest import Solved
from tests.e2e.service import Service

NATIONAL = "http://www.opengis.net/def/crs/EPSG/0/28992"


@pytest.fixture(scope="module")
def client(service: Service) -> Any:
    """OWSLib's client of the workspace."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own dependencies, at import
        from owslib.ogcapi.features import Features
    return Features(f"{service.address}/v1/workspaces/local/")


def test_owslib_finds_conformance_and_collections(client: Any, solved: Solved) -> None:
    assert any(name.endswith("ogcapi-features-1/1.0/conf/core") for name in client.conformance()["conformsTo"])
    assert f"run-{solved.run_id}-areas" in client.feature_collections()


def test_owslib_reads_pages_by_box_system_and_filter(client: Any, solved: Solved) -> None:
    layer = f"run-{solved.run_id}-areas"
    assert client.collection(layer)["id"] == layer
    assert "minutes_plan" in client.collection_queryables(layer)["properties"]
    page = client.collection_items(layer, limit=5, offset=5)
    assert [feature["id"] for feature in page["features"]] == [5, 6, 7, 8, 9]
    assert client.collection_item(layer, "7")["id"] == 7
    whole = client.collection_items(layer, limit=10000)
    near = client.collection_items(layer, limit=10000, bbox=[3.0, 50.0, 8.0, 54.0])
    assert near["numberMatched"] == whole["numberMatched"]
    chosen = client.collection_items(layer, limit=10000, filter="minutes_plan > 15")
    assert chosen["numberMatched"] == sum(each["properties"]["minutes_plan"] > 15 for each in whole["features"])
    national = client.collection_items(f"run-{solved.run_id}-sites", crs=NATIONAL)
    assert national["features"][0]["geometry"]["coordinates"][0] > 1000
