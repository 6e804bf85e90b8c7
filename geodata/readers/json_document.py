"""JSON: one document with a member per table, rows as objects; or a datapackage.json with its data inline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geodata.package_description import Description, described
from geodata.problems import Findings
from geodata.raw_table import RawTable, check_header, from_records
from geodata.readers.geojson_file import feature_table
from geodata.strict_json import strict_json
from geodata.tables import table_name

_MEMBERS = {
    "name", "title", "reference_date", "absent_means_zero", "modelled", "resources", "tables", "sources", "licenses",
    "description", "$schema", "profile", "version", "created", "keywords", "contributors", "homepage", "id", "image",
}  # fmt: skip


def read_document(content: bytes, default_name: str, found: Findings) -> tuple[Description, list[RawTable]]:
    """The description and the tables: members of the document, of its `tables`, or resources with `data`.

    A table is a list of row objects, an object of columns, or a GeoJSON FeatureCollection (shapes of the areas also as
    `areas_geometry`).
    """
    plain = Description(default_name, default_name)
    try:
        document = strict_json(content)
    except (ValueError, RecursionError) as reason:
        found.error(
            "package", f"It is not valid JSON ({str(reason)[:200]}).", "Correct it; NaN and Infinity are not JSON."
        )
        return plain, []
    if not isinstance(document, dict):
        found.error("package", "The JSON is not an object.", "Send an object with a member per table.")
        return plain, []
    description = described(document, default_name, found)
    inner = document.get("tables")
    members: dict[str, Any] = {k: v for k, v in document.items() if k not in _MEMBERS}
    members |= inner if isinstance(inner, dict) else {}
    for resource in description.resources or ():
        if resource.data is not None:
            members[resource.name] = resource.data
        else:
            text = f"The resource {resource.name!r} has no data in the document."
            found.error("package", text, "Put its rows in `data`, or send a zip.", field="resources")
    raws = []
    for member, value in members.items():
        table = _table(member, value, found)
        if table:
            raws.append(table)
    return description, raws


def _table(member: str, value: Any, found: Findings) -> RawTable | None:
    plain = member.replace("-", "_").casefold()
    name = "areas" if plain == "areas_geometry" else table_name(member)
    if name is None:
        text = f"The member {member[:100]!r} is no table of a data package and is not read."
        found.warn(member[:100], text, "Rename it if it is one.")
        return None
    if isinstance(value, dict) and value.get("type") == "FeatureCollection":
        return feature_table(value, name, f"member {member}", found)
    rows = _rows(value)
    if rows is None:
        found.error(
            name, "The table is neither a list of objects nor an object of columns.", "Send a list of row objects."
        )
        return None
    header, cells = rows
    if not check_header(header, name, f"member {member}", found):
        return None
    try:
        return from_records(name, f"member {member}", header, cells)
    except (TypeError, UnicodeEncodeError) as reason:
        found.error(name, f"A cell is no plain value ({reason}).", "Use text, numbers, true, false and null.")
        return None


def _rows(value: Any) -> tuple[list[str], list[list[Any]]] | None:
    """Header and rows of cells, from a list of objects, a list of lists with a header, or an object of columns."""
    if isinstance(value, list) and all(isinstance(row, dict) for row in value):
        header = list(dict.fromkeys(key for row in value for key in row))
        return [h.strip() for h in header], [[row.get(h) for h in header] for row in value]
    if isinstance(value, list) and all(isinstance(row, list) for row in value):
        width = len(value[0])
        if not all(isinstance(h, str) for h in value[0]) or any(len(row) > width for row in value):
            return None
        return [h.strip() for h in value[0]], value[1:]
    if isinstance(value, Mapping) and value and all(isinstance(column, list) for column in value.values()):
        if len({len(column) for column in value.values()}) > 1:
            return None
        return [h.strip() for h in value], [list(row) for row in zip(*value.values(), strict=True)]
    return None
