"""OGC API - Features, Part 1 (17-069r4), Annex A: one test per requirement, named by it."""

import json
import re
from html.parser import HTMLParser

import pytest

from tests.e2e.ogc.conftest import Layers, links
from tests.e2e.test_refusals import is_problem

CONFORMANCE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GEOJSON = "application/geo+json"


def test_req_core_root_op_and_root_success(layers: Layers) -> None:
    answer = layers.get("")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert {"service-desc", "conformance", "data", "self", "alternate"} <= set(links(answer.json))


def test_req_core_api_definition_op_and_success(layers: Layers) -> None:
    (link,) = links(layers.get("").json)["service-desc"]
    document = layers.get(link["href"])
    assert document.status == 200
    assert re.match(r"3\.\d+\.\d+", document.json["openapi"])
    assert "/workspaces/{workspace_id}/collections/{collection_id}/items" in document.json["paths"]


def test_req_core_conformance_op_and_success(layers: Layers) -> None:
    (link,) = links(layers.get("").json)["conformance"]
    told = layers.get(link["href"]).json["conformsTo"]
    assert {f"{CONFORMANCE}/{name}" for name in ("core", "geojson", "html")} <= set(told)


def test_req_core_http_head_is_refused_like_any_other_method_that_is_not_there(layers: Layers) -> None:
    answer = layers.service.call("PUT", "/collections")
    assert is_problem(answer, 405)
    assert answer.headers["allow"] == "GET"


def test_req_core_fc_md_op_and_success(layers: Layers) -> None:
    link = next(each for each in links(layers.get("").json)["data"] if each["type"] == "application/json")
    document = layers.get(link["href"]).json
    assert {"self", "alternate"} <= set(links(document))
    ids = [each["id"] for each in document["collections"]]
    assert len(ids) == len(set(ids))
    assert layers.layer().removeprefix("/collections/") in ids


def test_req_core_fc_md_items_and_items_links(layers: Layers) -> None:
    for entry in layers.get("/collections").json["collections"]:
        items = links(entry)["items"]
        assert {link["type"] for link in items} == {GEOJSON, "text/html"}


def test_req_core_fc_md_extent(layers: Layers) -> None:
    for entry in layers.get("/collections").json["collections"]:
        if "extent" not in entry:
            continue
        (box,) = entry["extent"]["spatial"]["bbox"]
        assert entry["extent"]["spatial"]["crs"] == CRS84
        assert -180 <= box[0] <= box[2] <= 180
        assert -90 <= box[1] <= box[3] <= 90


def test_req_core_sfc_md_op_and_success(layers: Layers) -> None:
    for entry in layers.get("/collections").json["collections"][:6]:
        assert layers.get(f"/collections/{entry['id']}").json == entry


def test_req_core_fc_op_and_fc_response(layers: Layers) -> None:
    answer = layers.get(f"{layers.layer()}/items")
    assert (answer.status, answer.headers["content-type"]) == (200, GEOJSON)
    assert answer.json["type"] == "FeatureCollection"


def test_req_core_fc_limit_definition(layers: Layers) -> None:
    assert definition(layers, "limit")["schema"] == {
        "type": "integer", "minimum": 1, "maximum": 10000, "default": 1000,
    }  # fmt: skip


@pytest.mark.parametrize(("limit", "given"), [("1", 1), ("7", 7), ("999999", 10_000)])
def test_req_core_fc_limit_response_1_and_2(layers: Layers, limit: str, given: int) -> None:
    page = layers.items(f"limit={limit}")
    assert len(page["features"]) == min(given, page["numberMatched"])


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", ""])
def test_req_core_fc_limit_invalid(layers: Layers, limit: str) -> None:
    assert is_problem(layers.get(f"{layers.layer()}/items?limit={limit}"), 400)


def test_req_core_fc_bbox_definition(layers: Layers) -> None:
    told = definition(layers, "bbox")
    assert (told["style"], told["explode"], told["required"]) == ("form", False, False)
    assert told["schema"]["oneOf"] == [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}]


