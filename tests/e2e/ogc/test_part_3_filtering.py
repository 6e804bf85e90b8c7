"""OGC API - Features, Part 3 (19-079r2) and CQL2 (21-065r2), Annex A: one test per requirement, named by it."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.e2e.ogc.conftest import Layers, links
from tests.e2e.test_refusals import is_problem

QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"


def everything(layers: Layers, kind: str = "areas") -> list[Any]:
    """Every feature of a layer."""
    features: list[Any] = layers.items("limit=10000", kind)["features"]
    return features


def ids(features: list[Any]) -> list[int]:
    """Which features they are."""
    return [feature["id"] for feature in features]


def test_req_queryables_link_and_response(layers: Layers) -> None:
    (link,) = links(layers.get(layers.layer()).json)[QUERYABLES]
    answer = layers.get(link["href"])
    assert (answer.status, answer.headers["content-type"]) == (200, "application/schema+json")
    schema = answer.json
    assert (schema["$schema"], schema["$id"]) == ("https://json-schema.org/draft/2020-12/schema", link["href"])
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)
    properties = schema["properties"]
    shown = everything(layers)[0]["properties"]
    assert set(properties) == {"geometry", *shown}
    assert properties["minutes_plan"]["type"] == "number"
    assert properties["minutes_plan"]["x-ogc-unit"] == "minutes"
    assert "obstetrics" in properties["care_type_id"]["enum"]
    assert properties["geometry"]["format"] == "geometry-polygon"


def test_req_queryables_query_parameters_each_queryable_is_a_parameter(layers: Layers) -> None:
    chosen = layers.items("limit=10000&care_type_id=obstetrics&period=today")["features"]
    assert ids(chosen) == [
        each["id"] for each in everything(layers) if each["properties"]["care_type_id"] == "obstetrics"
    ]


@pytest.mark.parametrize("name", ["filter", "filter-lang", "filter-crs"])
def test_req_filter_parameters_are_defined(layers: Layers, name: str) -> None:
    operation = layers.get("/v1/openapi.json").json["paths"][
        "/workspaces/{workspace_id}/collections/{collection_id}/items"
    ]["get"]
    (told,) = [each for each in operation["parameters"] if each["name"] == name]
    assert told["schema"]["type"] == "string"
    if name == "filter-lang":
        assert (told["schema"]["enum"], told["schema"]["default"]) == (["cql2-text", "cql2-json"], "cql2-text")


def test_req_filter_filter_lang_unknown_is_refused(layers: Layers) -> None:
    assert is_problem(layers.get(f"{layers.layer()}/items?filter=true&filter-lang=sql"), 400)


def test_req_filter_mixing_with_box_and_values(layers: Layers) -> None:
    lon, lat = layers.items("limit=1", "sites")["features"][0]["geometry"]["coordinates"]
    box = f"bbox={lon - 0.2},{lat - 0.2},{lon + 0.2},{lat + 0.2}"
    both = layers.items(f"limit=10000&{box}&care_type_id=obstetrics&filter=minutes_plan%20%3E%2010")["features"]
    apart = [
        set(ids(layers.items(f"limit=10000&{part}")["features"]))
        for part in (box, "care_type_id=obstetrics", "filter=minutes_plan%20%3E%2010")
    ]
    assert set(ids(both)) == apart[0] & apart[1] & apart[2]
    assert both


def test_req_features_filter_links_keep_the_filter(layers: Layers) -> None:
    page = layers.items(f"limit=2&filter={quote('minutes_plan > 10')}")
    following = layers.get(links(page)["next"][0]["href"]).json
    assert all(each["properties"]["minutes_plan"] > 10 for each in page["features"] + following["features"])
    assert following["numberMatched"] == page["numberMatched"]


def minutes(feature: Any) -> float:
    """The minutes in the plan."""
    return float(feature["properties"]["minutes_plan"])


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("minutes_plan > 15", lambda p: p["minutes_plan"] > 15),
        ("minutes_plan <= 15", lambda p: p["minutes_plan"] <= 15),
        ("care_type_id = 'obstetrics'", lambda p: p["care_type_id"] == "obstetrics"),
        ("care_type_id <> 'obstetrics'", lambda p: p["care_type_id"] != "obstetrics"),
        ("NOT (minutes_plan > 15)", lambda p: not p["minutes_plan"] > 15),
        (
            "care_type_id = 'obstetrics' OR care_type_id = 'emergency' AND minutes_plan > 15",
            lambda p: p["care_type_id"] == "obstetrics" or (p["care_type_id"] == "emergency" and p["minutes_plan"] > 15),
        ),
        ("beyond = true", lambda p: p["beyond"] is True),
        ("beyond IS NULL", lambda p: p["beyond"] is None),
    ],
)  # fmt: skip
def test_req_cql2_basic_cql2(layers: Layers, text: str, claim: Any) -> None:
    expected = [each["id"] for each in everything(layers) if claim(each["properties"])]
    assert ids(layers.filtered(text)) == expected


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("name LIKE 'A%'", lambda p: p["name"].startswith("A")),
        ("minutes_plan BETWEEN 10 AND 20", lambda p: 10 <= p["minutes_plan"] <= 20),
        ("minutes_plan NOT BETWEEN 10 AND 20", lambda p: not 10 <= p["minutes_plan"] <= 20),
        ("care_type_id IN ('obstetrics','emergency')", lambda p: p["care_type_id"] in ("obstetrics", "emergency")),
        ("care_type_id NOT IN ('obstetrics')", lambda p: p["care_type_id"] != "obstetrics"),
    ],
)
def test_req_cql2_advanced_comparison_operators(layers: Layers, text: str, claim: Any) -> None:
    expected = [each["id"] for each in everything(layers) if claim(each["properties"])]
    assert ids(layers.filtered(text)) == expected


def test_req_cql2_case_insensitive_comparison(layers: Layers) -> None:
    assert ids(layers.filtered("CASEI(care_type_id) = CASEI('OBSTETRICS')")) == ids(
        layers.filtered("care_type_id = 'obstetrics'")
    )


def test_req_cql2_accent_insensitive_comparison(layers: Layers) -> None:
    assert ids(layers.filtered("ACCENTI(care_type_id) = ACCENTI('óbstetrics')")) == ids(
        layers.filtered("care_type_id = 'obstetrics'")
    )


def test_req_cql2_property_property_and_arithmetic(layers: Layers) -> None:
    expected = [
        each["id"]
        for each in everything(layers)
        if each["properties"]["minutes_plan"] > each["properties"]["minutes_today"] + 1
    ]
    assert ids(layers.filtered("minutes_plan > minutes_today + 1")) == expected
    assert ids(layers.filtered("minutes_plan - minutes_today > 2 * 0.5")) == expected


def test_req_cql2_basic_spatial_functions(layers: Layers) -> None:
    lon, lat = layers.items("limit=1", "sites")["features"][0]["geometry"]["coordinates"]
    corners = (lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)
    by_box = ids(layers.items("limit=10000&bbox=" + ",".join(map(str, corners)))["features"])
    assert ids(layers.filtered(f"S_INTERSECTS(geometry, BBOX({','.join(map(str, corners))}))")) == by_box
    west, south, east, north = corners
    polygon = f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    assert ids(layers.filtered(f"S_INTERSECTS(geometry, {polygon})")) == by_box
    assert layers.filtered(f"S_INTERSECTS(geometry, POINT({lon} {lat}))")


def test_req_cql2_spatial_functions(layers: Layers) -> None:
    lon, lat = layers.items("limit=1", "sites")["features"][0]["geometry"]["coordinates"]
    box = f"BBOX({lon - 0.1},{lat - 0.1},{lon + 0.1},{lat + 0.1})"
    apart, together = (
        ids(layers.filtered(f"{operator}(geometry, {box})")) for operator in ("S_DISJOINT", "S_INTERSECTS")
    )
    assert sorted(apart + together) == ids(everything(layers))
    inside = ids(layers.filtered(f"S_WITHIN(geometry, {box})", "sites"))
    assert inside == ids(layers.filtered(f"S_CONTAINS({box}, geometry)", "sites")) != []


def test_req_filter_filter_crs(layers: Layers) -> None:
    national = "http://www.opengis.net/def/crs/EPSG/0/28992"
    x, y = layers.items(f"limit=1&crs={national}", "sites")["features"][0]["geometry"]["coordinates"]
    site = layers.items("limit=1", "sites")["features"][0]["properties"]["site_id"]
    found = layers.filtered(
        f"S_INTERSECTS(geometry, BBOX({x - 100},{y - 100},{x + 100},{y + 100}))", "sites", filter_crs=national
    )
    assert {each["properties"]["site_id"] for each in found} == {site}


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"op": ">", "args": [{"property": "minutes_plan"}, 15]}, "minutes_plan > 15"),
        (
            {"op": "and", "args": [{"op": "=", "args": [{"property": "care_type_id"}, "obstetrics"]},
                                   {"op": "not", "args": [{"op": "<", "args": [{"property": "minutes_plan"}, 9]}]}]},
            "care_type_id = 'obstetrics' AND NOT minutes_plan < 9",
        ),
        ({"op": "between", "args": [{"property": "minutes_plan"}, 10, 20]}, "minutes_plan BETWEEN 10 AND 20"),
        ({"op": "in", "args": [{"property": "care_type_id"}, ["obstetrics"]]}, "care_type_id IN ('obstetrics')"),
        ({"op": "like", "args": [{"property": "name"}, "A%"]}, "name LIKE 'A%'"),
        ({"op": "isNull", "args": [{"property": "beyond"}]}, "beyond IS NULL"),
        (
            {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [3, 50, 8, 54]}]},
            "S_INTERSECTS(geometry, BBOX(3,50,8,54))",
        ),
        (
            {"op": ">", "args": [{"op": "+", "args": [{"property": "minutes_plan"}, 5]}, 20]},
            "minutes_plan + 5 > 20",
        ),
        ({"op": "=", "args": [{"op": "casei", "args": [{"property": "care_type_id"}]}, "obstetrics"]},
         "care_type_id = 'obstetrics'"),
    ],
)  # fmt: skip
def test_req_cql2_json_says_the_same_as_text(layers: Layers, document: Any, text: str) -> None:
    assert ids(layers.filtered(json.dumps(document), filter_lang="cql2-json")) == ids(layers.filtered(text))


@pytest.mark.parametrize(
    "text",
    [
        "nothing = 1", "minutes_plan = 'x'", "sqrt(minutes_plan) > 2", "minutes_plan >", "S_NEAR(geometry, POINT(1 1))",
        "S_INTERSECTS(name, POINT(5 52))", "(" * 100 + "true" + ")" * 100, " AND ".join(["minutes_plan > 1"] * 80),
        "NOT " * 25 + "beyond", "minutes_plan", "'a'", "S_INTERSECTS(geometry, POLYGON((1 1,2 2)))",
        "S_INTERSECTS(geometry, POLYGON((0 0,1 1,0 1,1 0,0 0)))", "x" * 20_000, "name LIKE 5", "; drop table runs",
    ],
)  # fmt: skip
def test_req_filter_response_what_cannot_be_used_is_refused(layers: Layers, text: str) -> None:
    answer = layers.get(f"{layers.layer()}/items?filter={quote(text)}")
    assert is_problem(answer, 400)
    assert [error["where"] for error in answer.json["errors"]] == ["query.filter"]


@pytest.mark.parametrize(
    "document",
    [
        "[]", "{", '{"op":"=","args":[1]}', '{"op":"eval","args":["x"]}', '{"op":"=","args":[{"property":"nothing"},1]}',
        '{"op":"and","args":[{"op":"=","args":[1,1]},{"x":1}]}', '{"property":5}', "null", '{"op":"in","args":[1,2]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[1,2]]]}]}',
        '{"op":"not","args":[' * 80 + "true" + "]}" * 80,
    ],
)  # fmt: skip
def test_req_cql2_json_what_cannot_be_used_is_refused(layers: Layers, document: str) -> None:
    answer = layers.get(f"{layers.layer()}/items?filter-lang=cql2-json&filter={quote(document)}")
    assert is_problem(answer, 400)


def test_sorting_puts_the_farthest_first_and_blanks_last(layers: Layers) -> None:
    told = layers.items("limit=10000&sortby=-minutes_plan,area_id")["features"]
    assert [minutes(each) for each in told] == sorted(map(minutes, everything(layers)), reverse=True)
    norms = [each["properties"]["norm"] for each in layers.items("limit=10000&sortby=norm", "sites")["features"]]
    filled = [norm for norm in norms if norm is not None]
    assert norms == sorted(filled) + [None] * (len(norms) - len(filled))
    assert is_problem(layers.get(f"{layers.layer()}/items?sortby=nothing"), 400)
