"""What the service tells about a data package without opening it again: names, date, hash, rows, its box on the map."""

from typing import Any

import numpy.typing as npt

from app.boxes import box_of
from geodata.package import Package


def facts_of(package: Package) -> dict[str, Any]:
    """name, title, reference_date, sha256, counts (rows per table; travel_times in cells) and box, as JSON."""
    tables = package.tables
    described = tables.get("package", {})
    counts = {name: len(next(iter(columns.values()), ())) for name, columns in tables.items() if name != "package"}
    counts["travel_times"] = int(tables["travel_times"]["minutes"].size)
    told = {key: _first(described.get(key)) for key in ("name", "title", "reference_date")}
    return {
        **told,
        "name": told["name"] or "data package",
        "sha256": package.sha256,
        "counts": counts,
        "box": box_of(package),
    }


def _first(column: npt.NDArray[Any] | None) -> str | None:
    return None if column is None or len(column) == 0 or column[0] is None else str(column[0])