def test_req_core_fc_bbox_response(layers: Layers) -> None:
    sites = layers.items("limit=10000", "sites")["features"]
    lon, lat = sites[0]["geometry"]["coordinates"]
    near = layers.items(f"limit=10000&bbox={lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}", "sites")["features"]
    inside = [
        each["id"]
        for each in sites
        if abs(each["geometry"]["coordinates"][0] - lon) <= 0.01
        and abs(each["geometry"]["coordinates"][1] - lat) <= 0.01
    ]
    assert [each["id"] for each in near] == inside
    assert 0 < len(inside) < len(sites)


def test_req_core_fc_bbox_with_heights_and_over_the_date_line(layers: Layers) -> None:
    lon, lat = layers.items("limit=1", "sites")["features"][0]["geometry"]["coordinates"]
    flat = layers.items(f"bbox={lon - 1},{lat - 1},{lon + 1},{lat + 1}", "sites")["numberMatched"]
    assert layers.items(f"bbox={lon - 1},{lat - 1},-10,{lon + 1},{lat + 1},900", "sites")["numberMatched"] == flat > 0
    assert layers.items(f"bbox=170,{lat - 1},-170,{lat + 1}", "sites")["numberMatched"] == 0
    everywhere = layers.items("", "sites")["numberMatched"]
    assert layers.items(f"bbox={lon - 5},{lat - 5},-170,{lat + 5}", "sites")["numberMatched"] == everywhere


def test_req_core_fc_time_definition(layers: Layers) -> None:
    told = definition(layers, "datetime")
    assert (told["style"], told["explode"], told["schema"]) == ("form", False, {"type": "string"})


@pytest.mark.parametrize(
    "moment",
    [
        "2030-01-01T00:00:00Z",
        "2030-01-01",
        "2030-01-01T00:00:00Z/..",
        "../2030-01-01T00:00:00Z",
        "2029-01-01/2030-01-01",
    ],
)
def test_req_core_fc_time_response(layers: Layers, moment: str) -> None:
    assert layers.items(f"datetime={moment}")["numberMatched"] == layers.items()["numberMatched"]


@pytest.mark.parametrize("moment", ["yesterday", "2030-13-01", "2030-01-01T25:00:00Z", "/", "..", "1/2/3"])
def test_req_core_fc_time_invalid(layers: Layers, moment: str) -> None:
    assert is_problem(layers.get(f"{layers.layer()}/items?datetime={moment}"), 400)


def test_req_core_fc_links_and_fc_number_matched_and_returned(layers: Layers) -> None:
    page = layers.items("limit=5&offset=5")
    found = links(page)
    assert {"self", "alternate", "next", "prev", "collection"} <= set(found)
    assert (page["numberReturned"], len(page["features"])) == (5, 5)
    whole = layers.items("limit=10000")
    assert page["numberMatched"] == whole["numberMatched"] == len(whole["features"])
    assert "next" not in links(whole)
    assert layers.get(found["next"][0]["href"]).json["features"] == whole["features"][10:15]
    assert layers.get(found["prev"][0]["href"]).json["features"] == whole["features"][:5]


def test_req_core_f_op_and_f_success(layers: Layers) -> None:
    answer = layers.get(f"{layers.layer()}/items/3")
    assert (answer.status, answer.headers["content-type"]) == (200, GEOJSON)
    assert (answer.json["type"], answer.json["id"]) == ("Feature", 3)
    assert {"self", "alternate", "collection"} <= set(links(answer.json))


@pytest.mark.parametrize(
    "path", ["", "/conformance", "/collections", "{layer}", "{layer}/items", "{layer}/items/1", "{layer}/queryables"]
)
def test_req_core_query_param_unknown(layers: Layers, path: str) -> None:
    answer = layers.get(f"{path.format(layer=layers.layer())}?colour=red")
    assert is_problem(answer, 400)
    assert [error["where"] for error in answer.json["errors"]] == ["query.colour"]


@pytest.mark.parametrize("path", ["", "/conformance", "/collections", "{layer}", "{layer}/items", "{layer}/items/1"])
def test_req_core_query_param_invalid(layers: Layers, path: str) -> None:
    assert is_problem(layers.get(f"{path.format(layer=layers.layer())}?f=shapefile"), 400)


def test_req_core_crs84_longitude_comes_first(layers: Layers) -> None:
    lon, lat = layers.items("limit=1", "sites")["features"][0]["geometry"]["coordinates"]
    assert (3 < lon < 8, 50 < lat < 54) == (True, True)


