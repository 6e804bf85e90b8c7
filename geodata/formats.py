"""A layer as a file to take away: GeoPackage, FlatGeobuf, GeoParquet, GeoJSON, CSV or Excel."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geodata.crs import CRS84
from geodata.excel_layers import excel_layers
from geodata.layers import features


class UnknownFormatError(ValueError):
    """The file format asked for is none that layers are written in."""


@dataclass(frozen=True)
class FileFormat:
    """One format: its media type, its file extension, and how a frame is written in it."""

    name: str
    media_type: str
    extension: str
    write: Callable[[Any, str], bytes]


def layer_file(frame: Any, *, layer: str, file_format: str, epsg: int = 4326) -> bytes:
    """The layer as a file in a reference system; GeoJSON is always longitude, latitude. Raises UnknownFormatError."""
    if file_format not in FORMATS:
        raise UnknownFormatError(f"{file_format!r} is not a format of layers; use one of {', '.join(FORMATS)}.")
    return FORMATS[file_format].write(typed(frame if epsg == 4326 else frame.to_crs(epsg)), layer)


def typed(frame: Any) -> Any:
    """The frame with columns of truths and blanks as such, which a file would otherwise hold as texts."""
    truths = {}
    for name in [each for each in frame.columns if frame[each].dtype.kind == "O" and each != frame.geometry.name]:
        kinds = {type(value) for value in frame[name] if value is not None}
        if kinds and kinds <= {bool, np.bool_}:
            truths[name] = frame[name].astype("boolean")
    return frame.assign(**truths)


def _by_gdal(driver: str, extension: str) -> Callable[[Any, str], bytes]:
    def write(frame: Any, layer: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"layer.{extension}"
            frame.to_file(path, driver=driver, layer=layer, engine="pyogrio")
            return path.read_bytes()

    return write


def _parquet(frame: Any, layer: str) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, index=False, compression="zstd")
    return out.getvalue()


def _geojson(frame: Any, layer: str) -> bytes:
    document = {"type": "FeatureCollection", "name": layer, "features": features(frame.to_crs(4326), CRS84)}
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def _csv(frame: Any, layer: str) -> bytes:
    """The columns without geometry; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    for name in plain.columns[plain.dtypes != "float64"]:
        plain[name] = plain[name].map(_harmless, na_action="ignore")
    return plain.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.lstrip()[:1] in tuple("=+-@|%\t\r") and value else value


def _excel(frame: Any, layer: str) -> bytes:
    return excel_layers({layer: frame})


EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[str, FileFormat] = {
    f.name: f
    for f in (
        FileFormat("geopackage", "application/geopackage+sqlite3", "gpkg", _by_gdal("GPKG", "gpkg")),
        FileFormat("flatgeobuf", "application/vnd.flatgeobuf", "fgb", _by_gdal("FlatGeobuf", "fgb")),
        FileFormat("geoparquet", "application/vnd.apache.parquet", "parquet", _parquet),
        FileFormat("geojson", "application/geo+json", "geojson", _geojson),
        FileFormat("csv", "text/csv", "csv", _csv),
        FileFormat("excel", EXCEL, "xlsx", _excel),
    )
}
