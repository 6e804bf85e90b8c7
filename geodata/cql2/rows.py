"""Which rows of a layer a filter chooses.

As in SQL a comparison with a blank is neither true nor false; only rows for which the whole is true are chosen.
"""

from __future__ import annotations

import json
import operator
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pygeofilter import ast, values
from shapely.errors import ShapelyError

from geodata.cql2.tree import FilterError, Node
from geodata.crs import ReferenceSystem, box_to_wgs84, to_wgs84

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Scalar = float | str | bool
_COMPARED: dict[type[Any], Callable[[Any, Any], Any]] = {
    ast.Equal: operator.eq, ast.NotEqual: operator.ne, ast.LessThan: operator.lt, ast.LessEqual: operator.le,
    ast.GreaterThan: operator.gt, ast.GreaterEqual: operator.ge,
}  # fmt: skip
_RECKONED: dict[type[Any], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mul: operator.mul, ast.Div: operator.truediv
}  # fmt: skip
_SPATIAL: dict[type[Any], Callable[[Any, Any], Any]] = {
    ast.GeometryIntersects: shapely.intersects, ast.GeometryDisjoint: shapely.disjoint,
    ast.GeometryContains: shapely.contains, ast.GeometryWithin: shapely.within, ast.GeometryTouches: shapely.touches,
    ast.GeometryCrosses: shapely.crosses, ast.GeometryOverlaps: shapely.overlaps, ast.GeometryEquals: shapely.equals,
}  # fmt: skip


@dataclass(frozen=True)
class _Truth:
    """Per row whether a condition is true, and whether it is known to be true or false."""

    true: Mask
    known: Mask


@dataclass(frozen=True)
class _Values:
    """Per row a value of one kind (number, text, truth) and whether there is one."""

    kind: str
    cells: np.ndarray[Any, Any]
    known: Mask


def chosen_rows(frame: Any, tree: Node, system: ReferenceSystem) -> Mask:
    """bool[rows]: which rows of the frame (WGS84) meet the filter; its shapes are written in `system`.

    Raises FilterError for an unknown property, operator or function, and for values that cannot be compared.
    """
    found: Mask = _Reader(frame, system).truth(tree).true
    return found


