"""What is written out reads back as the same values, whatever the ids, texts and numbers are."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.package import package_of, read_package
from geodata.package_files import write_package
from tests.geodata.written import sound

IDS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and text.isprintable() and text != "area_id"
)
TEXTS = st.none() | st.text(st.characters(exclude_categories=("C",)), min_size=1).filter(
    lambda text: bool(text.strip())
)
NUMBERS = st.floats(0, 1e9, allow_nan=False) | st.just(float("nan"))
MINUTES = st.floats(0, 5000) | st.just(float("inf"))


def _column(values: list[str | None]) -> np.ndarray:
    return np.array(values, dtype=object)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, dict[str, np.ndarray]]:
    """Plain tables of a sound package with hard names and numbers."""
    areas = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    sites = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    care = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    a, s, k = len(areas), len(sites), len(care)
    has_km = draw(st.booleans())
    minutes = np.array(draw(st.lists(MINUTES, min_size=a * s, max_size=a * s))).reshape(1, a, s)
    travel = {
        "mode": _column(["car"]), "future": _column([None]), "area_id": _column(areas), "site_id": _column(sites),
        "minutes": minutes,
    }  # fmt: skip
    if has_km:
        travel["km"] = np.array(draw(st.lists(st.floats(0, 500), min_size=a * s, max_size=a * s))).reshape(1, a, s)
    texts = draw(st.lists(TEXTS, min_size=a, max_size=a))
    return {
        "package": {
            "name": _column(["n"]), "title": _column(["t"]), "reference_date": _column([None]),
            "absent_means_zero": _column([]),
        },
        "areas": {
            "area_id": _column(areas), "population": np.array(draw(st.lists(NUMBERS, min_size=a, max_size=a))),
            "in_region": np.array(draw(st.lists(st.booleans(), min_size=a, max_size=a))), "remark": _column(texts),
            "score": np.array(draw(st.lists(NUMBERS, min_size=a, max_size=a))),
        },
        "sites": {"site_id": _column(sites), "in_region": np.ones(s, dtype=bool)},
        "care_types": {"care_type_id": _column(care)},
        "demand": {
            "area_id": _column([i for i in areas for _ in care]), "care_type_id": _column(care * a),
            "cases_per_year": np.array(draw(st.lists(st.floats(0, 1e6), min_size=a * k, max_size=a * k))),
        },
        "site_care": {
            "site_id": _column([i for i in sites for _ in care]), "care_type_id": _column(care * s),
            "offered_today": np.array(draw(st.lists(st.booleans(), min_size=s * k, max_size=s * k))),
        },
        "travel_times": travel,
    }  # fmt: skip


@settings(max_examples=40)
@given(worlds())
def test_written_packages_read_back_exactly(tables: dict[str, dict[str, np.ndarray]]) -> None:
    for column in (c for columns in tables.values() for c in columns.values() if c.dtype == float):
        column += 0.0
    with tempfile.TemporaryDirectory() as folder:
        write_package(tables, None, Path(folder))
        assert sound(Path(folder)).sha256 == package_of(tables, None).sha256


@settings(max_examples=20)
@given(worlds())
def test_the_order_in_which_tables_are_named_changes_nothing(tables: dict[str, dict[str, np.ndarray]]) -> None:
    assert package_of(dict(reversed(tables.items())), None).sha256 == package_of(tables, None).sha256


@given(
    st.dictionaries(st.sampled_from(["areas", "demand", "sites", "travel_times_car", "norms"]), st.text(max_size=80))
)
def test_no_text_in_any_table_makes_reading_raise(texts: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / f"{name}.csv").write_bytes(text.encode("utf-8", "surrogatepass"))
        assert read_package(Path(folder)).package is None


def test_the_national_case_with_its_shapes_survives_writing(shared: Path, tmp_path: Path) -> None:
    package = sound(shared / "cases" / "nl-acute")
    write_package(package.tables, package.geometry, tmp_path)
    assert sound(tmp_path).sha256 == package.sha256
