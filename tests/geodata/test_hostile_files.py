"""Files made to harm: nothing outside the package is read, nothing blows up, and the answer says why."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from geodata.package import read_package
from tests.geodata.written import SOUND, errors, read, write, zipped

CANARY = "canary-3141592653"


@pytest.mark.parametrize(
    "path", ["../secret.csv", "/etc/passwd", "http://localhost/areas.csv", "..\\secret.csv", "C:\\areas.csv"]
)
def test_a_resource_outside_the_package_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.csv").write_text(f"area_id\n{CANARY}\n", encoding="utf-8")
    folder = write(tmp_path / "region")
    described = {"resources": [{"name": "areas", "path": path}]}
    (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    reading = read_package(folder)
    assert ("datapackage.json", None, "resources") in errors(reading)
    assert CANARY not in "".join(p.text() for p in reading.problems)


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(f"organisation_id\n{CANARY}\n", encoding="utf-8")
    folder = write(tmp_path / "region", organisations=None)
    (folder / "organisations.csv").symlink_to(tmp_path / "secret.csv")
    reading = read_package(folder)
    assert reading.package is not None
    assert "organisations" not in reading.package.tables


@pytest.mark.parametrize(
    "content",
    [
        f"<OGRVRTDataset><OGRVRTLayer name='a'><SrcDataSource>{CANARY}</SrcDataSource></OGRVRTLayer></OGRVRTDataset>",
        json.dumps({"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline read {CANARY}"}),
        "",
        "[" * 100_000,
        '{"type": "FeatureCollection", "features": 1}',
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"area_id": NaN}}]}',
        '{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "http://localhost/crs"}}}',
    ],
    ids=["vrt", "gdalg", "empty", "deep", "no features", "nan", "crs by address"],
)
@pytest.mark.parametrize("name", ["areas.geojson", "areas.gpkg", "areas.parquet"])
def test_a_disguised_file_is_refused_unopened(tmp_path: Path, content: str, name: str) -> None:
    folder = write(tmp_path)
    (folder / name).write_text(content, encoding="utf-8")
    reading = read_package(folder)
    assert [table for table, _, _ in errors(reading)] == ["areas"]
    assert CANARY not in "".join(p.text() for p in reading.problems)


def test_a_geopackage_view_is_no_table(tmp_path: Path) -> None:
    folder = write(tmp_path)
    _geopackage(
        folder / "areas.gpkg",
        "create view areas as with recursive n(i) as (select 1 union all select i + 1 from n) "
        "select i as area_id from n",
    )
    reading = read_package(folder)
    assert reading.package is not None
    assert reading.package.geometry is None


def test_a_geopackage_with_damaged_shapes_names_their_rows(tmp_path: Path) -> None:
    folder = write(tmp_path)
    _geopackage(
        folder / "areas.gpkg",
        "create table areas (fid integer primary key, geom blob, area_id text)",
        "insert into areas values (1, x'00', '0123'), (2, x'4750000100000000ff', '2')",
    )
    assert errors(read_package(folder)) == [("areas", 1, "geometry"), ("areas", 2, "geometry")]


def _geopackage(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(
        "create table gpkg_contents (table_name text, data_type text);"
        "insert into gpkg_contents values ('areas', 'features');"
        "create table gpkg_geometry_columns (table_name text, column_name text, srs_id integer);"
        "insert into gpkg_geometry_columns values ('areas', 'geom', 28992);"
        "create table gpkg_spatial_ref_sys (srs_id integer, organization text, organization_coordsys_id integer);"
        "insert into gpkg_spatial_ref_sys values (28992, 'EPSG', 28992);" + ";".join(statements)
    )
    connection.commit()
    connection.close()


def _many_entries(archive: zipfile.ZipFile) -> None:
    for i in range(201):
        archive.writestr(f"{i}.csv", "a\n")


def _bomb(archive: zipfile.ZipFile) -> None:
    archive.writestr("areas.csv", b"0" * 20_000_000)


def _nested(archive: zipfile.ZipFile) -> None:
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as inner:
        inner.writestr("areas.csv", SOUND["areas"])
    archive.writestr("region.zip", inside.getvalue())


def _slip(archive: zipfile.ZipFile) -> None:
    archive.writestr("../../areas.csv", SOUND["areas"])


@pytest.mark.parametrize(
    ("fill", "words"),
    [
        (_many_entries, "201 entries"),
        (_bomb, "times its size"),
        (_nested, "The table areas is missing"),
        (_slip, "The table areas is missing"),
    ],
)
def test_a_zip_beyond_measure_is_refused(tmp_path: Path, fill: Callable[[zipfile.ZipFile], None], words: str) -> None:
    with zipfile.ZipFile(tmp_path / "region.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive)
    reading = read_package(tmp_path / "region.zip")
    assert reading.package is None
    assert words in "\n".join(p.problem for p in reading.problems)
    assert [p.name for p in tmp_path.iterdir()] == ["region.zip"]


def test_a_workbook_beyond_measure_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 20_000_000)
    (problem,) = read_package(tmp_path / "book.xlsx").problems
    assert "times its size" in problem.problem


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 damaged", b"", b"%PDF-1.7", b'{"areas": [{"area_id": 1}, {"area_id": 1e999}], "areas": []}',
        b'{"areas": [{"area_id": "\\ud800"}]}', b"[1, 2]", b'{"areas": 5}', b'{"areas": [{"area_id": {"a": 1}}]}',
        b'{"areas": [{"area_id": ' + b"9" * 10_000 + b"}]}",
        b"\xff\xfe\x00", b'{"absent_means_zero": 5, "resources": 7}',
    ],
)  # fmt: skip
def test_a_file_that_is_no_package_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "upload").write_bytes(content)
    reading = read_package(tmp_path / "upload")
    assert reading.package is None
    assert errors(reading)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    assert errors(read_package(tmp_path / "nowhere")) == [("package", None, "")]


def test_text_that_is_not_utf8_names_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "sites.csv").write_bytes("site_id,name\nA,Aast\nB,Zuidé\n".encode("latin-1"))
    reading = read_package(folder)
    assert "not UTF-8 text (line 3)" in reading.problems[0].problem


def test_a_zip_cut_short_is_refused(tmp_path: Path) -> None:
    whole = zipped(write(tmp_path / "region"), tmp_path / "region.zip").read_bytes()
    for cut in range(0, len(whole), 97):
        (tmp_path / "cut.zip").write_bytes(whole[:cut])
        assert read_package(tmp_path / "cut.zip").package is None


def test_a_zip_with_one_byte_changed_never_raises(tmp_path: Path) -> None:
    whole = bytearray(zipped(write(tmp_path / "region"), tmp_path / "region.zip").read_bytes())
    for at in range(0, len(whole), 31):
        spoilt = bytes([*whole[:at], whole[at] ^ 0x55, *whole[at + 1 :]])
        (tmp_path / "spoilt.zip").write_bytes(spoilt)
        read_package(tmp_path / "spoilt.zip")


def test_a_workbook_with_one_byte_changed_never_raises(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "whole.xlsx")
    for name, text in SOUND.items():
        sheet = book.add_worksheet(name)
        for row, line in enumerate(text.strip().split("\n")):
            sheet.write_row(row, 0, line.split(","))
    book.close()
    whole = (tmp_path / "whole.xlsx").read_bytes()
    for at in range(0, len(whole), 43):
        (tmp_path / "spoilt.xlsx").write_bytes(bytes([*whole[:at], whole[at] ^ 0x55, *whole[at + 1 :]]))
        read_package(tmp_path / "spoilt.xlsx")


def test_an_unlisted_table_is_read_and_told(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "datapackage.json").write_text('{"resources": []}', encoding="utf-8")
    reading = read(folder)
    assert reading.package is not None
    assert sum("not listed" in p.problem for p in reading.problems) == len(SOUND)
