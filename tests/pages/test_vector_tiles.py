"""The vector tiles of a plan, drawn by MapLibre in its shipped style, in a real browser."""

from pathlib import Path
from typing import Any

import pytest
import shapely
import shapely.geometry
from playwright.sync_api import Browser

from tests.e2e.service import Service

MAPLIBRE = Path(__file__).resolve().parent.parent.parent / "app" / "ui" / "node_modules" / "maplibre-gl" / "dist"
DRAW = """async ([style, library, worker, box]) => {
  const maplibre = await import(library);
  maplibre.setWorkerUrl(worker);
  document.body.innerHTML = '<div id="drawn" style="width: 800px; height: 600px"></div>';
  const errors = [];
  const map = new maplibre.Map({container: 'drawn', style, bounds: box, fadeDuration: 0});
  map.on('error', (event) => errors.push(String(event.error)));
  await new Promise((done) => map.once('idle', done));
  const found = map.queryRenderedFeatures().map((one) => [one.source, one.properties.area_id ?? one.properties.site_id]);
  return {errors, found};
}"""


@pytest.fixture
def library() -> Path:
    """MapLibre as the pages are built with it."""
    if not (MAPLIBRE / "maplibre-gl.mjs").is_file():
        pytest.skip("needs app/ui/node_modules, which is there after the pages were built here (make ui)")
    return MAPLIBRE


def test_maplibre_draws_the_tiles_of_a_plan(
    browser: Browser, service: Service, library: Path, package: Path, tmp_path: Path
) -> None:
    dataset = service.call("POST", "/datasets", package.read_bytes(), kind="application/zip").json
    scenario = service.post(
        "/scenarios", {"dataset_id": dataset["id"], "name": "as it is", "question": {"question": "evaluate"}}
    )
    run = service.ended(service.run(scenario.json["id"]))
    assert run["state"] == "successful"
    style = service.call("GET", f"/runs/{run['id']}/map?f=maplibre").json
    areas = service.call("GET", f"/collections/run-{run['id']}-areas/items?limit=10000").json["features"]
    box = list(shapely.total_bounds([shapely.geometry.shape(area["geometry"]) for area in areas]))
    with browser.new_context(bypass_csp=True, viewport={"width": 820, "height": 620}) as context:
        page = context.new_page()
        page.route("**/library/*", lambda route: route.fulfill(path=library / route.request.url.rsplit("/", 1)[1]))
        page.goto(f"{service.address}/pages/")
        root = f"{service.address}/library"
        drawn: Any = page.evaluate(DRAW, [style, f"{root}/maplibre-gl.mjs", f"{root}/maplibre-gl-worker.mjs", box])
        page.screenshot(path=tmp_path / "tiles.png")
    assert drawn["errors"] == []
    shown = {name for source, name in drawn["found"] if source == "areas"}
    assert shown == {feature["properties"]["area_id"] for feature in areas}
    assert any(source == "sites" for source, _ in drawn["found"])
