"""What datapackage.json says: the package's name and date, its files, and which tables may leave out zeros."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from geodata.problems import Findings
from geodata.strict_json import strict_json
from geodata.tables import TABLES

DESCRIPTION = "datapackage.json"


@dataclass(frozen=True)
class Resource:
    """One file (or inline data) that the description lists."""

    name: str
    path: str | None
    source: str | None
    types: Mapping[str, str]
    data: Any = None


@dataclass(frozen=True)
class Description:
    """The package as a whole; `resources` is None where no list is given.

    `modelled` are the tables whose counts were worked out (rates x population), not observed.
    """

    name: str
    title: str
    reference_date: str | None = None
    absent_means_zero: tuple[str, ...] = ()
    modelled: tuple[str, ...] = ()
    resources: tuple[Resource, ...] | None = None


def read_description(content: bytes, default_name: str, found: Findings) -> Description:
    """The description in datapackage.json; a damaged one is an error in `found`."""
    try:
        document = strict_json(content)
    except (ValueError, RecursionError) as reason:
        found.error(
            DESCRIPTION,
            f"It is not valid JSON ({reason}).",
            "Correct it, or take it out: tables are known by file name.",
        )
        return Description(default_name, default_name)
    if not isinstance(document, dict):
        found.error(DESCRIPTION, "It is not a JSON object.", "Write an object with name, title and resources.")
        return Description(default_name, default_name)
    return described(document, default_name, found)


def described(document: Mapping[str, Any], default_name: str, found: Findings) -> Description:
    """The description from its members."""
    texts: dict[str, str | None] = {}
    for key in ("name", "title", "reference_date"):
        value = document.get(key)
        if value is not None and not isinstance(value, str):
            found.error(DESCRIPTION, f"{key} is not a text.", "Write it between quotation marks.", field=key)
            value = None
        texts[key] = value
    name = texts["name"] or default_name
    resources = document.get("resources")
    if resources is not None and not isinstance(resources, list):
        found.error(
            DESCRIPTION, "resources is not a list.", "List one object with name and path per table.", field="resources"
        )
        resources = []
    listed = None if resources is None else tuple(r for item in resources if (r := _resource(item, found)))
    zeros, modelled = _zero_tables(document, found), _modelled_tables(document, found)
    return Description(name, texts["title"] or name, texts["reference_date"], zeros, modelled, listed)


def _named_tables(document: Mapping[str, Any], field: str, found: Findings) -> tuple[str, ...]:
    """The tables that a member of the description lists."""
    value = document.get(field, [])
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        found.error(DESCRIPTION, f"{field} is not a list of table names.", f'Write "{field}": ["demand"].', field=field)
        return ()
    return tuple(dict.fromkeys(v.replace("-", "_") for v in value))


def _modelled_tables(document: Mapping[str, Any], found: Findings) -> tuple[str, ...]:
    tables = _named_tables(document, "modelled", found)
    for table in tables:
        if table not in TABLES:
            text = f"modelled names {table!r}, which is no table."
            found.error(DESCRIPTION, text, "Take it out of the list.", field="modelled")
    return tables


def _zero_tables(document: Mapping[str, Any], found: Findings) -> tuple[str, ...]:
    tables = _named_tables(document, "absent_means_zero", found)
    for table in tables:
        if table not in TABLES or table in {"travel_times", "site_times", "post_times", "areas", "sites", "care_types"}:
            text = f"absent_means_zero names {table!r}, whose missing rows cannot mean zero."
            found.error(DESCRIPTION, text, "Take it out of the list.", field="absent_means_zero")
    return tables


def _resource(item: Any, found: Findings) -> Resource | None:
    if not isinstance(item, dict):
        found.error(DESCRIPTION, "A resource is not an object.", "Give it a name and a path.", field="resources")
        return None
    name, path, data = item.get("name"), item.get("path"), item.get("data")
    if isinstance(path, list) and len(path) == 1:
        path = path[0]
    label = name if isinstance(name, str) else str(path)
    if data is None and not isinstance(path, str):
        found.error(
            DESCRIPTION, f"The resource {label!r} has no single path.", "Give one file per table.", field="resources"
        )
        return None
    if isinstance(path, str) and not is_inside(path):
        text = f"The resource {label!r} lies outside the package ({path[:100]})."
        found.error(
            DESCRIPTION,
            text,
            "Put the file in the package; addresses and paths that lead out are not followed.",
            field="resources",
        )
        return None
    source = item.get("source") or _first_title(item.get("sources"))
    return Resource(
        str(label), path if isinstance(path, str) else None, source if isinstance(source, str) else None,
        _declared_types(item), data,
    )  # fmt: skip


def is_inside(path: str) -> bool:
    """Is this a plain relative path, with no scheme, drive, root or step upwards?"""
    pure = PurePosixPath(path.replace("\\", "/"))
    return bool(path) and ":" not in path and "\0" not in path and not pure.is_absolute() and ".." not in pure.parts


def _first_title(sources: Any) -> str | None:
    first = sources[0] if isinstance(sources, list) and sources else None
    title = first.get("title") if isinstance(first, dict) else None
    return title if isinstance(title, str) else None


def _declared_types(item: dict[str, Any]) -> dict[str, str]:
    schema = item.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    return {
        f["name"]: f["type"]
        for f in (fields if isinstance(fields, list) else [])
        if isinstance(f, dict) and isinstance(f.get("name"), str) and isinstance(f.get("type"), str)
    }
