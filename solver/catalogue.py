"""What a scenario can be made of: the schemas of every rule, objective, behaviour and question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from solver.behaviours import Behaviour
from solver.objectives import AnyObjective
from solver.questions import AnyQuestion
from solver.rules import AnyRule


def rule_schema() -> dict[str, Any]:
    """JSON schemas of every rule, objective, behaviour and question, as GET /v1/catalogue shows them."""
    return {
        "rules": TypeAdapter[Any](AnyRule).json_schema(),
        "objectives": TypeAdapter[Any](AnyObjective).json_schema(),
        "behaviours": TypeAdapter(Behaviour).json_schema(),
        "questions": TypeAdapter(AnyQuestion).json_schema(),
    }


def catalogue() -> dict[str, Any]:
    """What a scenario can be made of: kinds, their first sentence, and their fields with units."""
    return {family: _members(schema) for family, schema in rule_schema().items()}


def _members(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    definitions = schema.get("$defs", {})
    names = [reference["$ref"].rsplit("/", 1)[-1] for reference in schema.get("oneOf", [])]
    kinds = {
        reference.rsplit("/", 1)[-1]: kind
        for kind, reference in schema.get("discriminator", {}).get("mapping", {}).items()
    }
    return [
        {
            "kind": kinds[name],
            "description": definitions[name].get("description", ""),
            "fields": definitions[name].get("properties", {}),
        }
        for name in names
    ]


def _fields_of_rules() -> dict[str, tuple[str, ...]]:
    schema = TypeAdapter[Any](AnyRule).json_schema()
    mapping = schema["discriminator"]["mapping"]
    return {
        kind: tuple(schema["$defs"][reference.rsplit("/", 1)[-1]]["properties"]) for kind, reference in mapping.items()
    }


FIELDS_OF_RULES = _fields_of_rules()
