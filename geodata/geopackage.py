"""Layers as one GeoPackage that QGIS opens in their styles, the same bytes each time."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from geodata.formats import typed
from geodata.styling.classes import Style
from geodata.styling.qgis import qml

WRITTEN = "2000-01-01T00:00:00.000Z"
"""The moment every file says it was written, so that equal layers make equal bytes."""
_STYLES_TABLE = """
create table layer_styles (
  id integer primary key autoincrement, f_table_catalog text(256), f_table_schema text(256), f_table_name text(256),
  f_geometry_column text(256), styleName text(30), styleQML text, styleSLD text, useAsDefault boolean, description text,
  owner text(30), ui text(30), update_time datetime
)"""


def geopackage(frames: Mapping[str, Any], styles: Mapping[str, Sequence[Style]]) -> bytes:
    """Each frame as a layer under its name, with the styles of that name, the first of them the usual one."""
    import pyogrio  # GDAL: 30 MB that a service which writes no files does without

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": WRITTEN})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layers.gpkg"
        for name, frame in frames.items():
            typed(frame).to_file(
                path,
                driver="GPKG",
                layer=name,
                engine="pyogrio",
                VERSION="1.2",
                mode="a" if path.exists() else "w",
            )
        with closing(sqlite3.connect(path)) as database, database:
            _add_styles(database, {name: styles.get(name, ()) for name in frames})
        return path.read_bytes()


def _add_styles(database: sqlite3.Connection, styles: Mapping[str, Sequence[Style]]) -> None:
    database.execute(_STYLES_TABLE)
    database.execute(
        "insert into gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)"
        " values ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
        (WRITTEN,),
    )
    for name, listed in styles.items():
        for place, style in enumerate(listed):
            database.execute(
                "insert into layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
                " styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)"
                " values ('', '', ?, 'geom', ?, ?, '', ?, ?, '', '', ?)",
                (name, style.style_id[:30], qml(style), place == 0, style.title, WRITTEN),
            )
