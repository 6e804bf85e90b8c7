"""The store's form of a package: a plain zip of Parquet columns (zstd), exact in every bit and fast to read."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

Array = np.ndarray[Any, Any]
Tables = Mapping[str, Mapping[str, Array]]
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def pack(tables: Tables, geometry: Any) -> bytes:
    """One zip, itself not compressed: shapes.json tells each array's shape and type, Parquet files hold the columns."""
    shapes: dict[str, dict[str, dict[str, Any]]] = {}
    files: dict[str, bytes] = {}
    for name, columns in tables.items():
        shapes[name] = {c: {"shape": list(a.shape), "dtype": a.dtype.str} for c, a in columns.items()}
        for number, (length, group) in enumerate(_by_length(columns)):
            for c in group:
                shapes[name][c]["file"] = number
            files[f"{name}.{number}.parquet"] = _parquet({c: columns[c] for c in group}, length)
    if geometry is not None:
        files["geometry.parquet"] = _parquet(
            {
                "area_id": geometry["area_id"].to_numpy(dtype=object),
                "wkb": shapely.to_wkb(geometry.geometry.to_numpy()),
            },
            len(geometry),
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("shapes.json", _LONG_AGO), json.dumps(shapes, ensure_ascii=False))
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, _LONG_AGO), content)
    return out.getvalue()


def unpack(blob: bytes) -> tuple[dict[str, dict[str, Array]], Any]:
    """The tables and geometry that `pack` wrote; raises ValueError for anything else."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(blob))
        shapes = json.loads(archive.read("shapes.json"))
        tables = {name: _columns(archive, name, columns) for name, columns in shapes.items()}
        geometry = None
        if "geometry.parquet" in archive.namelist():
            table = pq.read_table(io.BytesIO(archive.read("geometry.parquet")), use_threads=False)
            shapes_wkb = table.column("wkb").to_numpy()
            geometry = gpd.GeoDataFrame(
                {"area_id": _to_numpy(table.column("area_id"))}, geometry=shapely.from_wkb(shapes_wkb), crs="EPSG:4326"
            )
    except (zipfile.BadZipFile, KeyError, pa.ArrowException, json.JSONDecodeError) as reason:
        raise ValueError(f"These bytes are no stored package ({reason}).") from reason
    return tables, geometry


def _by_length(columns: Mapping[str, Array]) -> list[tuple[int, list[str]]]:
    groups: dict[int, list[str]] = {}
    for name, column in columns.items():
        groups.setdefault(column.size, []).append(name)
    return list(groups.items())


def _parquet(columns: Mapping[str, Array], length: int) -> bytes:
    table = pa.table({name: _to_arrow(column) for name, column in columns.items()})
    out = io.BytesIO()
    pq.write_table(
        table, out, compression="zstd", compression_level=3, row_group_size=max(1, length), store_schema=False
    )
    return out.getvalue()


def _to_arrow(column: Array) -> pa.Array:
    flat = column.reshape(-1)
    if flat.dtype != object:
        return pa.array(flat)
    filled = next((v for v in flat if v is not None), None)
    kinds: dict[type, pa.DataType] = {bytes: pa.binary(), bool: pa.bool_()}
    return pa.array(flat, kinds.get(type(filled), pa.string()))


def _columns(archive: zipfile.ZipFile, name: str, shapes: dict[str, dict[str, Any]]) -> dict[str, Array]:
    files = {
        number: pq.read_table(io.BytesIO(archive.read(f"{name}.{number}.parquet")), use_threads=False)
        for number in sorted({s["file"] for s in shapes.values()})
    }
    return {
        column: _to_numpy(files[s["file"]].column(column)).astype(np.dtype(s["dtype"]), copy=False).reshape(s["shape"])
        for column, s in shapes.items()
    }


def _to_numpy(column: pa.ChunkedArray) -> Array:
    array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if pa.types.is_string(array.type):
        coded = array.dictionary_encode()
        words = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
        found: Array = words[np.asarray(coded.indices.fill_null(len(words) - 1))]
        return found
    result: Array = array.to_numpy(zero_copy_only=False)
    return result.copy() if not result.flags.writeable else result


def digest(tables: Tables, geometry: Any) -> bytes:
    """Bytes that tell packages apart by content: the hash of every column in order of name, rows in file order."""
    whole = hashlib.sha256()
    for part in _parts(tables, geometry):
        whole.update(part)
    return whole.digest()


def _parts(tables: Tables, geometry: Any) -> Iterator[bytes]:
    for name in sorted(tables):
        for column in sorted(tables[name]):
            array = tables[name][column]
            yield f"{name}\0{column}\0{array.shape}\0{array.dtype.str}\0".encode()
            yield from _column_parts(array)
    if geometry is not None:
        yield b"geometry\0"
        yield from _column_parts(geometry["area_id"].to_numpy(dtype=object))
        yield b"\0".join(shapely.to_wkb(geometry.geometry.to_numpy(), byte_order=1))


def _column_parts(array: Array) -> Iterator[bytes]:
    if array.dtype != object:
        yield np.ascontiguousarray(array).tobytes()
        return
    written = _to_arrow(array).cast(pa.large_string())
    missing = np.asarray(written.is_null())
    filled = written.fill_null("")
    yield np.packbits(missing).tobytes()
    lengths = np.asarray(pc.binary_length(filled), dtype=np.int64)
    yield lengths.tobytes()
    if lengths.any():
        first = np.frombuffer(filled.buffers()[1], dtype=np.int64)[filled.offset]
        yield filled.buffers()[2].slice(int(first), int(lengths.sum())).to_pybytes()
