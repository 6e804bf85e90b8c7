"""Layers and whole plans are taken away as files that hold what the layers say, in the styles that are shipped."""

import io
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import geopandas as gpd
import pandas as pd
import pytest

from tests.e2e.conftest import Solved
from tests.e2e.service import Answer, Service
from tests.e2e.test_refusals import is_problem

RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
EXTENSIONS = {
    "geopackage": "gpkg",
    "flatgeobuf": "fgb",
    "geoparquet": "parquet",
    "geojson": "geojson",
    "csv": "csv",
    "excel": "xlsx",
}


def opened(answer: Answer, form: str, folder: Path, *, layer: str, key: list[str]) -> Any:
    """The file as a table, by key: FlatGeobuf orders features by place."""
    assert answer.status == 200, answer.body
    path = folder / f"file.{EXTENSIONS[form]}"
    path.write_bytes(answer.body)
    if form == "csv":
        table = pd.read_csv(path)
    elif form == "excel":
        table = pd.read_excel(path, sheet_name=layer, engine="calamine")
    elif form == "geoparquet":
        table = gpd.read_parquet(path)
    else:
        table = gpd.read_file(path, **({"layer": layer} if form == "geopackage" else {}))
    return table.astype(dict.fromkeys(key, str)).sort_values(key, ignore_index=True)


def features_of(service: Service, path: str, key: list[str]) -> list[Any]:
    """All features, by key."""
    found: list[Any] = service.call("GET", path).json["features"]
    return sorted(found, key=lambda feature: [feature["properties"][name] for name in key])


@pytest.mark.parametrize("form", EXTENSIONS)
def test_a_layer_as_a_file_says_what_its_features_say(
    service: Service, solved: Solved, tmp_path: Path, form: str
) -> None:
    own = f"/collections/run-{solved.run_id}-areas"
    answer = service.call("GET", f"{own}/file?f={form}")
    assert f'filename="run-{solved.run_id}-areas.{EXTENSIONS[form]}"' in answer.headers["content-disposition"]
    key = ["area_id", "care_type_id", "period"]
    table = opened(answer, form, tmp_path, layer="areas", key=key)
    features = features_of(service, f"{own}/items?limit=10000", key)
    assert len(table) == len(features)
    for name in ("minutes_plan", "minutes_difference", "cases_per_year"):
        assert table[name].tolist() == pytest.approx([feature["properties"][name] for feature in features])
    for name in ("name", "care_type_id", "site_id_plan"):
        assert table[name].astype(str).tolist() == [feature["properties"][name] for feature in features]
    if form not in ("csv", "excel"):
        assert table.geometry.notna().all()


@pytest.mark.parametrize("form", ["geopackage", "flatgeobuf", "geoparquet"])
def test_a_file_in_rd_lies_where_the_features_in_rd_lie(
    service: Service, solved: Solved, tmp_path: Path, form: str
) -> None:
    own = f"/collections/run-{solved.run_id}-sites"
    key = ["site_id", "care_type_id", "period"]
    table = opened(service.call("GET", f"{own}/file?f={form}&crs={RD}"), form, tmp_path, layer="sites", key=key)
    features = features_of(service, f"{own}/items?limit=10000&crs={RD}", key)
    assert table.crs.to_epsg() == 28992
    for point, feature in zip(table.geometry, features, strict=True):
        assert [point.x, point.y] == pytest.approx(feature["geometry"]["coordinates"], abs=0.002)


