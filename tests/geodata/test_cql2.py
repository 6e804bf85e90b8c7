"""Filters choose the rows for which they are true, on four rows that fit on paper: text and JSON, blanks, shapes, bounds."""

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pytest

from geodata.cql2.json_form import from_json
from geodata.cql2.rows import chosen_rows
from geodata.cql2.text import from_text
from geodata.cql2.tree import FilterError
from geodata.crs import CRS84, reference_system

ROWS = gpd.GeoDataFrame(
    {
        "name": np.array(["x", "o'b", None, "Ébc"], dtype=object),
        "n": [1.0, np.nan, 3.0, 4.0],
        "open": np.array([True, False, None, True], dtype=object),
    },
    geometry=gpd.points_from_xy([5.0, 5.1, 5.2, 5.3], [52.0, 52.1, 52.2, 52.3]),
    crs="EPSG:4326",
)


def rows(tree: Any, system: str = "CRS84") -> list[int]:
    """The rows that a tree chooses."""
    return np.flatnonzero(chosen_rows(ROWS, tree, reference_system(system))).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n = 1 OR n = 3 AND open = true", [0]),
        ("(n = 1 OR n = 3) AND open = true", [0]),
        ("NOT n = 1", [2, 3]),
        ("NOT (n = 1 OR open)", []),
        ("NOT (n = 1 AND open)", [1, 2, 3]),
        ("n NOT IN (1, 3)", [3]),
        ("n IN (1, 4)", [0, 3]),
        ("n NOT BETWEEN 2 AND 3", [0, 3]),
        ("n BETWEEN 3 AND 4", [2, 3]),
        ("name IS NULL", [2]),
        ("name IS NOT NULL AND n IS NULL", [1]),
        ("name = 'o''b'", [1]),
        (r"name = 'o\'b'", [1]),
        ("name LIKE '_bc'", [3]),
        ("name NOT LIKE '%b%'", [0]),
        ("CASEI(ACCENTI(name)) LIKE CASEI('EB%')", [3]),
        ("open", [0, 3]),
        ("NOT open", [1]),
        ("n * 2 - 1 > n + 1", [2, 3]),
        ("n / 0 > 1", []),
        ("-n < -2", [2, 3]),
        ('"n" >= 3', [2, 3]),
        ("true", [0, 1, 2, 3]),
        ("geometry IS NULL", []),
        ("S_INTERSECTS(geometry, POLYGON((5 52,5.15 52,5.15 52.15,5 52.15,5 52)))", [0, 1]),
        ("S_WITHIN(geometry, BBOX(5.05,52.05,0,5.25,52.25,9))", [1, 2]),
        ("S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(5 52),LINESTRING(5.2 52.2,6 53)))", [0, 2]),
        ("S_DISJOINT(geometry, MULTIPOINT((5 52),(5.1 52.1)))", [2, 3]),
    ],
)
def test_a_filter_chooses_the_rows_for_which_it_is_true(text: str, expected: list[int]) -> None:
    assert rows(from_text(text)) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"op": "not", "args": [{"op": "=", "args": [{"property": "n"}, 1]}]}, [2, 3]),
        ({"op": "between", "args": [{"property": "n"}, 2, 3]}, [2]),
        ({"op": "like", "args": [{"op": "casei", "args": [{"property": "name"}]}, {"op": "casei", "args": ["É_C"]}]}, [3]),
        ({"op": "s_within", "args": [{"property": "geometry"}, {"bbox": [5.05, 52.05, 5.25, 52.25]}]}, [1, 2]),
        ({"op": "s_equals", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [5, 52]}]}, [0]),
        ({"op": "or", "args": [{"op": "isNull", "args": [{"property": "n"}]}, {"op": "=", "args": [{"property": "n"}, 4]}]},
         [1, 3]),
    ],
)  # fmt: skip
def test_json_says_it_too(document: Any, expected: list[int]) -> None:
    assert rows(from_json(json.dumps(document))) == expected


def test_the_shapes_of_a_filter_are_in_the_system_that_is_named() -> None:
    assert rows(from_text("S_WITHIN(geometry, BBOX(52.05,5.05,52.25,5.25))"), "EPSG:4326") == [1, 2]
    assert rows(from_text("S_WITHIN(geometry, POLYGON((52.05 5.05,52.25 5.05,52.25 5.25,52.05 5.25,52.05 5.05)))"),
                "EPSG:4326") == [1, 2]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("zz = 1", "zz"), ("name = 1", "compares"), ("open > true", "larger"), ("sqrt(n) > 1", "sqrt"),
        ("name + 1 > 2", "reckons"), ("n", "no condition"), ("n LIKE 'a'", "texts"), ("n >", "cannot be read"),
        ("S_NEAR(geometry, POINT(1 1))", "S_NEAR"), ("S_INTERSECTS(name, POINT(1 1))", "no shape"),
        ("S_INTERSECTS(geometry, POLYGON((0 0,1 1,0 1,1 0,0 0)))", "cross"),
        ("S_INTERSECTS(geometry, POINT(1e400 1))", "read"), ("NOT " * 25 + "open", "deeper"),
        (" OR ".join(["n = 1"] * 80), "parts"), ("(" * 70 + "open" + ")" * 70, "deeper"), ("'" * 20_000, "longer"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_why(text: str, word: str) -> None:
    with pytest.raises(FilterError, match=word):
        chosen_rows(ROWS, from_text(text), CRS84)


def test_a_long_chain_of_conditions_is_not_deep() -> None:
    assert rows(from_text(" OR ".join(f"n = {number}" for number in range(45)))) == [0, 2, 3]
