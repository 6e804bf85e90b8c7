"""A first recipe out of files as they are: it says what it saw, and refuses to run where a choice is left open."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from geodata.importers.build import import_region
from geodata.importers.drafting import draft_recipe
from geodata.problems import Findings
from tests.geodata.recipes import FILES, carry_out, told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small open-data files without a recipe, and a table of regions."""
    for name in ("pc4.csv", "hospitals.csv", "minutes.csv"):
        (tmp_path / name).write_text(FILES[name])
    (tmp_path / "roaz.csv").write_bytes("gemeente;regio\n363;Súdwest\n".encode("cp1252"))
    return tmp_path


def drafted(folder: Path, *names: str) -> str:
    found = Findings()
    text = draft_recipe([folder / n for n in names], folder, found)
    assert not found.problems
    return text


def test_files_are_recognised_by_what_is_in_them(folder: Path) -> None:
    text = drafted(folder, "minutes.csv", "roaz.csv", "hospitals.csv", "pc4.csv")
    assert '[areas]\nfile = "pc4.csv"\narea_id = "postcode4"\npopulation = "aantal_inwoners"' in text
    assert '[sites]\nfile = "hospitals.csv"\nsite_id = "id"\norganisation = "hospital_name"' in text
    assert 'care_type_id = "seh"\noffered = "seh"' in text
    assert 'matrix = { file = "minutes.csv", area_id = "area" }' in text
    assert "# Not used yet: roaz.csv, 1 rows" in text
    assert "#   regio: Súdwest" in text


def test_a_draft_is_refused_until_the_demand_is_chosen_and_then_makes_a_region(folder: Path) -> None:
    text = drafted(folder, "minutes.csv", "hospitals.csv", "pc4.csv")
    (folder / "recipe.toml").write_text(text)
    first = import_region(folder / "recipe.toml", folder / "out", batches=folder / "b", wait=lambda seconds: None)
    assert [(p.field, p.problem) for p in first.problems] == [("care_types[1].demand", "It is missing.")]
    done = carry_out(folder / "again", text.replace("# demand = { per_inhabitant", "demand = { per_inhabitant"))
    assert done.written, told(done)


def test_every_sheet_of_a_workbook_is_looked_at(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "all.xlsx") as book:
        book.add_worksheet("leeg")
        for name, rows in {
            "Postcodes": [["pc4", "inwoners", "lat", "lon"], [1011, 10, 52.1, 5.1]],
            "Ziekenhuizen": [
                ["locatie_id", "organisatie", "locatie", "lat", "lon", "ic"],
                ["A", "O", "L", 52.1, 5.1, "ja"],
            ],
        }.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                sheet.write_row(r, 0, row)
    text = drafted(tmp_path, "all.xlsx")
    assert '[areas]\nfile = "all.xlsx"\nsheet = "Postcodes"' in text
    assert '[sites]\nfile = "all.xlsx"\nsheet = "Ziekenhuizen"' in text
    assert "estimate = {}" in text


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    found = Findings()
    (tmp_path / "notes.docx").write_text("hello")
    draft_recipe([tmp_path / "notes.docx", tmp_path / "absent.csv"], tmp_path, found)
    assert [p.table for p in found.problems] == ["notes.docx", "absent.csv"]