class _Reader:
    """Reads a tree against one frame."""

    def __init__(self, frame: Any, system: ReferenceSystem) -> None:
        self._frame = frame
        self._system = system
        self._all = np.ones(len(frame), dtype=np.bool_)
        self._columns = {str(name) for name in frame.columns if name != frame.geometry.name}

    def truth(self, node: Node) -> _Truth:
        if isinstance(node, bool):
            return _Truth(self._all & node, self._all)
        if isinstance(node, ast.Not):
            inner = self.truth(node.sub_node)
            return _Truth(inner.known & ~inner.true, inner.known)
        if isinstance(node, ast.And):
            return _both(self.truth(node.lhs), self.truth(node.rhs))
        if isinstance(node, ast.Or):
            return _either(self.truth(node.lhs), self.truth(node.rhs))
        if type(node) in _COMPARED:
            return self._compared(_COMPARED[type(node)], node.lhs, node.rhs)
        if isinstance(node, ast.Between):
            low = self._compared(operator.ge, node.lhs, node.low)
            return _turned(_both(low, self._compared(operator.le, node.lhs, node.high)), node.not_)
        if isinstance(node, ast.In):
            each = [self._compared(operator.eq, node.lhs, option) for option in node.sub_nodes]
            return _turned(reduce(_either, each), node.not_)
        if isinstance(node, ast.Like):
            return self._like(node)
        if isinstance(node, ast.IsNull):
            known = self._known(node.lhs)
            return _Truth(known if node.not_ else ~known, self._all)
        if type(node) in _SPATIAL:
            return self._spatial(node)
        if isinstance(node, ast.Attribute):
            told = self._values(node)
            if told.kind in ("truth", "blank"):
                return _Truth(told.known & (told.cells == True), told.known)  # noqa: E712 - cells are objects
        if isinstance(node, ast.Function):
            self._function(node)
        raise FilterError("It has a part that is no condition.")

    def _compared(self, how: Callable[[Any, Any], Any], lhs: Node, rhs: Node) -> _Truth:
        left, right = self._values(lhs), self._values(rhs)
        if left.kind != right.kind and "blank" not in (left.kind, right.kind):
            raise FilterError(f"It compares a {left.kind} with a {right.kind}.")
        if left.kind == "truth" and how not in (operator.eq, operator.ne):
            raise FilterError("It asks which of two truths is larger.")
        known = left.known & right.known
        true = np.zeros(len(known), dtype=np.bool_)
        true[known] = how(left.cells[known], right.cells[known])
        return _Truth(true, known)

    def _like(self, node: Any) -> _Truth:
        told = self._values(node.lhs)
        pattern = _folded_text(node.pattern)
        if told.kind not in ("text", "blank") or pattern is None:
            raise FilterError("LIKE is for texts.")
        written = re.compile(_as_expression(pattern), re.DOTALL)
        true = np.array(
            [bool(known and written.fullmatch(cell)) for cell, known in zip(told.cells, told.known, strict=True)]
        )
        return _turned(_Truth(true.astype(np.bool_), told.known), node.not_)

    def _known(self, node: Node) -> Mask:
        if isinstance(node, ast.Attribute) and node.name == self._frame.geometry.name:
            here: Mask = ~shapely.is_missing(self._frame.geometry.to_numpy())
            return here
        return self._values(node).known

    def _values(self, node: Node) -> _Values:
        count = len(self._all)
        if isinstance(node, bool):
            return _Values("truth", np.full(count, node, dtype=object), self._all)
        if isinstance(node, int | float):
            return _Values("number", np.full(count, float(node)), self._all)
        if isinstance(node, str):
            return _Values("text", np.full(count, node, dtype=object), self._all)
        if isinstance(node, ast.Attribute):
            return self._column(node.name)
        if type(node) in _RECKONED:
            left, right = self._values(node.lhs), self._values(node.rhs)
            if not {left.kind, right.kind} <= {"number", "blank"}:
                raise FilterError("It reckons with what is no number.")
            with np.errstate(all="ignore"):
                cells = _RECKONED[type(node)](_numbers(left), _numbers(right))
            return _Values("number", cells, left.known & right.known & np.isfinite(cells))
        if isinstance(node, ast.Function):
            return self._function(node)
        raise FilterError("It has a part that is neither a property nor a value.")

    def _column(self, name: str) -> _Values:
        if name not in self._columns:
            raise FilterError(f"There is no property {name[:60]}; use {', '.join(sorted(self._columns))}.")
        column = self._frame[name]
        known = ~np.asarray(pd.isna(column), dtype=np.bool_)
        if column.dtype.kind in "fiu":
            return _Values("number", column.to_numpy(dtype=np.float64), known)
        cells = column.to_numpy(dtype=object)
        kinds = {type(cell) for cell in cells[known]}
        if not kinds:
            return _Values("blank", cells, known)
        if kinds <= {bool, np.bool_}:
            return _Values("truth", cells, known)
        if all(issubclass(kind, int | float | np.number) for kind in kinds):
            return _Values("number", np.where(known, cells, np.nan).astype(np.float64), known)
        return _Values("text", np.array([str(cell) for cell in cells], dtype=object), known)

    def _function(self, node: Any) -> _Values:
        change = _TEXT_FUNCTIONS.get(node.name)
        if change is None:
            raise FilterError(f"There is no function {node.name[:40]}; use {', '.join(_TEXT_FUNCTIONS)}.")
        if len(node.arguments) != 1:
            raise FilterError(f"The function {node.name} takes one text.")
        told = self._values(node.arguments[0])
        if told.kind not in ("text", "blank"):
            raise FilterError(f"The function {node.name} takes one text.")
        cells = np.array(
            [change(cell) if known else None for cell, known in zip(told.cells, told.known, strict=True)], dtype=object
        )
        return _Values(told.kind, cells, told.known)

    def _spatial(self, node: Any) -> _Truth:
        sides = [self._shapes(node.lhs), self._shapes(node.rhs)]
        known = np.ones(len(self._all), dtype=np.bool_)
        for side in sides:
            known &= ~shapely.is_missing(np.broadcast_to(side, len(known)))
            shapely.prepare(side)
        return _Truth(np.broadcast_to(_SPATIAL[type(node)](*sides), len(known)) & known, known)

    def _shapes(self, node: Node) -> np.ndarray[Any, Any]:
        """The layer's shapes, or the one that is written in the filter, in WGS84."""
        if isinstance(node, ast.Attribute):
            if node.name != self._frame.geometry.name:
                raise FilterError(f"{node.name[:60]} is no shape; use {self._frame.geometry.name}.")
            own: np.ndarray[Any, Any] = self._frame.geometry.to_numpy()
            return own
        if isinstance(node, values.Envelope):
            box = box_to_wgs84((node.x1, node.y1, node.x2, node.y2), self._system)
            if not np.isfinite(box).all():
                raise FilterError("It has a box that lies outside its reference system.")
            return np.array([shapely.box(*box)], dtype=object)
        if not isinstance(node, values.Geometry):
            raise FilterError("It compares a shape with something else.")
        try:
            with np.errstate(all="ignore"):
                shape = shapely.from_geojson(json.dumps(node.geometry))
        except (ShapelyError, TypeError, ValueError):
            raise FilterError("It has a shape that cannot be read.") from None
        moved = to_wgs84(np.array([shape], dtype=object), self._system)
        if shape is None or not np.isfinite(shapely.get_coordinates(moved)).all():
            raise FilterError("It has a shape that lies outside its reference system.")
        if not shapely.is_valid(moved).all():
            raise FilterError("It has a shape whose rings cross.")
        return moved


def _numbers(told: _Values) -> np.ndarray[Any, np.dtype[np.float64]]:
    return told.cells if told.kind == "number" else np.full(len(told.cells), np.nan)


def _both(left: _Truth, right: _Truth) -> _Truth:
    false = (left.known & ~left.true) | (right.known & ~right.true)
    true = left.true & right.true
    return _Truth(true, true | false)


def _either(left: _Truth, right: _Truth) -> _Truth:
    true = left.true | right.true
    return _Truth(true, true | (left.known & right.known))


def _turned(truth: _Truth, negated: bool) -> _Truth:
    return _Truth(truth.known & ~truth.true, truth.known) if negated else truth


def _as_expression(pattern: str) -> str:
    """A LIKE pattern as a regular expression: % any text, _ one character, a backslash before either takes it as it is."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    special = {"%": ".*?", "_": "."}
    return "".join(re.escape(part[1:]) if len(part) == 2 else special.get(part, re.escape(part)) for part in parts)


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


_TEXT_FUNCTIONS: dict[str, Callable[[str], str]] = {
    "casei": str.casefold,
    "accenti": _without_accents,
    "lower": str.lower,
    "upper": str.upper,
}


def _folded_text(node: Node) -> str | None:
    """A pattern, perhaps within functions; None when it is not a text."""
    if isinstance(node, ast.Function) and node.name in _TEXT_FUNCTIONS and len(node.arguments) == 1:
        inner = _folded_text(node.arguments[0])
        return None if inner is None else _TEXT_FUNCTIONS[node.name](inner)
    return node if isinstance(node, str) else None
