"""A workbook of layers holds what the layers hold, and nothing that runs."""

import io
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata import excel_layers as written
from geodata.excel_layers import TooManyRowsError, excel_layers


def layer(**columns: list[object]) -> gpd.GeoDataFrame:
    points = [shapely.Point(5, 52)] * len(next(iter(columns.values())))
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def test_each_layer_is_a_sheet_with_its_columns_and_blanks() -> None:
    areas = layer(area_id=["0123", "2"], minutes_plan=[3.5, float("nan")], beyond=[True, False])
    content = excel_layers({"areas": areas, "sites": layer(site_id=["A"])})
    sheets = pd.read_excel(io.BytesIO(content), sheet_name=None, engine="calamine", dtype={"area_id": str})
    assert list(sheets) == ["areas", "sites"]
    assert sheets["areas"]["area_id"].tolist() == ["0123", "2"]
    assert sheets["areas"]["minutes_plan"].isna().tolist() == [False, True]
    assert sheets["areas"]["beyond"].tolist() == [True, False]
    assert "geometry" not in sheets["areas"]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+cmd", "@sum", "http://nowhere"])
def test_a_text_that_looks_like_a_formula_or_an_address_stays_a_text(name: str) -> None:
    content = excel_layers({"areas": layer(name=[name])})
    (sheet,) = pd.read_excel(io.BytesIO(content), sheet_name=None, engine="calamine").values()
    assert sheet["name"].tolist() == [name]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_the_same_layers_are_the_same_bytes() -> None:
    assert excel_layers({"areas": layer(a=[1])}) == excel_layers({"areas": layer(a=[1])})


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "MOST_ROWS", 2)
    with pytest.raises(TooManyRowsError, match="take CSV instead"):
        excel_layers({"areas": layer(a=[1, 2])})
