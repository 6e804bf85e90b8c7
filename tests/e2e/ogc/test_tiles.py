"""OGC API - Tiles, Part 1 (20-057), Annex A for vector tiles: one test per requirement, and tiles that hold the layer."""

from typing import Any
from urllib.parse import quote

import mapbox_vector_tile
import morecantile
import pytest
from pyproj import Transformer

from geodata.tiles import matrix_sets
from tests.e2e.ogc.conftest import Layers, links
from tests.e2e.test_refusals import is_problem

MVT = "application/vnd.mapbox-vector-tile"
GRIDS = ("WebMercatorQuad", "NetherlandsRDNewQuad")
REL = "http://www.opengis.net/def/rel/ogc/1.0"


def tile_at(grid: str, z: int, feature: Any) -> tuple[int, int]:
    """Row and column of the tile that holds a point feature; reckoned by hand, in the grid's own system."""
    code, corner, across = {
        "WebMercatorQuad": (3857, (-20037508.342789244, 20037508.342789244), 40075016.68557849),
        "NetherlandsRDNewQuad": (28992, (-285401.92, 903401.92), 880803.84),
    }[grid]
    moved = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}", always_xy=True)
    x, y = moved.transform(*feature["geometry"]["coordinates"])
    side = across / 2**z
    return int((corner[1] - y) // side), int((x - corner[0]) // side)


def decoded(body: bytes) -> Any:
    """The features of a tile's one layer."""
    ((_, layer),) = mapbox_vector_tile.decode(body).items()
    return layer["features"]


def test_req_tilesets_list_and_geodata_tilesets(layers: Layers) -> None:
    (link,) = links(layers.get(layers.layer()).json)[f"{REL}/tilesets-vector"]
    told = layers.get(link["href"]).json["tilesets"]
    assert [each["tileMatrixSetId"] for each in told] == list(GRIDS)
    for each in told:
        assert (each["dataType"], bool(each["crs"])) == ("vector", True)
        assert {"self", "item", f"{REL}/tiling-scheme"} <= set(links(each))


@pytest.mark.parametrize("grid", GRIDS)
def test_req_tileset_metadata_leads_to_its_grid(layers: Layers, grid: str) -> None:
    told = layers.get(f"{layers.layer('sites')}/tiles/{grid}").json
    (described,) = told["layers"]
    assert (described["id"], described["geometryDimension"]) == ("sites", 0)
    assert "state" in described["propertiesSchema"]["properties"]
    (scheme,) = links(told)[f"{REL}/tiling-scheme"]
    matrix_set = morecantile.TileMatrixSet.model_validate(layers.get(scheme["href"]).json)
    assert matrix_set.id == grid
    assert matrix_set.crs.to_epsg() == {"WebMercatorQuad": 3857, "NetherlandsRDNewQuad": 28992}[grid]


def test_the_dutch_grid_has_the_scales_that_are_agreed(layers: Layers) -> None:
    told = layers.get("/tile-matrix-sets/NetherlandsRDNewQuad").json["tileMatrices"]
    assert told[0]["scaleDenominator"] == pytest.approx(12_288_000)
    assert told[0]["pointOfOrigin"] == pytest.approx([-285401.92, 903401.92])
    assert told[14]["cellSize"] == pytest.approx(0.21)


@pytest.mark.parametrize("grid", GRIDS)
def test_req_core_tc_op_and_mvt_a_tile_holds_the_features_that_are_on_it(layers: Layers, grid: str) -> None:
    sites = layers.items("limit=10000", "sites")["features"]
    z = 9
    for row, column in {tile_at(grid, z, site) for site in sites}:
        answer = layers.get(f"{layers.layer('sites')}/tiles/{grid}/{z}/{row}/{column}")
        assert (answer.status, answer.headers["content-type"]) == (200, MVT)
        told = {each["id"]: each["properties"] for each in decoded(answer.body)}
        here = [site for site in sites if tile_at(grid, z, site) == (row, column)]
        assert {site["id"] for site in here} <= set(told)
        for site in here:
            expected = {name: value for name, value in site["properties"].items() if value is not None}
            assert told[site["id"]] == expected


def test_a_point_is_drawn_where_it_is(layers: Layers) -> None:
    site = layers.items("limit=1", "sites")["features"][0]
    z, grid = 12, "NetherlandsRDNewQuad"
    row, column = tile_at(grid, z, site)
    body = layers.get(f"{layers.layer('sites')}/tiles/{grid}/{z}/{row}/{column}").body
    (drawn,) = [each for each in decoded(body) if each["id"] == site["id"]]
    bounds = matrix_sets()[grid].xy_bounds(morecantile.Tile(column, row, z))
    rd = layers.items("limit=1&crs=http://www.opengis.net/def/crs/EPSG/0/28992", "sites")["features"][0]
    x, y = drawn["geometry"]["coordinates"]
    unit = (bounds.right - bounds.left) / 4096
    assert [bounds.left + x * unit, bounds.bottom + y * unit] == pytest.approx(rd["geometry"]["coordinates"], abs=unit)


def test_the_tiles_of_a_level_hold_every_area_and_neighbours_leave_no_gap(layers: Layers) -> None:
    features = layers.items("limit=10000&care_type_id=obstetrics")["features"]
    seen: set[int] = set()
    grid = matrix_sets()["WebMercatorQuad"]
    box = layers.get(layers.layer()).json["extent"]["spatial"]["bbox"][0]
    for tile in grid.tiles(*box, zooms=[8]):
        answer = layers.get(f"{layers.layer()}/tiles/WebMercatorQuad/8/{tile.y}/{tile.x}?care_type_id=obstetrics")
        if answer.status == 200:
            told = decoded(answer.body)
            assert {each["properties"]["care_type_id"] for each in told} == {"obstetrics"}
            seen |= {each["id"] for each in told}
    assert seen == {each["id"] for each in features}


def test_req_core_tc_error_there_is_no_such_tile(layers: Layers) -> None:
    own = f"{layers.layer()}/tiles"
    for path in ("Nothing/0/0/0", "WebMercatorQuad/0/0/1", "WebMercatorQuad/99/0/0", "WebMercatorQuad/x/0/0",
                 "NetherlandsRDNewQuad/1/-1/0"):  # fmt: skip
        assert is_problem(layers.get(f"{own}/{path}"), 404)
    assert is_problem(layers.get(f"{own}/WebMercatorQuad/5/10/16?colour=red"), 400)
    assert is_problem(layers.get(f"{own}/WebMercatorQuad/5/10/16?filter={quote('nothing > 1')}"), 400)


def test_an_empty_tile_is_cheap_and_every_tile_is_sent_once(layers: Layers) -> None:
    empty = layers.get(f"{layers.layer()}/tiles/WebMercatorQuad/8/0/0")
    assert (empty.status, empty.body) == (204, b"")
    full = layers.get(f"{layers.layer()}/tiles/WebMercatorQuad/0/0/0")
    assert full.status == 200
    for answer, path in ((empty, "8/0/0"), (full, "0/0/0")):
        again = layers.get(f"{layers.layer()}/tiles/WebMercatorQuad/{path}", If_None_Match=answer.headers["etag"])
        assert (again.status, again.body) == (304, b"")


def test_tilejson_leads_to_tiles_with_the_same_filter(layers: Layers) -> None:
    told = layers.get(f"{layers.layer()}/tiles/WebMercatorQuad?f=tilejson&care_type_id=obstetrics").json
    assert (told["tilejson"], told["vector_layers"][0]["id"]) == ("3.0.0", "areas")
    (template,) = told["tiles"]
    address = template.replace("{z}", "0").replace("{y}", "0").replace("{x}", "0")
    features = decoded(layers.get(address).body)
    assert {each["properties"]["care_type_id"] for each in features} == {"obstetrics"}