def test_req_geojson_definition_and_content(layers: Layers) -> None:
    asked = layers.get(f"{layers.layer()}/items?limit=3", Accept=GEOJSON)
    assert asked.headers["content-type"] == GEOJSON
    for feature in asked.json["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}


class Page(HTMLParser):
    """What an accessible page must have, as met while reading it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every such element."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("path", ["", "/conformance", "/collections", "{layer}", "{layer}/items", "{layer}/items/1"])
@pytest.mark.parametrize("way", ["f", "accept"])
def test_req_html_definition_and_content(layers: Layers, path: str, way: str) -> None:
    where = path.format(layer=layers.layer())
    answer = layers.get(f"{where}?f=html") if way == "f" else layers.get(where, Accept="text/html,*/*;q=0.1")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = Page(answer.body.decode())
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    assert {label["for"] for label in page.all("label")} == {
        each["id"] for each in page.all("input") if each.get("type") != "hidden"
    }
    assert all(cell.get("scope") in ("row", "col") for cell in page.all("th"))
    assert all(drawing.get("role") == "img" and drawing.get("aria-label") for drawing in page.all("svg"))
    assert page.all("script") == []
    assert not any("style" in attributes for _, attributes in page.tags)
    for link in page.all("a"):
        href = str(link["href"])
        assert href.startswith((layers.service.address, "#"))
    policy = answer.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "default-src 'none'; style-src 'sha256-" in policy


def test_req_html_every_link_of_a_page_leads_somewhere(layers: Layers) -> None:
    page = Page(layers.get(f"{layers.layer()}/items?f=html&limit=2").body.decode())
    for link in page.all("a"):
        if str(link["href"]).startswith("http"):
            assert layers.get(str(link["href"])).status == 200


def test_a_page_escapes_what_the_data_say(layers: Layers) -> None:
    tables = {
        "areas": [{"area_id": "1", "name": "<script>alert(1)</script>", "population": 10, "lat": 52.0, "lon": 5.0}],
        "sites": [{"site_id": "A", "lat": 52.0, "lon": 5.0}],
        "care_types": [{"care_type_id": "hips"}],
        "demand": [{"area_id": "1", "care_type_id": "hips", "cases_per_year": 5}],
        "site_care": [{"site_id": "A", "care_type_id": "hips", "offered_today": True}],
        "travel_times": [{"area_id": "1", "site_id": "A", "minutes": 4}],
    }
    dataset = layers.service.call("POST", "/datasets", json.dumps(tables).encode()).json["id"]
    page = layers.get(f"/collections/dataset-{dataset}-areas/items?f=html").body
    assert b"&lt;script&gt;alert(1)" in page
    assert b"<script" not in page


def test_an_immutable_layer_has_a_strong_tag_and_is_sent_once(layers: Layers) -> None:
    for query in ("", "?f=html", "?limit=3", "?crs=http://www.opengis.net/def/crs/EPSG/0/28992"):
        first = layers.get(f"{layers.layer()}/items{query}")
        assert not first.headers["etag"].startswith("W/")
        again = layers.get(f"{layers.layer()}/items{query}", If_None_Match=first.headers["etag"])
        assert (again.status, again.body) == (304, b"")
    tags = {layers.get(f"{layers.layer()}/items{query}").headers["etag"] for query in ("", "?f=html", "?limit=3")}
    assert len(tags) == 3


def test_a_compressed_answer_has_its_own_tag_and_the_same_content(layers: Layers) -> None:
    import gzip

    plain = layers.get(f"{layers.layer()}/items")
    packed = layers.get(f"{layers.layer()}/items", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    assert packed.headers["etag"] != plain.headers["etag"]
    assert layers.get(f"{layers.layer()}/items", If_None_Match=packed.headers["etag"]).status == 304
    assert "accept-encoding" in packed.headers["vary"].lower()


def definition(layers: Layers, name: str) -> dict[str, object]:
    """A query parameter of the features as the description defines it."""
    document = layers.get("/v1/openapi.json").json
    operation = document["paths"]["/workspaces/{workspace_id}/collections/{collection_id}/items"]["get"]
    (found,) = [each for each in operation["parameters"] if each["name"] == name]
    return dict(found)
