"""The same tables read alike from a folder, zip, Parquet, GeoJSON, workbook and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from geodata.package import from_blob, read_package, to_blob
from tests.geodata.written import SOUND, errors, read, sound, warnings, write, zipped


def test_ids_are_kept_as_text_and_numbers_as_the_nearest_float(tmp_path: Path) -> None:
    tables = sound(write(tmp_path)).tables
    assert tables["areas"]["area_id"].tolist() == ["0123", "2"]
    assert tables["areas"]["code"].tolist() == ["07", "08"]
    assert tables["areas"]["population"].tolist() == [1000.0, 500.0]
    assert tables["areas"]["in_region"].tolist() == [True, True]
    assert tables["site_care"]["offered_today"].tolist() == [True, False]
    assert np.isnan(tables["site_care"]["capacity_per_year"][0])
    assert tables["travel_times"]["minutes"].tolist() == [[[1.1, 20.0], [15.0, np.inf]]]
    assert tables["travel_times"]["mode"].tolist() == ["car"]
    assert tables["travel_times"]["future"].tolist() == [None]
    assert "km" not in tables["travel_times"]


def test_the_national_case_reads_without_errors(shared: Path) -> None:
    package = sound(shared / "cases" / "nl-acute")
    assert package.tables["travel_times"]["minutes"].shape == (1, 4067, 89)
    assert len(package.geometry) == 4067
    assert package.geometry.crs.to_epsg() == 4326
    west, south, east, north = package.geometry.total_bounds
    assert 3.3 < west < east < 7.3
    assert 50.7 < south < north < 53.6


def test_metres_in_the_minutes_column_only_warn(shared: Path) -> None:
    reading = read_package(shared / "cases" / "sf-stores")
    assert reading.package is not None
    assert "look like seconds or metres" in warnings(reading)
    assert "lat" not in reading.package.tables["sites"]
    minutes = reading.package.tables["travel_times"]["minutes"][0]
    areas = reading.package.tables["areas"]["area_id"].tolist()
    assert repr(float(minutes[areas.index("60750101.0"), 0])) == "11495.19045437873"


def test_a_zip_reads_like_its_folder_also_below_a_top_folder(tmp_path: Path) -> None:
    folder = write(tmp_path / "region")
    expected = sound(folder).tables
    for top in ("", "region/"):
        tables = sound(zipped(folder, tmp_path / "region.zip", top)).tables
        assert tables.keys() == expected.keys()
        assert tables["travel_times"]["minutes"].tolist() == expected["travel_times"]["minutes"].tolist()


def test_a_workbook_reads_like_csv(tmp_path: Path) -> None:
    workbook = xlsxwriter.Workbook(tmp_path / "written.xlsx")
    for name, text in SOUND.items():
        sheet = workbook.add_worksheet(name.replace("_", "-"))
        for r, line in enumerate(text.strip().split("\n")):
            for c, cell in enumerate(line.split(",")):
                number = cell.replace(".", "").isdigit() and not cell.startswith("0")
                if cell in ("TRUE", "false"):
                    sheet.write_boolean(r, c, cell == "TRUE")
                elif number:
                    sheet.write_number(r, c, float(cell))
                elif cell:
                    sheet.write_string(r, c, cell)
    about = workbook.add_worksheet("package")
    about.write_row(0, 0, ["name", "written"])
    workbook.close()
    folder = write(tmp_path / "written")
    assert sound(tmp_path / "written.xlsx").sha256 == sound(folder).sha256


def test_json_reads_like_csv_as_rows_columns_or_resources(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, object]]] = {}
    for name, text in SOUND.items():
        header, *lines = [line.split(",") for line in text.strip().split("\n")]
        rows[name] = [{h: _value(c) for h, c in zip(header, line, strict=True)} for line in lines]
    columns = {n: {h: [r[h] for r in table] for h in table[0]} for n, table in rows.items()}
    resources = {"resources": [{"name": n, "data": table} for n, table in rows.items()]}
    expected = sound(write(tmp_path / "written")).sha256
    for document in (rows, {"tables": rows}, columns, resources):
        path = tmp_path / "region.json"
        path.write_text(json.dumps({"name": "written", **document}), encoding="utf-8")
        assert sound(path).sha256 == expected


def _value(cell: str) -> object:
    if cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    if cell and cell.replace(".", "").isdigit() and not cell.startswith("0"):
        return float(cell)
    return cell or None


def test_parquet_reads_like_csv(tmp_path: Path) -> None:
    expected = sound(write(tmp_path / "csv" / "region")).sha256
    folder = write(tmp_path / "parquet" / "region", demand=None, areas=None)
    pd.DataFrame(
        {"area_id": ["0123", "2"], "care_type_id": pd.Categorical(["hip"] * 2), "cases_per_year": [40.5, 30]}
    ).to_parquet(folder / "demand.parquet")
    pd.DataFrame(
        {"area_id": ["0123", "2"], "name": ["Oost", "West"], "population": np.array([1000, 500]), "lat": [52.1, 52.2],
         "lon": [5.1, 5.0], "code": ["07", "08"]}
    ).to_parquet(folder / "areas.parquet")  # fmt: skip
    assert sound(folder).sha256 == expected


def test_geojson_may_be_the_table_of_areas_and_of_sites(tmp_path: Path) -> None:
    def feature(properties: dict[str, object], geometry: dict[str, object]) -> dict[str, object]:
        return {"type": "Feature", "properties": properties, "geometry": geometry}

    square = {"type": "Polygon", "coordinates": [[[5, 52], [5.2, 52], [5.2, 52.2], [5, 52.2], [5, 52]]]}
    areas = [feature({"area_id": i, "population": 10}, square) for i in ("0123", "2")]
    sites = [feature({"site_id": i}, {"type": "Point", "coordinates": [5.1, 52.1]}) for i in ("A", "B")]
    folder = write(tmp_path, areas=None, sites=None)
    for name, features in (("areas", areas), ("sites", sites)):
        document = json.dumps({"type": "FeatureCollection", "features": features})
        (folder / f"{name}.geojson").write_text(document, encoding="utf-8")
    package = sound(folder)
    assert package.tables["areas"]["area_id"].tolist() == ["0123", "2"]
    assert package.tables["sites"]["lat"].tolist() == [52.1, 52.1]
    assert package.geometry["area_id"].tolist() == ["0123", "2"]


def test_long_rows_and_a_matrix_mean_the_same(tmp_path: Path) -> None:
    long = "area_id,site_id,minutes,unreachable\n2,B,,true\n0123,A,1.1,\n0123,B,20,false\n2,A,15,\n"
    matrix = sound(write(tmp_path / "matrix")).tables["travel_times"]
    rows = sound(write(tmp_path / "rows", travel_times=long, travel_times_car=None)).tables["travel_times"]
    assert rows["minutes"].tolist() == matrix["minutes"].tolist()


def test_rows_of_a_future_are_a_layer_of_their_own(tmp_path: Path) -> None:
    slow = "area_id,site_id,mode,minutes,km,future\n2,A,car,18,12.5,jam\n"
    tables = sound(write(tmp_path, travel_times=slow, futures="future_id\njam\n")).tables["travel_times"]
    assert tables["future"].tolist() == [None, "jam"]
    assert np.isnan(tables["minutes"][1]).sum() == 3
    assert tables["minutes"][1, 1, 0] == 18
    assert tables["km"][1, 1, 0] == 12.5


def test_demand_by_period_needs_every_period_and_base_means_blank(tmp_path: Path) -> None:
    periods = "period_id,start,years\np1,2026,2\np2,2028-01-01,2\n"
    demand = "area_id,care_type_id,cases_per_year,period,future\n"
    demand += "0123,hip,1,p1,base\n0123,hip,2,p2,\n2,hip,3,,\n2,hip,4,p1,\n"
    tables = sound(write(tmp_path / "sound", periods=periods, demand=demand)).tables
    assert tables["demand"]["future"].tolist() == [None] * 4
    assert tables["periods"]["start"].tolist() == ["2026-01-01", "2028-01-01"]
    without = demand.replace("0123,hip,2,p2,\n", "")
    assert errors(read(tmp_path / "without", periods=periods, demand=without)) == [("demand", None, "")]


def test_absent_demand_is_zero_only_where_the_package_says_so(tmp_path: Path) -> None:
    demand = "area_id,care_type_id,cases_per_year\n2,hip,3\n"
    assert errors(read(tmp_path, demand=demand)) != []
    (tmp_path / "datapackage.json").write_text('{"absent_means_zero": ["demand"]}', encoding="utf-8")
    assert sound(tmp_path).tables["package"]["absent_means_zero"].tolist() == ["demand"]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_are_read_but_decimal_commas_refused(tmp_path: Path, delimiter: str) -> None:
    areas = f"area_id{delimiter}population\n0123{delimiter}1000\n2{delimiter}1.234,5\n"
    reading = read(tmp_path, areas=areas)
    assert errors(reading) == [("areas", 2, "population")]
    assert "1234.5" in reading.problems[0].fix


def test_a_stored_package_comes_back_exactly(shared: Path, tmp_path: Path) -> None:
    for source in (shared / "cases" / "nl-acute", write(tmp_path)):
        package = sound(source)
        back = from_blob(to_blob(package))
        assert back.sha256 == package.sha256
        assert to_blob(back) == to_blob(package)
        for name, columns in package.tables.items():
            for column, values in columns.items():
                again = back.tables[name][column]
                assert again.dtype == values.dtype
                assert again.shape == values.shape


def test_bytes_that_are_no_stored_package_are_refused() -> None:
    with pytest.raises(ValueError, match="no stored package"):
        from_blob(b"something else")


def test_the_hash_depends_on_content_alone(tmp_path: Path) -> None:
    first = sound(write(tmp_path / "one" / "region"))
    again = sound(write(tmp_path / "two" / "region"))
    other = sound(write(tmp_path / "three" / "region", organisations="organisation_id,name\no1,Anders\n"))
    assert first.sha256 == again.sha256 != other.sha256
