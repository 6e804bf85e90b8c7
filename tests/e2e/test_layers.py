"""GIS programs read every layer, in both reference systems, page by page, by box and by value."""

import json

import geopandas as gpd
import pyogrio
import pytest

from tests.e2e.conftest import Region, Solved
from tests.e2e.service import Service

RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
KINDS = {"areas": {"Polygon", "MultiPolygon"}, "sites": {"Point"}, "flows": {"LineString"}}


def where(service: Service) -> str:
    """What a GIS person types."""
    return f"OAPIF:{service.address}/v1/workspaces/local"


@pytest.mark.parametrize("kind", KINDS)
def test_gdal_reads_a_layer_in_both_reference_systems(service: Service, solved: Solved, kind: str) -> None:
    layer = f"run-{solved.run_id}-{kind}"
    world = gpd.read_file(where(service), layer=layer)
    national = gpd.read_file(where(service), layer=layer, CRS="EPSG:28992")
    assert len(world) == len(national) > 0
    assert set(world.geom_type) <= KINDS[kind]
    west, south, east, north = world.total_bounds
    assert (3 < west < east < 8, 50 < south < north < 54) == (True, True)
    assert national.crs.to_epsg() == 28992
    expected = world.set_crs("EPSG:4326", allow_override=True).to_crs(28992).total_bounds
    assert abs(national.total_bounds - expected).max() < 1.0


def test_gdal_lists_the_layers_of_runs_and_datasets(service: Service, solved: Solved) -> None:
    names = {str(name) for name, _ in pyogrio.list_layers(where(service))}
    assert {f"run-{solved.run_id}-{kind}" for kind in KINDS} <= names
    assert any(name.startswith("dataset-") and name.endswith("-areas") for name in names)


def test_the_columns_are_those_of_the_contract(service: Service, solved: Solved) -> None:
    areas = gpd.read_file(where(service), layer=f"run-{solved.run_id}-areas")
    sites = gpd.read_file(where(service), layer=f"run-{solved.run_id}-sites")
    assert {
        "area_id", "name", "care_type_id", "period", "minutes_today", "minutes_plan", "minutes_difference",
        "site_id_today", "site_id_plan", "beyond", "cases_per_year", "population", "gemeente",
    } <= set(areas.columns)  # fmt: skip
    assert {
        "site_id", "name", "organisation_id", "care_type_id", "period", "offered_today", "offered_plan", "state",
        "volume_today", "volume_plan", "norm", "margin",
    } <= set(sites.columns)  # fmt: skip
    assert set(sites["state"]) <= {"stays", "opens", "closes", "never"}


def test_the_areas_minutes_add_up_to_the_outcomes_travel(service: Service, solved: Solved) -> None:
    areas = gpd.read_file(where(service), layer=f"run-{solved.run_id}-areas")
    inside = areas[areas["in_region"]]
    measures = service.call("GET", f"/runs/{solved.run_id}/outcome").json["measures"]
    travelled = (inside["minutes_plan"] * inside["cases_per_year"]).sum()
    assert travelled == pytest.approx(measures["travel_time"]["value"], rel=1e-9)


def test_pages_follow_each_other_to_the_last_feature(service: Service, solved: Solved) -> None:
    path, seen = f"/v1/workspaces/local/collections/run-{solved.run_id}-areas/items?limit=40", []
    while path:
        page = service.call("GET", path).json
        seen += [feature["id"] for feature in page["features"]]
        assert page["numberReturned"] == len(page["features"])
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        path = following[0].removeprefix(service.address) if following else ""
    assert seen == list(range(page["numberMatched"]))


def test_a_box_means_the_same_in_every_reference_system(service: Service, solved: Solved) -> None:
    items = f"/collections/run-{solved.run_id}-sites/items"
    site = service.call("GET", items).json["features"][0]
    lon, lat = site["geometry"]["coordinates"]
    x, y = service.call("GET", f"{items}?crs={RD}").json["features"][0]["geometry"]["coordinates"]
    boxes = [
        f"bbox={lon - 0.001},{lat - 0.001},{lon + 0.001},{lat + 0.001}",
        f"bbox={x - 50},{y - 50},{x + 50},{y + 50}&bbox-crs={RD}",
        f"bbox={lat - 0.001},{lon - 0.001},{lat + 0.001},{lon + 0.001}"
        "&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
    ]
    found = [service.call("GET", f"{items}?{box}").json["features"] for box in boxes]
    names = [{feature["properties"]["site_id"] for feature in features} for features in found]
    assert names == [{site["properties"]["site_id"]}] * 3


def test_latitude_comes_first_where_the_authority_says_so(service: Service, solved: Solved) -> None:
    items = f"/collections/run-{solved.run_id}-sites/items?limit=1"
    usual = service.call("GET", items)
    swapped = service.call("GET", f"{items}&crs=http://www.opengis.net/def/crs/EPSG/0/4326")
    lon, lat = usual.json["features"][0]["geometry"]["coordinates"]
    assert swapped.json["features"][0]["geometry"]["coordinates"] == [lat, lon]
    assert usual.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert swapped.headers["content-crs"] == "<http://www.opengis.net/def/crs/EPSG/0/4326>"


def test_a_value_chooses_the_features_that_have_it(service: Service, solved: Solved) -> None:
    items = f"/collections/run-{solved.run_id}-sites/items"
    features = service.call("GET", f"{items}?care_type_id=obstetrics&offered_plan=true").json["features"]
    assert features
    assert {(f["properties"]["care_type_id"], f["properties"]["offered_plan"]) for f in features} == {
        ("obstetrics", True)
    }


def test_one_feature_is_found_by_its_id(service: Service, solved: Solved) -> None:
    items = f"/collections/run-{solved.run_id}-areas/items"
    third = service.call("GET", f"{items}?limit=1&offset=2").json["features"][0]
    alone = service.call("GET", f"{items}/2").json
    assert {key: alone[key] for key in third} == third
    assert service.call("GET", f"{items}/999999").status == 404


@pytest.mark.parametrize(
    "query",
    ["colour=red", "limit=0", "limit=x", "offset=-1", "crs=EPSG:9999", "bbox=1,2,3", "bbox=1,NaN,3,4", "bbox=1,9,3,4"],
)
def test_a_query_that_cannot_be_read_says_which_part(service: Service, solved: Solved, query: str) -> None:
    answer = service.call("GET", f"/collections/run-{solved.run_id}-areas/items?{query}")
    assert answer.status == 400
    assert [error["where"] for error in answer.json["errors"]] == [f"query.{query.split('=')[0]}"]


def test_every_area_of_the_netherlands_is_read_as_its_polygon(service: Service, shared_nl_acute: Region) -> None:
    dataset = service.call("POST", "/datasets", shared_nl_acute.package.read_bytes(), kind="application/zip").json
    areas = gpd.read_file(where(service), layer=f"dataset-{dataset['id']}-areas", CRS="EPSG:28992")
    assert len(areas) == 4067
    assert set(areas.geom_type) <= {"Polygon", "MultiPolygon"}
    document = json.loads(service.call("GET", f"/collections/dataset-{dataset['id']}-areas/items?limit=10000").body)
    assert (document["numberMatched"], document["numberReturned"]) == (4067, 4067)
