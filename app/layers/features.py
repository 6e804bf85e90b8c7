"""The features of a layer's frame that a query asks for, as GeoJSON."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from app import json_text
from app.errors import InvalidInput
from app.layers.collections_index import Collection
from app.layers.feature_query import FeatureQuery, bad_filter
from app.shelf import Shelf
from geodata.cql2.rows import chosen_rows
from geodata.cql2.tree import FilterError
from geodata.crs import ReferenceSystem
from geodata.layers import geometry_texts, plain_values, rows_in_box

WORTH_KEEPING = 3
"""A page of at least this part of the layer has the whole layer written and kept."""
MOST_KEPT = 50_000
"""Features of the largest layer that is kept as text."""
TRUTH = {"true": True, "false": False}


def columns_of(frame: Any) -> frozenset[str]:
    """The columns of a layer that a query may name."""
    return frozenset(str(column) for column in frame.columns if column != frame.geometry.name)


def matching(frame: Any, query: FeatureQuery) -> list[int]:
    """The rows of the frame that meet the query's values, box and filter, in its order; raises InvalidInput."""
    return [int(row) for row in _ordered(frame, np.flatnonzero(chosen_by(frame, query)), query.order)]


def chosen_by(frame: Any, query: FeatureQuery) -> npt.NDArray[np.bool_]:
    """bool[rows]: which rows meet the query's values, box and filter; raises InvalidInput."""
    chosen = np.ones(len(frame), dtype=np.bool_)
    for column, value in query.values.items():
        chosen &= _equal(frame[column].to_numpy(), value)
    if query.box is not None:
        inside = np.zeros(len(frame), dtype=np.bool_)
        inside[rows_in_box(frame, query.box)] = True
        chosen &= inside
    if query.tree is not None:
        try:
            chosen &= chosen_rows(frame, query.tree, query.filter_system)
        except FilterError as broken:
            raise InvalidInput("The query is not valid.", [bad_filter(broken)]) from None
    return chosen


def feature_texts(
    kept: Shelf[tuple[str, str, str], list[str]],
    entry: Collection,
    frame: Any,
    rows: Sequence[int],
    system: ReferenceSystem,
    *,
    with_geometry: bool = True,
) -> list[str]:
    """These rows as texts of GeoJSON features in the reference system; a feature's id is its row in the layer.

    Who asks for much of a layer will ask for the rest: then all of it is written and kept, and pages are cut from it.
    """
    if not with_geometry:
        return _written(frame, rows, [None] * len(rows))
    if len(rows) * WORTH_KEEPING < len(frame) or len(frame) > MOST_KEPT:
        return _written(frame, rows, geometry_texts(frame.iloc[list(rows)], system))
    key = (entry.source.workspace_id, entry.tag, system.uri)
    every = kept.get(key, lambda: _written(frame, range(len(frame)), geometry_texts(frame, system)))
    return [every[row] for row in rows]


def properties_of(frame: Any, rows: Sequence[int]) -> list[dict[str, Any]]:
    """The columns of these rows but for their shapes, blanks as None."""
    chosen = frame.iloc[list(rows)]
    names = [name for name in chosen.columns if name != chosen.geometry.name]
    columns = [plain_values(chosen[name]) for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _written(frame: Any, rows: Sequence[int], shapes: Sequence[str | None]) -> list[str]:
    """The geometries go from shape to text and are never read back, which makes a page of polygons some four times faster."""
    return [
        f'{{"type":"Feature","id":{row},"geometry":{shape or "null"},"properties":{json_text.compact(told).decode()}}}'
        for row, shape, told in zip(rows, shapes, properties_of(frame, rows), strict=True)
    ]


def with_members(text: str, members: dict[str, Any]) -> bytes:
    """The text of a JSON object with more members at its end."""
    return text[:-1].encode() + b"," + json_text.compact(members)[1:]


def _ordered(frame: Any, rows: npt.NDArray[np.intp], order: Sequence[tuple[str, bool]]) -> npt.NDArray[np.intp]:
    """The rows by the columns, first named counts first, blanks last; equals stay in the order of the layer."""
    for name, descends in reversed(order):
        values = plain_values(frame[name].iloc[rows])
        filled = [at for at, value in enumerate(values) if value is not None]
        texts = any(isinstance(values[at], str) for at in filled)
        filled.sort(key=lambda at: str(values[at]) if texts else values[at], reverse=descends)
        rows = rows[[*filled, *(at for at, value in enumerate(values) if value is None)]]
    return rows


def _equal(column: npt.NDArray[Any], value: str) -> npt.NDArray[np.bool_]:
    """Which cells say the same as the text of a query."""
    if column.dtype.kind == "f":
        try:
            number = float(value)
        except ValueError:
            return np.zeros(len(column), dtype=np.bool_)
        return np.asarray(column == number, dtype=np.bool_)
    truth = TRUTH.get(value.lower())
    said = [cell == value or (isinstance(cell, bool | np.bool_) and cell == truth) for cell in column]
    return np.array(said, dtype=np.bool_)
