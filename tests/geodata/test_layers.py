"""Layers carry ids, numbers and attributes on the right place of the map, in the axis order of each system."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.crs import CRS84, SYSTEMS, UnknownSystemError, box_to_wgs84, reference_system
from geodata.formats import FORMATS, UnknownFormatError, layer_file
from geodata.layers import areas_layer, features, flows_layer, rows_in_box, sites_layer
from geodata.package import Package
from tests.geodata.written import sound, write

SQUARE = {"type": "Polygon", "coordinates": [[[5.0, 52.0], [5.2, 52.0], [5.2, 52.2], [5.0, 52.2], [5.0, 52.0]]]}


@pytest.fixture
def package(tmp_path: Path) -> Package:
    feature = {"type": "Feature", "properties": {"area_id": "0123"}, "geometry": SQUARE}
    shapes = json.dumps({"type": "FeatureCollection", "features": [feature]})
    return sound(write(tmp_path, areas__geojson=shapes))


def _rows(*ids: str) -> np.ndarray:
    return np.array(ids, dtype=object)


def test_an_area_without_a_shape_is_a_point(package: Package) -> None:
    frame = areas_layer(package, {"area_id": _rows("2", "0123"), "minutes_plan": np.array([3.5, np.nan])})
    assert frame.columns.tolist() == ["area_id", "name", "minutes_plan", "population", "in_region", "code", "geometry"]
    point, polygon = features(frame, CRS84)
    assert point["geometry"] == {"type": "Point", "coordinates": [5.0, 52.2]}
    assert polygon["geometry"]["type"] == "Polygon"
    assert point["properties"] == {
        "area_id": "2", "name": "West", "minutes_plan": 3.5, "population": 500.0, "in_region": True, "code": "08",
    }  # fmt: skip
    assert polygon["properties"]["minutes_plan"] is None
    json.dumps([point, polygon], allow_nan=False)


def test_an_unknown_area_is_no_row(package: Package) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        areas_layer(package, {"area_id": _rows("2", "nowhere")})


def test_a_flow_is_a_line_from_area_to_site(package: Package) -> None:
    frame = flows_layer(package, {"area_id": _rows("2"), "site_id": _rows("B"), "cases_per_year": np.array([30.0])})
    (flow,) = features(frame, CRS84)
    assert flow["geometry"] == {"type": "LineString", "coordinates": [[5.0, 52.2], [5.0, 52.3]]}
    assert flow["properties"] == {"area_id": "2", "site_id": "B", "cases_per_year": 30.0}


def test_without_coordinates_sites_have_no_geometry(tmp_path: Path) -> None:
    bare = sound(write(tmp_path, sites="site_id\nA\nB\n"))
    (site, _) = features(sites_layer(bare, {"site_id": _rows("A", "B")}), CRS84)
    assert site["geometry"] is None
    flow = flows_layer(bare, {"area_id": _rows("2"), "site_id": _rows("B")})
    assert features(flow, CRS84)[0]["geometry"] is None
    assert rows_in_box(flow, (-180, -90, 180, 90)).tolist() == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", (5.0, 52.2)),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", (52.2, 5.0)),
        ("http://www.opengis.net/def/crs/EPSG/0/4258", (52.2, 5.0)),
        ("EPSG:28992", (128410, 468380)),
        ("3857", (556597, 6836432)),
    ],
)
def test_each_system_writes_its_axes_its_own_way(package: Package, name: str, expected: tuple[float, float]) -> None:
    frame = areas_layer(package, {"area_id": _rows("2")})
    system = reference_system(name)
    (x, y) = features(frame, system)[0]["geometry"]["coordinates"]
    assert (x, y) == pytest.approx(expected, rel=1e-3)
    west, south, east, north = box_to_wgs84((x - 1e-6, y - 1e-6, x + 1e-6, y + 1e-6), system)
    assert west - 1e-5 <= 5.0 <= east + 1e-5
    assert south - 1e-5 <= 52.2 <= north + 1e-5


def test_the_westertoren_stands_in_the_centre_of_amsterdam() -> None:
    tower = gpd.GeoDataFrame({"name": ["Westertoren"]}, geometry=[shapely.Point(4.88352559, 52.37453253)], crs=4326)
    (x, y) = features(tower, reference_system("28992"))[0]["geometry"]["coordinates"]
    assert (x, y) == pytest.approx((120700.723, 487525.501), abs=0.5)


def test_an_unknown_system_is_refused() -> None:
    with pytest.raises(UnknownSystemError, match="not a reference system"):
        reference_system("http://localhost/crs")
    assert len(SYSTEMS) == 5


def test_a_box_finds_what_it_meets(package: Package) -> None:
    frame = areas_layer(package, {"area_id": _rows("0123", "2", "0123")})
    assert rows_in_box(frame, (5.1, 52.1, 5.15, 52.15)).tolist() == [0, 2]
    assert rows_in_box(frame, (4.9, 52.15, 5.3, 52.25)).tolist() == [0, 1, 2]
    assert rows_in_box(frame, (170, 52.1, 5.01, 52.15)).tolist() == [0, 2]


@pytest.mark.parametrize("file_format", [f for f in FORMATS if f not in ("csv", "excel")])
def test_a_downloaded_layer_reads_back(package: Package, tmp_path: Path, file_format: str) -> None:
    frame = areas_layer(package, {"area_id": _rows("0123"), "minutes_plan": np.array([3.5])})
    path = tmp_path / f"layer.{FORMATS[file_format].extension}"
    path.write_bytes(layer_file(frame, layer="areas", file_format=file_format))
    read = gpd.read_parquet if file_format == "geoparquet" else gpd.read_file
    (row,) = read(path).to_dict("records")
    assert (row["area_id"], row["minutes_plan"], row["population"]) == ("0123", 3.5, 1000.0)
    assert row["geometry"].equals(shapely.from_geojson(json.dumps(SQUARE)))


def test_a_text_like_a_formula_is_disarmed_in_csv(tmp_path: Path) -> None:
    package = sound(write(tmp_path, areas='area_id,name,population\n0123,"=HYPERLINK(1)",5\n2,West,6\n'))
    frame = areas_layer(package, {"area_id": _rows("0123", "2"), "change": np.array([-1.5, 2.0])})
    lines = layer_file(frame, layer="areas", file_format="csv").decode("utf-8-sig").split("\n")
    assert lines[1].startswith("0123,'=HYPERLINK(1),-1.5")
    with pytest.raises(UnknownFormatError, match="use one of"):
        layer_file(frame, layer="areas", file_format="shapefile")
