"""The published Table Schema of every table: type, unit, constraints, titles in English and Dutch."""

from __future__ import annotations

from typing import Any

from geodata.fields import Field, Table
from geodata.tables import TABLES


def table_schema(table: Table) -> dict[str, Any]:
    """The Frictionless Table Schema of one table, with unit and both titles on each field."""
    schema: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "name": table.name,
        "title": table.title,
        "title_nl": table.title_nl,
        "fields": [_field_schema(f) for f in table.fields],
        "missingValues": [""],
    }
    if table.key and all(table.by_name[k].required for k in table.key):
        schema["primaryKey"] = list(table.key)
    elif table.key:
        schema["uniqueKeys"] = [list(table.key)]
    foreign = [f for f in table.fields if f.refers_to]
    if foreign:
        schema["foreignKeys"] = [
            {"fields": [f.name], "reference": {"resource": f.refers_to, "fields": [TABLES[f.refers_to].key[0]]}}
            for f in foreign
            if f.refers_to
        ]
    return schema


def _field_schema(field: Field) -> dict[str, Any]:
    types = {"id": "string", "text": "string", "choice": "string"}
    constraints: dict[str, Any] = {"required": field.required}
    for word, limit in (("minimum", field.at_least), ("maximum", field.at_most), ("exclusiveMinimum", field.above)):
        if limit is not None:
            constraints[word] = limit
    if field.kind == "id":
        constraints |= {"minLength": 1, "maxLength": 100}
    if field.choices:
        constraints["enum"] = list(field.choices)
    schema: dict[str, Any] = {
        "name": field.name,
        "type": types.get(field.kind, field.kind),
        "title": field.title,
        "title_nl": field.title_nl,
        "constraints": constraints,
    }
    if field.kind == "boolean":
        schema |= {"trueValues": ["true", "True", "TRUE"], "falseValues": ["false", "False", "FALSE"]}
    if field.unit:
        schema["unit"] = field.unit
    if field.default is not None:
        schema["default"] = field.default
    return schema


def table_schemas() -> dict[str, dict[str, Any]]:
    """The published Table Schema of every table of a data package, by table name."""
    return {name: table_schema(table) for name, table in TABLES.items()}
