"""CQL2 JSON, checked against the standard and read by pygeofilter, which knows an older spelling of it."""

from __future__ import annotations

from typing import Any

from pygeofilter import ast, values
from pygeofilter.cql2 import SPATIAL_PREDICATES_MAP
from pygeofilter.parsers.cql2_json.parser import walk_cql_json

from geodata.cql2.text import MOST_CHARACTERS, corners
from geodata.cql2.tree import DEEPEST, FilterError, Node, demand_bounded, too_deep
from geodata.strict_json import strict_json

_LEVELS = 3 * DEEPEST
_TWO = ("=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "like", "in", *SPATIAL_PREDICATES_MAP)
_ARGUMENTS = {**dict.fromkeys(_TWO, (2, 2)), "between": (3, 3), "not": (1, 1), "isNull": (1, 1), "and": (2, 200),
              "or": (2, 200)}  # fmt: skip
"""Operator -> fewest and most args."""


def from_json(text: str) -> Node:
    """The tree of a filter written as JSON; raises FilterError."""
    if len(text) > MOST_CHARACTERS:
        raise FilterError(f"It is longer than {MOST_CHARACTERS} characters.")
    try:
        document = strict_json(text.encode())
    except (ValueError, RecursionError):
        raise FilterError("It is not JSON.") from None
    if _levels(document) > _LEVELS:
        raise too_deep()
    try:
        tree = walk_cql_json(_as_drafted(document))
    except (ValueError, TypeError, KeyError, IndexError) as broken:
        raise broken if isinstance(broken, FilterError) else FilterError("It is not CQL2 JSON.") from None
    demand_bounded(tree)
    return tree


def _levels(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        each, level = waiting.pop()
        deepest = max(deepest, level)
        if isinstance(each, dict | list):
            waiting += [(part, level + 1) for part in (each.values() if isinstance(each, dict) else each)]
    return deepest


def _as_drafted(value: Any) -> Any:
    """CQL2 JSON as the standard has it, in the older spelling that pygeofilter reads."""
    if value is None:
        raise FilterError("It has a null; use isNull.")
    if not isinstance(value, dict) or "coordinates" in value:
        return value
    if "bbox" in value:
        return _envelope(value["bbox"])
    if "op" in value:
        return _operation(value["op"], value.get("args"))
    if set(value) != {"property"} or not isinstance(value["property"], str):
        raise FilterError("It has an object that is neither an operator, a property nor a shape.")
    return value


def _operation(op: Any, args: Any) -> Any:
    if not isinstance(op, str) or not isinstance(args, list) or not args:
        raise FilterError("It has an op without a list of args.")
    fewest, most = _ARGUMENTS.get(op, (1, 20))
    if not fewest <= len(args) <= most:
        raise FilterError(f"The operator {op[:40]} has {len(args)} args.")
    if op == "in":
        if not isinstance(args[1], list) or not args[1]:
            raise FilterError("The operator in takes a value and a list.")
        return ast.In(
            walk_cql_json(_as_drafted(args[0])), [walk_cql_json(_as_drafted(each)) for each in args[1]], False
        )
    given = [walk_cql_json(_as_drafted(each)) for each in args]
    if op == "between":
        return ast.Between(*given, False)
    if op == "like":
        return ast.Like(given[0], given[1], False, "%", "_", "\\", False)
    return {"op": op, "args": given} if op in _ARGUMENTS else ast.Function(op.lower(), given)


def _envelope(numbers: Any) -> Any:
    if not isinstance(numbers, list) or not all(
        isinstance(n, int | float) and not isinstance(n, bool) for n in numbers
    ):
        raise FilterError("A bbox is a list of numbers.")
    return values.Envelope(*corners([float(n) for n in numbers]))
