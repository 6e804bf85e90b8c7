"""The workbook to fill in: what Excel shows is what the schemas say, and filled in it is a data package."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from geodata.fields import Field
from geodata.package import read_package
from geodata.tables import TABLES
from geodata.workbook_template import UNITS_NL, Language, note, workbook_template
from tests.geodata.written import errors, read, sound, write

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(params=["en", "nl"])
def language(request: pytest.FixtureRequest) -> Language:
    """Either language."""
    return "nl" if request.param == "nl" else "en"


def test_there_is_a_sheet_per_table_with_a_column_per_field(language: Language) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook_template(language)))
    assert set(book.sheet_names) == {"package", *TABLES}
    for name, table in TABLES.items():
        assert book.get_sheet_by_name(name).to_python()[0] == [f.name for f in table.fields]


def test_every_column_has_a_note_in_the_language_and_choices_drop_down(language: Language) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook_template(language))) as archive:
        names = archive.namelist()
        comments = "".join(archive.read(n).decode() for n in names if n.startswith("xl/comments"))
        sheets = [ElementTree.fromstring(archive.read(n)) for n in names if n.startswith("xl/worksheets/sheet")]
    assert comments.count("<comment ref=") == 3 + sum(len(t.fields) for t in TABLES.values())
    assert ("Herkomstgebied" in comments) == (language == "nl")
    lists = [rule.findtext(f"{SPREADSHEET}formula1") for s in sheets for rule in s.iter(f"{SPREADSHEET}dataValidation")]
    assert '"acute,semi_acute,planned"' in lists
    assert '"TRUE,FALSE"' in lists
    assert any(formula and formula.startswith("sites!$A$2") for formula in lists)


def test_a_note_says_unit_limits_and_what_a_blank_means() -> None:
    population, inside, mode = (TABLES["areas"].by_name[c] for c in ("population", "in_region", "area_id"))
    assert note(population, "nl") == (
        "Inwoners\nVul in: een getal, ten minste 0.\nEenheid: personen.\nMag leeg blijven; ontbrekend is niet nul."
    )
    assert note(inside, "en").endswith("Blank means TRUE.")
    assert note(mode, "en").endswith("Must be filled in.")
    assert note(Field("x", "number", "X", "X", above=0), "en") == (
        "X\nWrite: a number, more than 0.\nMay stay blank; missing is not zero."
    )


def test_every_unit_has_its_dutch_words() -> None:
    assert set(UNITS_NL) == {f.unit for t in TABLES.values() for f in t.fields if f.unit}


def test_equal_templates_have_equal_bytes(language: Language) -> None:
    assert workbook_template(language) == workbook_template(language)


def test_an_empty_template_is_told_what_to_fill_in(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    path.write_bytes(workbook_template("en"))
    assert errors(read_package(path)) == [
        ("travel_times", None, ""), ("areas", None, ""), ("sites", None, ""), ("care_types", None, ""),
    ]  # fmt: skip


def test_a_filled_template_with_empty_sheets_is_the_same_package_as_its_tables(tmp_path: Path) -> None:
    """Every optional sheet is there with its header alone, periods included, and changes nothing."""
    plain = sound(write(tmp_path / "plain"))
    with xlsxwriter.Workbook(tmp_path / "filled.xlsx") as book:
        for name, table in TABLES.items():
            sheet = book.add_worksheet(name)
            csv = tmp_path / "plain" / f"{name}.csv"
            rows = (
                [line.split(",") for line in csv.read_text().splitlines()]
                if csv.exists()
                else [[f.name for f in table.fields]]
            )
            for r, row in enumerate(rows):
                sheet.write_row(r, 0, row)
        matrix = book.add_worksheet("travel_times_car")
        for r, line in enumerate((tmp_path / "plain" / "travel_times_car.csv").read_text().splitlines()):
            matrix.write_row(r, 0, line.split(","))
    filled = sound(tmp_path / "filled.xlsx")
    assert set(filled.tables) == set(plain.tables)
    assert np.array_equal(filled.tables["travel_times"]["minutes"], plain.tables["travel_times"]["minutes"])


def test_travel_times_without_rows_are_missing(tmp_path: Path) -> None:
    header = "area_id,site_id,minutes\n"
    assert errors(read(tmp_path, travel_times_car=None, travel_times=header)) == [("travel_times", None, "")]


def test_periods_without_rows_do_not_excuse_missing_demand(tmp_path: Path) -> None:
    reading = read(tmp_path, periods="period_id,start\n", demand="area_id,care_type_id,cases_per_year\n2,hip,30\n")
    assert [table for table, _, _ in errors(reading)] == ["demand"]
