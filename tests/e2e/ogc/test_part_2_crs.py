"""OGC API - Features, Part 2 (18-058r1), Annex A: one test per requirement, named by it."""

import pytest
from pyproj import Transformer

from tests.e2e.ogc.conftest import Layers
from tests.e2e.test_refusals import is_problem

EPSG = "http://www.opengis.net/def/crs/EPSG/0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SYSTEMS = [CRS84, *(f"{EPSG}/{code}" for code in (28992, 4258, 4326, 3857))]


def place(layers: Layers, system: str) -> list[float]:
    """Where the first site is, in a reference system."""
    coordinates: list[float] = layers.items(f"limit=1&crs={system}", "sites")["features"][0]["geometry"]["coordinates"]
    return coordinates


def test_req_crs_fc_md_crs_list_and_fc_md_storage_crs(layers: Layers) -> None:
    entry = layers.get(layers.layer()).json
    assert entry["crs"] == SYSTEMS
    assert entry["storageCrs"] == CRS84


def test_req_crs_fc_md_crs_list_global(layers: Layers) -> None:
    assert layers.get("/collections").json["crs"] == SYSTEMS


@pytest.mark.parametrize("name", ["crs", "bbox-crs"])
def test_req_crs_fc_crs_definition_and_fc_bbox_crs_definition(layers: Layers, name: str) -> None:
    operation = layers.get("/v1/openapi.json").json["paths"][
        "/workspaces/{workspace_id}/collections/{collection_id}/items"
    ]["get"]
    (told,) = [each for each in operation["parameters"] if each["name"] == name]
    assert told["schema"] == {"type": "string", "format": "uri", "enum": SYSTEMS, "default": CRS84}


@pytest.mark.parametrize("parameter", ["crs", "bbox-crs"])
def test_req_crs_fc_crs_valid_value_and_fc_bbox_crs_valid_value(layers: Layers, parameter: str) -> None:
    query = f"bbox=5,52,6,53&{parameter}={EPSG}/32631"
    assert is_problem(layers.get(f"{layers.layer()}/items?{query}"), 400)


def test_req_crs_fc_crs_default_value_and_ogc_crs_header(layers: Layers) -> None:
    for path in (f"{layers.layer()}/items", f"{layers.layer()}/items/0"):
        usual = layers.get(path)
        assert usual.headers["content-crs"] == f"<{CRS84}>"
        assert layers.get(f"{path}?crs={CRS84}").headers["content-crs"] == f"<{CRS84}>"


@pytest.mark.parametrize("system", SYSTEMS)
def test_req_crs_fc_crs_action_and_ogc_crs_header_value(layers: Layers, system: str) -> None:
    answer = layers.get(f"{layers.layer('sites')}/items?limit=1&crs={system}")
    assert answer.headers["content-crs"] == f"<{system}>"
    authority = "OGC:CRS84" if system == CRS84 else f"EPSG:{system.rsplit('/', 1)[-1]}"
    moved = Transformer.from_crs("OGC:CRS84", authority, always_xy=False).transform(*place(layers, CRS84))
    assert answer.json["features"][0]["geometry"]["coordinates"] == pytest.approx(moved, abs=1e-3, rel=1e-9)
    alone = layers.get(f"{layers.layer('sites')}/items/0?crs={system}")
    assert alone.json["geometry"] == answer.json["features"][0]["geometry"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_req_crs_fc_bbox_crs_action(layers: Layers, system: str) -> None:
    x, y = place(layers, system)
    reach = 200.0 if abs(x) > 200 else 0.002
    box = f"{x - reach},{y - reach},{x + reach},{y + reach}"
    found = layers.items(f"bbox={box}&bbox-crs={system}", "sites")["features"]
    here = layers.items("limit=1", "sites")["features"][0]["properties"]["site_id"]
    assert {each["properties"]["site_id"] for each in found} == {here}


def test_req_crs_fc_bbox_crs_default_value(layers: Layers) -> None:
    lon, lat = place(layers, CRS84)
    box = f"bbox={lon - 0.002},{lat - 0.002},{lon + 0.002},{lat + 0.002}"
    assert layers.items(box, "sites")["features"] == layers.items(f"{box}&bbox-crs={CRS84}", "sites")["features"]


def test_req_crs_geojson_keeps_the_order_of_the_authority(layers: Layers) -> None:
    lon, lat = place(layers, CRS84)
    assert place(layers, f"{EPSG}/4326") == [lat, lon]
    assert place(layers, f"{EPSG}/4258") == pytest.approx([lat, lon], abs=1e-5)


def test_req_crs_links_keep_the_reference_system(layers: Layers) -> None:
    page = layers.items(f"limit=2&crs={EPSG}/28992", "sites")
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    assert layers.get(following).headers["content-crs"] == f"<{EPSG}/28992>"
