"""QGIS itself opens every layer, filters it, draws plans in the styles that are shipped, and draws vector tiles."""

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Region, Solved
from tests.e2e.service import Service

NETHERLANDS = [3.2, 50.7, 7.3, 53.6]
RAMP = {"#fde0a1", "#fbb76b", "#ef8354", "#cf4f4f", "#97295c", "#54115a"}
CLIENT = Path(__file__).parent / "qgis_client.py"
PICTURES = os.environ.get("CARE_LANDSCAPE_TEST_PICTURES")
"""A folder to keep the pictures in, for whoever wants to look at them."""


@pytest.fixture(scope="session")
def qgis(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs tasks in QGIS and returns what it tells of each."""
    python = next((found for path in ("/usr/bin", os.defpath) if (found := shutil.which("python3", path=path))), None)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path_factory.mktemp("home"))}
    environment["XDG_RUNTIME_DIR"] = environment["HOME"]
    if (
        python is None
        or subprocess.run([python, "-c", "import qgis.core"], capture_output=True, env=environment).returncode
    ):
        pytest.skip("needs QGIS with its Python bindings (Debian: qgis, python3-qgis), which is not here")

    def run(tasks: list[dict[str, Any]]) -> list[Any]:
        path = tmp_path_factory.mktemp("qgis") / "tasks.json"
        path.write_text(json.dumps(tasks))
        told = subprocess.run([python, str(CLIENT), str(path)], capture_output=True, text=True, env=environment)
        answers = [json.loads(line) for line in told.stdout.splitlines()]
        assert len(answers) == len(tasks), told.stderr
        return answers

    return run


def source(service: Service, collection: str, **more: str) -> str:
    """A layer as QGIS's own OAPIF provider names it."""
    rest = "".join(f" {name}='{value}'" for name, value in more.items())
    return f" pagingEnabled='true' typename='{collection}' url='{service.address}/v1/workspaces/local'{rest}"


def picture(tmp_path: Path, name: str) -> str:
    """Where a picture is written."""
    return str((Path(PICTURES) if PICTURES else tmp_path) / name)


def test_qgis_opens_every_layer_of_a_plan_a_comparison_and_a_dataset(
    service: Service, solved: Solved, qgis: Any
) -> None:
    run_id = service.run(solved.scenario_id, question={"question": "evaluate"})
    service.ended(run_id)
    comparison = service.post("/comparisons", {"run_ids": [run_id, solved.run_id]}).json["id"]
    mine = [
        entry["id"]
        for entry in service.call("GET", "/collections").json["collections"]
        if solved.run_id in entry["id"] or comparison in entry["id"]
    ]
    dataset = service.call("GET", f"/scenarios/{solved.scenario_id}").json["dataset_id"]
    mine += [f"dataset-{dataset}-{kind}" for kind in ("areas", "sites", "regions")]
    assert len(mine) == 11
    told = qgis([{"do": "layer", "provider": "OAPIF", "source": source(service, each)} for each in mine])
    for collection, seen in zip(mine, told, strict=True):
        page = service.call("GET", f"/collections/{collection}/items?limit=1").json
        assert seen["valid"], (collection, seen)
        assert seen["features"] == page["numberMatched"], collection
        if page["features"]:
            assert set(page["features"][0]["properties"]) <= set(seen["fields"])


def test_qgis_reads_4067_polygons_by_box_and_by_filter_in_both_systems_and_draws_them(
    service: Service, shared_nl_acute: Region, qgis: Any, tmp_path: Path
) -> None:
    run_id = service.run(service.scenario_on(shared_nl_acute.package, shared_nl_acute.scenario))
    assert service.ended(run_id)["has_plan"]
    areas = f"run-{run_id}-areas"
    box = [5.0, 52.0, 5.5, 52.3]
    plan = tmp_path / "plan"
    (tmp_path / "plan.zip").write_bytes(service.call("GET", f"/runs/{run_id}/file?f=qgis&crs=EPSG:28992").body)
    zipfile.ZipFile(tmp_path / "plan.zip").extractall(plan)
    (tmp_path / "live.qgs").write_bytes(service.call("GET", f"/runs/{run_id}/map?f=qgs").body)
    (tmp_path / "minutes.qml").write_bytes(service.call("GET", f"/collections/{areas}/styles/minutes?f=qml").body)
    tiles = service.call("GET", f"/collections/{areas}/tiles/WebMercatorQuad?f=tilejson").json["tiles"][0]
    alone, filtered, national, kept, live, tiled = qgis(
        [
            {"do": "layer", "provider": "OAPIF", "source": source(service, areas), "box": box,
             "expression": '"minutes_plan" > 30'},
            {"do": "layer", "provider": "OAPIF",
             "source": source(service, areas, filter='"gemeente" = \\\'Utrecht\\\'')},
            {"do": "layer", "provider": "ogr", "source": f"{plan / 'plan.gpkg'}|layername=areas"},
            {"do": "project", "path": str(plan / "plan.qgz"), "box": NETHERLANDS,
             "picture": picture(tmp_path, "plan.png")},
            {"do": "project", "path": str(tmp_path / "live.qgs"), "box": NETHERLANDS,
             "picture": picture(tmp_path, "live.png")},
            {"do": "tiles", "tiles": tiles, "qml": str(tmp_path / "minutes.qml"), "layer": "areas",
             "column": "minutes_plan", "box": NETHERLANDS, "picture": picture(tmp_path, "tiles.png")},
        ]
    )  # fmt: skip
    assert (alone["features"], alone["with_shape"], alone["system"]) == (4067, 4067, "EPSG:4326")
    items = f"/collections/{areas}/items?limit=1"
    corners = ",".join(map(str, box))
    assert alone["in_box"] == service.call("GET", f"{items}&bbox={corners}").json["numberMatched"] > 0
    assert alone["by_expression"] == service.call("GET", f"{items}&filter=minutes_plan%3E30").json["numberMatched"] > 0
    assert filtered["features"] == service.call("GET", f"{items}&gemeente=Utrecht").json["numberMatched"] > 0
    assert (national["features"], national["system"]) == (4067, "EPSG:28992")
    assert 10_000 < national["extent"][0] < national["extent"][2] < 290_000
    for opened in (kept, live):
        assert (opened["read"], opened["system"]) == (True, "EPSG:28992")
        assert all(each["valid"] for each in opened["layers"])
        shown = {each["name"]: each["legend"] for each in opened["layers"] if each["visible"]}
        assert shown["Sites: what changes"] == ["stays", "opens", "closes", "never", "no value"]
        assert shown["Areas: minutes in the plan"][0] == "less than 5 minutes"
        assert set(opened["colours"]) >= RAMP
        assert {"#0f5a8c", "#c2410c"} <= set(opened["colours"])
    assert tiled["valid"]
    assert set(tiled["colours"]) >= RAMP
    assert sum(tiled["colours"].values()) > 200_000
