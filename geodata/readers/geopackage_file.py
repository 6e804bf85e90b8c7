"""GeoPackage by plain SQLite: read-only, in memory, real tables only, with a deadline; its SQL is never run."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from geodata.problems import Findings
from geodata.raw_table import RawGeometry, RawTable, cell_text, row_numbers

SECONDS = 30.0
MOST_LAYERS = 100
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def read_geopackage(content: bytes, name: str, source: str, found: Findings) -> list[RawTable]:
    """The feature and attribute tables of a GeoPackage; a single one goes by the file's `name`, several by their own.

    Geometry is RawGeometry in the layer's EPSG code; what cannot be read is in `found`.
    """
    if not content.startswith(b"SQLite format 3\0"):
        found.error(name, f"{source} is not a GeoPackage.", "Export it as GeoPackage again.")
        return []
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(_without_wal(content))
        connection.execute("pragma trusted_schema = off")
        connection.execute("pragma query_only = on")
        connection.execute("pragma cell_size_check = on")
        end = time.monotonic() + SECONDS
        connection.set_progress_handler(lambda: int(time.monotonic() > end), 10_000)
        layers = _layers(connection)
        single = len(layers) == 1
        return [t for layer in layers if (t := _table(connection, layer, name if single else layer, source, found))]
    except (sqlite3.Error, OverflowError, UnicodeDecodeError, TypeError) as reason:
        found.error(name, f"{source} cannot be read as a GeoPackage ({reason}).", "Export it as GeoPackage again.")
        return []
    finally:
        connection.close()


def _without_wal(content: bytes) -> bytes:
    """The database with its journal mode set to plain, so that it opens without a second file."""
    return content[:18] + b"\x01\x01" + content[20:] if content[18:20] == b"\x02\x02" else content


def _layers(connection: sqlite3.Connection) -> list[str]:
    """Feature and attribute tables that are tables: no views, no virtual tables."""
    rows = connection.execute(
        "select c.table_name from gpkg_contents c join sqlite_master m on m.name = c.table_name "
        "where c.data_type in ('features', 'attributes') and m.type = 'table' and m.rootpage > 0 "
        "and m.sql not like 'create virtual%' limit ?",
        (MOST_LAYERS,),
    )
    return [str(row[0]) for row in rows]


def _table(connection: sqlite3.Connection, layer: str, name: str, source: str, found: Findings) -> RawTable | None:
    info = connection.execute("select name, pk from pragma_table_info(?)", (layer,)).fetchall()
    where = connection.execute(
        "select column_name, srs_id from gpkg_geometry_columns where table_name = ?", (layer,)
    ).fetchone() if _has_geometry_columns(connection) else None  # fmt: skip
    shape_column = where[0] if where else None
    kept = [str(n) for n, key in info if n != shape_column and not (key and str(n).lower() in {"fid", "ogc_fid", "id"})]
    wanted = kept + ([str(shape_column)] if shape_column else [])
    quoted = ", ".join('"' + w.replace('"', '""') + '"' for w in wanted)
    table = '"' + layer.replace('"', '""') + '"'
    rows = connection.execute(f"select {quoted} from {table}").fetchall()  # noqa: S608 (names are quoted, from the schema)
    columns = {n: pa.array([cell_text(r[j]) for r in rows], pa.string()) for j, n in enumerate(kept)}
    geometry = None
    if where:
        geometry = _geometry(connection, int(where[1]), [r[-1] for r in rows], name, source, found)
    return RawTable(name, source, columns, row_numbers(len(rows)), geometry)


def _has_geometry_columns(connection: sqlite3.Connection) -> bool:
    sql = "select count(*) from sqlite_master where type = 'table' and name = 'gpkg_geometry_columns'"
    return bool(connection.execute(sql).fetchone()[0])


def _geometry(
    connection: sqlite3.Connection, srs: int, blobs: list[Any], name: str, source: str, found: Findings
) -> RawGeometry | None:
    row = connection.execute(
        "select organization, organization_coordsys_id from gpkg_spatial_ref_sys where srs_id = ?", (srs,)
    ).fetchone()
    if row is None or str(row[0]).upper() != "EPSG":
        found.error(
            name, f"{source} names no EPSG reference system.", "Save it in EPSG:28992 or EPSG:4326.", field="geometry"
        )
        return None
    wkb = np.array([_wkb(blob) for blob in blobs], dtype=object)
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    lost = np.flatnonzero(np.array([b is not None for b in blobs], dtype=bool) & shapely.is_missing(shapes))
    found.rows(
        "error",
        name,
        "geometry",
        lost + 1,
        lambda i: f"The shape in {source} cannot be read.",
        "Export the layer again.",
    )
    return RawGeometry(shapes, int(row[1]))


def _wkb(blob: object) -> bytes | None:
    """The well-known binary behind a GeoPackage geometry's header; None for a blank, empty bytes for a damaged one."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        return b""
    return blob[8 + _ENVELOPE_BYTES.get((blob[3] >> 1) & 7, 0) :]
