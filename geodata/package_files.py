"""Plain tables written out as a data package of CSV and GeoJSON, which reads back as the same values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.package_description import DESCRIPTION
from geodata.raw_table import decimal_text
from geodata.schema import table_schemas
from geodata.tables import TABLES, WIDE

Array = np.ndarray[Any, Any]


def write_package(
    tables: Mapping[str, Mapping[str, Array]], geometry: Any, directory: Path, more: Mapping[str, Any] | None = None
) -> None:
    """Write every table, the areas' shapes (area_id, geometry; WGS84) if any, and datapackage.json into a folder.

    `more` holds further members of datapackage.json, such as sources.

    Travel times become matrices, one file per mode, unless there are kilometres or futures: then long rows. The folder
    is made if needed; files of the same name are replaced. Raises OSError.
    """
    directory.mkdir(parents=True, exist_ok=True)
    resources: list[dict[str, Any]] = []
    for name, columns in tables.items():
        if name == "travel_times":
            resources += _write_travel(columns, directory)
        elif name != "package":
            _write_csv(directory / f"{name}.csv", list(columns), [texts(c) for c in columns.values()])
            resources.append(_resource(name, f"{name}.csv", columns))
    if geometry is not None:
        _write_shapes(directory / "areas.geojson", geometry)
        resources.append({"name": "areas-geometry", "path": "areas.geojson"})
    about = tables.get("package", {})
    document: dict[str, Any] = {
        key: about[key][0] for key in ("name", "title", "reference_date") if key in about and about[key][0] is not None
    }
    if len(about.get("absent_means_zero", ())):
        document["absent_means_zero"] = list(about["absent_means_zero"])
    if len(about.get("modelled", ())):
        document["modelled"] = list(about["modelled"])
    document |= more or {}
    document["resources"] = resources
    content = json.dumps(document, ensure_ascii=False, indent=1)
    (directory / DESCRIPTION).write_text(content + "\n", encoding="utf-8", newline="\n")


def texts(column: Array) -> list[str]:
    """Each cell as it is written in CSV: shortest decimals, true and false, quoted text, nothing for a blank."""
    if column.dtype == bool:
        return ["true" if v else "false" for v in column]
    if column.dtype != object:
        return ["" if np.isnan(v) else decimal_text(v) for v in column.tolist()]
    codes, unique = pd.factorize(column)
    words = np.array([*(_quoted(str(u).lower() if isinstance(u, bool) else str(u)) for u in unique), ""], dtype=object)
    written: list[str] = words[codes].tolist()
    return written


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search(r'[,;\t"\r\n]|^\s|\s$|^$', text) else text


def _write_csv(path: Path, header: Sequence[str], columns: Sequence[Sequence[str]]) -> None:
    lines: Iterable[str] = map(",".join, zip(*columns, strict=True))
    content = "\n".join([",".join(_quoted(h) for h in header), *lines, ""])
    path.write_text(content, encoding="utf-8", newline="")


def _resource(name: str, path: str, columns: Mapping[str, Array]) -> dict[str, Any]:
    """The listing of one file, with the type of each column so that attributes keep theirs."""
    known = {f["name"]: f["type"] for f in table_schemas()[name]["fields"]} if name in TABLES else {}
    types = {c: known.get(c, "string" if a.dtype == object else "number") for c, a in columns.items()}
    fields = [{"name": c, "type": t} for c, t in types.items()]
    return {"name": name.replace("_", "-"), "path": path, "schema": {"fields": fields, "missingValues": [""]}}


def _write_travel(travel: Mapping[str, Array], directory: Path) -> list[dict[str, Any]]:
    simple = "km" not in travel and all(f is None for f in travel["future"])
    if simple and all(re.fullmatch(r"[A-Za-z0-9_]+", m) for m in travel["mode"]):
        return [_write_matrix(travel, layer, directory) for layer in range(len(travel["mode"]))]
    return [_write_rows(travel, directory)]


def _write_matrix(travel: Mapping[str, Array], layer: int, directory: Path) -> dict[str, Any]:
    name = f"{WIDE}{travel['mode'][layer]}"
    columns = [texts(travel["area_id"])]
    for minutes in travel["minutes"][layer].T:
        columns.append(["unreachable" if t == "inf" else t for t in texts(minutes)])
    _write_csv(directory / f"{name}.csv", ["area_id", *travel["site_id"]], columns)
    resource = {"name": name.replace("_", "-"), "path": f"{name}.csv"}
    source = travel["source"][layer] if "source" in travel else None
    return resource if source is None else resource | {"source": source}


def _write_rows(travel: Mapping[str, Array], directory: Path) -> dict[str, Any]:
    """Long rows, layer by layer, area by area; a pair without a travel time has no row."""
    layer, area, site = np.nonzero(~np.isnan(travel["minutes"]))
    minutes = travel["minutes"][layer, area, site]
    closed = np.isinf(minutes)
    columns: dict[str, Array] = {
        "area_id": travel["area_id"][area],
        "site_id": travel["site_id"][site],
        "mode": travel["mode"][layer],
        "minutes": np.where(closed, np.nan, minutes),
    }
    if "km" in travel:
        columns["km"] = travel["km"][layer, area, site]
    if "source" in travel:
        columns["source"] = travel["source"][layer]
    columns["future"] = travel["future"][layer]
    columns["unreachable"] = np.array([None, True], dtype=object)[closed.astype(int)]
    _write_csv(directory / "travel_times.csv", list(columns), [texts(c) for c in columns.values()])
    return _resource("travel_times", "travel_times.csv", columns)


def _write_shapes(path: Path, geometry: Any) -> None:
    shapes = shapely.to_geojson(geometry.geometry.to_numpy())
    features = [
        f'{{"type":"Feature","properties":{{"area_id":{json.dumps(area, ensure_ascii=False)}}},"geometry":{shape}}}'
        for area, shape in zip(geometry["area_id"], shapes, strict=True)
    ]
    content = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    path.write_text(content, encoding="utf-8", newline="\n")
