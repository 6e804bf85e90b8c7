"""The features of a layer's frame that a query asks for, as GeoJSON."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from app import json_text
from app.feature_query import FeatureQuery
from geodata.crs import ReferenceSystem
from geodata.layers import geometry_texts, plain_values, rows_in_box

TRUTH = {"true": True, "false": False}


def columns_of(frame: Any) -> frozenset[str]:
    """The columns of a layer that a query may name."""
    return frozenset(str(column) for column in frame.columns if column != frame.geometry.name)


def matching(frame: Any, query: FeatureQuery) -> list[int]:
    """The rows of the frame that meet the query's values and box, in order."""
    chosen = np.ones(len(frame), dtype=np.bool_)
    for column, value in query.values.items():
        chosen &= _equal(frame[column].to_numpy(), value)
    if query.box is not None:
        inside = np.zeros(len(frame), dtype=np.bool_)
        inside[rows_in_box(frame, query.box)] = True
        chosen &= inside
    return [int(row) for row in np.flatnonzero(chosen)]


def page(frame: Any, rows: Sequence[int], system: ReferenceSystem) -> list[str]:
    """These rows as texts of GeoJSON features in the reference system; a feature's id is its row in the layer.

    The geometries go from shape to text and are never read back, which makes a page of polygons some four times faster.
    """
    chosen = frame.iloc[list(rows)]
    names = [name for name in chosen.columns if name != chosen.geometry.name]
    columns = [plain_values(chosen[name]) for name in names]
    return [
        f'{{"type":"Feature","id":{row},"geometry":{geometry or "null"},"properties":{_properties(names, values)}}}'
        for row, geometry, *values in zip(rows, geometry_texts(chosen, system), *columns, strict=True)
    ]


def with_members(text: str, members: dict[str, Any]) -> bytes:
    """The text of a JSON object with more members at its end."""
    return text[:-1].encode() + b"," + json_text.compact(members)[1:]


def _properties(names: Sequence[str], values: Sequence[Any]) -> str:
    return json_text.compact(dict(zip(names, values, strict=True))).decode()


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
