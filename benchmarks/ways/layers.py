"""The layers of a dataset as a GIS program gets them: from the service, within this process, and by plain file reads."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZipFile

Json = dict[str, Any]
LEVELS = (6, 7, 8, 9)
"""Zoom levels of the tiles that are made: a country on a screen, to a town."""
FORMATS = ("geopackage", "flatgeobuf", "geoparquet", "csv")


def features(data: str) -> Json:
    """All areas as GeoJSON over HTTP: the first time, and again."""
    with _served(data) as (call, own, marks):
        first = call(f"{own}/items?limit=10000")
        _mark(marks, "again")
        again = call(f"{own}/items?limit=10000&f=json")
        _mark(marks, "ten of them")
        page = call(f"{own}/items?limit=10&offset=2000")
        phases = _phases(marks)
        count = len(json.loads(first)["features"])
        assert len(page) < len(again)
    figures = {
        "items/s, first time": round(count / phases["first time"]),
        "items/s, again": round(count / phases["again"]),
        "ms for ten": round(1000 * phases["ten of them"], 1),
        "MB": round(len(first) / 1e6, 1),
    }
    kept = {name: seconds for name, seconds in phases.items() if name in ("imports", "reading", "first time")}
    return {"count": count, "phases": kept, "figures": figures}


def file_read(data: str) -> Json:
    """The same areas read from their GeoPackage into a table."""
    marks = [("imports", time.process_time())]
    import pyogrio

    _mark(marks, "reading a file")
    table = pyogrio.read_dataframe(Path(data) / "areas.gpkg")
    phases = _phases(marks, last="reading a file")
    return {"count": len(table), "phases": phases, "figures": {"items/s": round(len(table) / phases["reading a file"])}}


def file_to_geojson(data: str) -> Json:
    """The same areas read from their GeoPackage and written as GeoJSON by GDAL."""
    marks = [("imports", time.process_time())]
    import pyogrio

    _mark(marks, "converting")
    with tempfile.TemporaryDirectory() as folder:
        table = pyogrio.read_dataframe(Path(data) / "areas.gpkg")
        pyogrio.write_dataframe(table.to_crs(4326), Path(folder) / "areas.geojson", driver="GeoJSON")
    phases = _phases(marks, last="converting")
    return {"count": len(table), "phases": phases, "figures": {"items/s": round(len(table) / phases["converting"])}}


def tiles(data: str) -> Json:
    """Every tile of the levels over HTTP: the first time, and again; and as many empty ones."""
    with _served(data) as (call, own, marks):
        import morecantile

        grid = morecantile.tms.get("WebMercatorQuad")
        asked = [f"{tile.z}/{tile.y}/{tile.x}" for tile in grid.tiles(3.3, 50.7, 7.3, 53.6, zooms=LEVELS)]
        _mark(marks, "first time")
        made = [call(f"{own}/tiles/WebMercatorQuad/{each}") for each in asked]
        _mark(marks, "again")
        for each in asked:
            call(f"{own}/tiles/WebMercatorQuad/{each}")
        _mark(marks, "empty")
        for number in range(len(asked)):
            call(f"{own}/tiles/WebMercatorQuad/9/0/{number}")
        phases = _phases(marks, last="empty")
    full = [body for body in made if body]
    figures = {
        "tiles": len(asked),
        "ms a tile, first time": round(1000 * phases["first time"] / len(asked), 1),
        "ms a tile, again": round(1000 * phases["again"] / len(asked), 2),
        "ms an empty tile": round(1000 * phases["empty"] / len(asked), 2),
        "largest kB": round(max(map(len, full)) / 1000),
    }
    kept = {name: seconds for name, seconds in phases.items() if name in ("imports", "reading", "first time")}
    return {"count": len(full), "phases": kept, "figures": figures}


def gdal_tiles(data: str) -> Json:
    """The same levels of the same layer by GDAL's driver for vector tiles."""
    marks = [("imports", time.process_time())]
    import pyogrio

    _mark(marks, "reading")
    table = pyogrio.read_dataframe(Path(data) / "areas.gpkg").to_crs(3857)
    _mark(marks, "all tiles")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "tiles"
        pyogrio.write_dataframe(
            table, target, driver="MVT", layer="areas",
            dataset_options={"MINZOOM": LEVELS[0], "MAXZOOM": LEVELS[-1], "COMPRESS": "NO", "MAX_SIZE": 5_000_000},
        )  # fmt: skip
        made = list(target.rglob("*.pbf"))
        largest = max(path.stat().st_size for path in made)
    phases = _phases(marks, last="all tiles")
    figures = {
        "tiles": len(made),
        "ms a tile": round(1000 * phases["all tiles"] / len(made), 1),
        "largest kB": round(largest / 1000),
    }
    return {"count": len(made), "phases": phases, "figures": figures}


