"""The features of a layer's frame that a query asks for, as GeoJSON."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from app.feature_query import Box, FeatureQuery
from geodata import layers
from geodata.crs import ReferenceSystem

GEOMETRY = "geometry"
TRUTH = {"true": True, "false": False}


def columns_of(frame: Any) -> frozenset[str]:
    """The columns of a layer that a query may name."""
    return frozenset(str(column) for column in frame.columns if column != GEOMETRY)


def matching(frame: Any, query: FeatureQuery) -> list[int]:
    """The rows of the frame that meet the query's values and box, in order."""
    chosen = np.ones(len(frame), dtype=np.bool_)
    for column, value in query.values.items():
        chosen &= _equal(frame[column].to_numpy(), value)
    if query.box is not None:
        inside = np.zeros(len(frame), dtype=np.bool_)
        for part in _parts(query.box):
            inside[frame.sindex.query(shapely.box(*part), predicate="intersects")] = True
        chosen &= inside
    return [int(row) for row in np.flatnonzero(chosen)]


def page(frame: Any, rows: Sequence[int], system: ReferenceSystem) -> list[dict[str, Any]]:
    """These rows as GeoJSON features in the reference system, each with its row in the layer, from 1, as id."""
    features = layers.features(frame.iloc[list(rows)], system)
    return [{**feature, "id": row + 1} for feature, row in zip(features, rows, strict=True)]


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


def _parts(box: Box) -> list[Box]:
    """The box, or its two parts where it crosses the date line."""
    west, south, east, north = box
    if west <= east:
        return [box]
    return [(west, south, 180.0, north), (-180.0, south, east, north)]