def test_a_geopackage_carries_its_styles_with_a_usual_one(service: Service, solved: Solved, tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    path.write_bytes(service.call("GET", f"/runs/{solved.run_id}/file?f=geopackage").body)
    assert {name for name, _ in gpd.list_layers(path)[["name", "geometry_type"]].itertuples(index=False)} >= {
        "areas", "sites", "flows", "catchments", "moves",
    }  # fmt: skip
    with closing(sqlite3.connect(path)) as database:
        styles = database.execute("select f_table_name, styleName, useAsDefault, styleQML from layer_styles").fetchall()
    usual = [table for table, _, default, _ in styles if default]
    assert sorted(usual) == ["areas", "catchments", "flows", "moves", "sites"]
    for _, _, _, document in styles:
        rules = list(Xml.fromstring(document).iter("rule"))
        symbols = {symbol.get("name") for symbol in Xml.fromstring(document).iter("symbol")}
        assert rules
        assert {rule.get("symbol") for rule in rules} == symbols


@pytest.mark.parametrize("form", ["flatgeobuf", "geoparquet", "csv", "geojson"])
def test_a_whole_plan_in_other_formats_is_a_zip_with_a_file_per_layer(
    service: Service, solved: Solved, form: str
) -> None:
    answer = service.call("GET", f"/runs/{solved.run_id}/file?f={form}")
    names = zipfile.ZipFile(io.BytesIO(answer.body)).namelist()
    assert names == [f"{kind}.{EXTENSIONS[form]}" for kind in ("areas", "sites", "flows", "catchments", "moves")]


def test_a_whole_plan_in_excel_is_a_workbook_with_a_sheet_per_layer(
    service: Service, solved: Solved, tmp_path: Path
) -> None:
    answer = service.call("GET", f"/runs/{solved.run_id}/file?f=excel")
    assert f'filename="run-{solved.run_id}.xlsx"' in answer.headers["content-disposition"]
    sheets = pd.read_excel(io.BytesIO(answer.body), sheet_name=None, engine="calamine")
    assert list(sheets) == ["areas", "sites", "flows", "catchments", "moves"]
    assert len(sheets["sites"]) > 0


def test_a_comparison_is_taken_away_whole(service: Service, solved: Solved, tmp_path: Path) -> None:
    run_id = service.run(solved.scenario_id, question={"question": "evaluate"})
    service.ended(run_id)
    own = service.post("/comparisons", {"run_ids": [run_id, solved.run_id]}).json["id"]
    path = tmp_path / "comparison.gpkg"
    path.write_bytes(service.call("GET", f"/comparisons/{own}/file").body)
    assert set(gpd.read_file(path, layer="areas")["run_id"]) == {run_id, solved.run_id}
    style = service.call("GET", f"/comparisons/{own}/map?f=maplibre").json
    assert {run_id, solved.run_id} <= set(json.dumps(style).split('"'))


def test_a_file_never_changes_and_is_sent_once(service: Service, solved: Solved) -> None:
    for form in ("geopackage", "qgis", "csv"):
        path = f"/runs/{solved.run_id}/file?f={form}"
        first = service.call("GET", path)
        assert service.call("GET", path, If_None_Match=first.headers["etag"]).status == 304
    assert len({service.call("GET", f"/runs/{solved.run_id}/file?f={f}").headers["etag"] for f in ("csv", "qgis")}) == 2


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(service: Service) -> None:
    tables = {
        "areas": [{"area_id": "1", "name": "=cmd|'/c calc'!A1", "population": 10, "lat": 52.0, "lon": 5.0}],
        "sites": [{"site_id": "A", "name": "@SUM(1)", "lat": 52.0, "lon": 5.0}],
        "care_types": [{"care_type_id": "hips"}],
        "demand": [{"area_id": "1", "care_type_id": "hips", "cases_per_year": 5}],
        "site_care": [{"site_id": "A", "care_type_id": "hips", "offered_today": True}],
        "travel_times": [{"area_id": "1", "site_id": "A", "minutes": 4}],
    }
    dataset = service.call("POST", "/datasets", json.dumps(tables).encode()).json["id"]
    for kind, text in (("areas", "'=cmd"), ("sites", "'@SUM")):
        content = service.call("GET", f"/collections/dataset-{dataset}-{kind}/file?f=csv").body.decode("utf-8-sig")
        assert text in content
        assert f",{text[1:]}" not in content


def test_a_maplibre_style_names_only_tiles_and_columns_that_are_there(service: Service, solved: Solved) -> None:
    answer = service.call("GET", f"/runs/{solved.run_id}/map?f=maplibre")
    style = answer.json
    assert style["version"] == 8
    assert "glyphs" not in style
    for kind, source in style["sources"].items():
        address = source["tiles"][0].replace("{z}", "0").replace("{y}", "0").replace("{x}", "0")
        assert service.call("GET", address.removeprefix(service.address)).status in (200, 204)
        schema = service.call("GET", f"/collections/run-{solved.run_id}-{kind}/queryables").json["properties"]
        mine = [layer for layer in style["layers"] if layer.get("source") == kind]
        assert mine
        for layer in mine:
            assert columns_in([layer["paint"], layer.get("filter", [])]) <= set(schema)
            assert layer["metadata"]["legend"]
    visible = [layer for layer in style["layers"] if layer.get("layout", {}).get("visibility") == "visible"]
    assert {layer["source"] for layer in visible} == {"areas", "sites"}


def columns_in(value: Any) -> set[str]:
    """The columns that an expression gets."""
    if isinstance(value, dict):
        return set().union(*map(columns_in, value.values()))
    if not isinstance(value, list):
        return set()
    own = {value[1]} if len(value) == 2 and value[0] in ("get", "has") and isinstance(value[1], str) else set()
    return own.union(*map(columns_in, value))


def test_every_layer_has_a_style_with_its_legend_in_both_languages_of_maps(service: Service, solved: Solved) -> None:
    for kind in ("areas", "sites", "flows", "catchments", "moves"):
        listed = service.call("GET", f"/collections/run-{solved.run_id}-{kind}/styles").json["styles"]
        assert listed
        for style in listed:
            for link in style["links"]:
                answer = service.call("GET", link["href"].removeprefix(service.address))
                assert (answer.status, answer.headers["content-type"].split(";")[0]) == (200, link["type"])
            document = Xml.fromstring(service.call("GET", f"/collections/run-{solved.run_id}-{kind}/styles/"
                                                          f"{style['id']}?f=qml").body)  # fmt: skip
            assert [rule.get("label") for rule in document.iter("rule")] == [row["label"] for row in style["legend"]]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/collections/run-{run}-areas/file?f=shapefile", 400),
        ("/collections/run-{run}-areas/file?crs=EPSG:1", 400),
        ("/collections/run-{run}-areas/file?colour=red", 400),
        ("/runs/{run}/file?f=maplibre", 400),
        ("/runs/{run}/map?f=csv", 400),
        ("/collections/run-{run}-areas/styles/nothing", 404),
        ("/runs/unknown/file", 404),
        ("/comparisons/unknown/map", 404),
    ],
)
def test_what_is_not_offered_is_refused(service: Service, solved: Solved, path: str, status: int) -> None:
    assert is_problem(service.call("GET", path.format(run=solved.run_id)), status)