def downloads(data: str) -> Json:
    """The layer as a file of each format over HTTP; a GeoPackage carries its styles."""
    with _served(data) as (call, own, marks):
        sizes = {}
        for form in FORMATS:
            _mark(marks, form)
            sizes[form] = len(call(f"{own}/file?f={form}"))
        phases = _phases(marks, last=FORMATS[-1])
    figures = {f"{form} MB": round(size / 1e6, 1) for form, size in sizes.items()}
    return {"count": len(sizes), "phases": phases, "figures": figures}


def plain_files(data: str) -> Json:
    """The same formats written by geopandas from the same table."""
    marks = [("imports", time.process_time())]
    import geopandas as gpd

    _mark(marks, "reading")
    from app.layers.frames import dataset_frame
    from geodata.package import read_package

    package = read_package(Path(data)).package
    assert package is not None
    frame: gpd.GeoDataFrame = dataset_frame(package, "areas")
    with tempfile.TemporaryDirectory() as folder:
        _mark(marks, "geopackage")
        frame.to_file(Path(folder) / "a.gpkg", driver="GPKG")
        _mark(marks, "flatgeobuf")
        frame.to_file(Path(folder) / "a.fgb", driver="FlatGeobuf")
        _mark(marks, "geoparquet")
        frame.to_parquet(Path(folder) / "a.parquet")
        _mark(marks, "csv")
        frame.drop(columns="geometry").to_csv(Path(folder) / "a.csv", index=False)
        phases = _phases(marks, last="csv")
    return {"count": len(FORMATS), "phases": phases}


@contextmanager
def _served(data: str) -> Iterator[tuple[Callable[[str], bytes], str, list[tuple[str, float]]]]:
    """The service in this process with the data in it: a way to call, the areas' address, and the marks so far."""
    marks = [("imports", time.process_time())]
    from starlette.testclient import TestClient

    from app.main import create_app
    from app.settings import Settings
    from app.store.migrate import migrate

    _mark(marks, "reading")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_directory=Path(folder), embedded_worker=False)
        migrate(settings.database_url)
        archive = Path(folder) / "package.zip"
        with ZipFile(archive, "w") as file:
            for path in Path(data).iterdir():
                if path.suffix != ".json" or path.name == "datapackage.json":
                    file.write(path, path.name)
        with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
            base = "/v1/workspaces/local"
            kept = client.post(
                f"{base}/datasets", content=archive.read_bytes(), headers={"content-type": "application/zip"}
            )
            own = f"{base}/collections/dataset-{kept.json()['id']}-areas"
            client.get(f"{own}/items?limit=1")

            def call(path: str) -> bytes:
                answer = client.get(path, headers={"accept-encoding": "identity"})
                assert answer.status_code in (200, 204), answer.text
                return answer.content

            _mark(marks, "first time")
            yield call, own, marks


def _mark(marks: list[tuple[str, float]], phase: str) -> None:
    """Ends the phase before and begins this one."""
    marks.append((phase, time.process_time()))


def _phases(marks: list[tuple[str, float]], last: str = "") -> dict[str, float]:
    """CPU seconds per phase, up to now."""
    ends = [mark for _, mark in marks[1:]] + [time.process_time()]
    found: dict[str, float] = {}
    for (name, began), end in zip(marks, ends, strict=True):
        found[name] = found.get(name, 0.0) + end - began
    return found
