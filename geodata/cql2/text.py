"""CQL2 text, read by a grammar of our own into pygeofilter's tree.

pygeofilter's own grammar gives AND and OR the same weight, so that `a OR b AND c` would mean something else than the
standard says, and knows no quotes within texts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError, UnexpectedInput, VisitError
from pygeofilter import ast, values
from pygeofilter.cql2 import COMPARISON_MAP, SPATIAL_PREDICATES_MAP
from shapely.errors import ShapelyError

from geodata.cql2.tree import DEEPEST, FilterError, Node, demand_bounded, too_deep

MOST_CHARACTERS = 16_000
_OPEN_BRACKETS = 3 * DEEPEST


def from_text(text: str) -> Node:
    """The tree of a filter written as text; raises FilterError."""
    if len(text) > MOST_CHARACTERS:
        raise FilterError(f"It is longer than {MOST_CHARACTERS} characters.")
    if _open_at_once(text) > _OPEN_BRACKETS:
        raise too_deep()
    try:
        tree = _ToTree(text).transform(_grammar().parse(text))
    except UnexpectedInput as broken:
        place = broken.column if isinstance(broken.column, int) and broken.column > 0 else len(text)
        raise FilterError(f"It cannot be read from character {place} on.") from None
    except VisitError as broken:
        raise (
            broken.orig_exc if isinstance(broken.orig_exc, FilterError) else FilterError("It cannot be read.")
        ) from None
    except (LarkError, RecursionError):
        raise FilterError("It cannot be read.") from None
    demand_bounded(tree)
    return tree


def _open_at_once(text: str) -> int:
    most = now = 0
    for character in text:
        now += (character == "(") - (character == ")")
        most = max(most, now)
    return most


@cache
def _grammar() -> Lark:
    grammar = (Path(__file__).parent / "grammar.lark").read_text()
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


@v_args(inline=True)
class _ToTree(Transformer):  # type: ignore[type-arg]
    """Makes pygeofilter's tree out of what the grammar found in the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def or_(self, *conditions: Node) -> Node:
        return ast.Or.from_items(*conditions)

    def and_(self, *conditions: Node) -> Node:
        return ast.And.from_items(*conditions)

    def not_(self, condition: Node) -> Node:
        return ast.Not(condition)

    def comparison(self, left: Node, operator: Token, right: Node) -> Node:
        return COMPARISON_MAP[str(operator)](left, right)

    def like(self, value: Node, pattern: Node, *, negated: bool = False) -> Node:
        return ast.Like(value, pattern, False, "%", "_", "\\", negated)

    def not_like(self, value: Node, pattern: Node) -> Node:
        return self.like(value, pattern, negated=True)

    def between(self, value: Node, low: Node, high: Node) -> Node:
        return ast.Between(value, low, high, False)

    def not_between(self, value: Node, low: Node, high: Node) -> Node:
        return ast.Between(value, low, high, True)

    def in_(self, value: Node, *options: Node) -> Node:
        return ast.In(value, list(options), False)

    def not_in(self, value: Node, *options: Node) -> Node:
        return ast.In(value, list(options), True)

    def null(self, value: Node) -> Node:
        return ast.IsNull(value, False)

    def not_null(self, value: Node) -> Node:
        return ast.IsNull(value, True)

    def spatial(self, operator: Token, left: Node, right: Node) -> Node:
        name = str(operator).lower()
        if name not in SPATIAL_PREDICATES_MAP:
            raise FilterError(f"There is no spatial operator {operator}.")
        return SPATIAL_PREDICATES_MAP[name](left, right)

    def add(self, left: Node, right: Node) -> Node:
        return ast.Add(left, right)

    def subtract(self, left: Node, right: Node) -> Node:
        return ast.Sub(left, right)

    def multiply(self, left: Node, right: Node) -> Node:
        return ast.Mul(left, right)

    def divide(self, left: Node, right: Node) -> Node:
        return ast.Div(left, right)

    def negative(self, value: Node) -> Node:
        return -value if isinstance(value, int | float) and not isinstance(value, bool) else ast.Sub(0, value)

    def number(self, digits: Token) -> float | int:
        return int(digits) if digits.isdigit() and len(digits) < 16 else float(digits)

    def text(self, quoted: Token) -> str:
        return quoted[1:-1].replace("''", "'").replace("\\'", "'")

    def true(self) -> bool:
        return True

    def false(self) -> bool:
        return False

    def attribute(self, name: Token) -> Node:
        return ast.Attribute(str(name))

    def quoted(self, name: Token) -> Node:
        return ast.Attribute(str(name[1:-1]))

    def function(self, name: Token, *arguments: Node) -> Node:
        return ast.Function(str(name).lower(), list(arguments))

    def coordinate(self, number: Token) -> float:
        return float(number)

    def box(self, *numbers: float) -> Node:
        return values.Envelope(*corners(numbers))

    @v_args(inline=False, meta=True)
    def geometry(self, meta: Any, _parts: list[Any]) -> Node:
        try:
            with np.errstate(all="ignore"):
                shape = shapely.from_wkt(self._text[meta.start_pos : meta.end_pos])
        except ShapelyError:
            raise FilterError("It has a shape that is no well-known text.") from None
        return values.Geometry(json.loads(shapely.to_geojson(shape)))


def corners(numbers: Sequence[float]) -> tuple[float, float, float, float]:
    """x1, x2, y1, y2 as pygeofilter holds an envelope."""
    if len(numbers) == 6:
        numbers = (numbers[0], numbers[1], numbers[3], numbers[4])
    if len(numbers) != 4:
        raise FilterError("A BBOX has four or six numbers.")
    return numbers[0], numbers[2], numbers[1], numbers[3]
