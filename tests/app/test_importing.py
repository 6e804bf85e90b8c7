"""The command line's import: exit codes, what it prints, and that nothing half-made stays."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import cli
from app.errors import InvalidInput
from tests.geodata.recipes import FILES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A recipe with its small open-data files."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(*words: str | Path) -> str:
    """What a command that must succeed prints."""
    done = CliRunner().invoke(cli.commands, [str(w) for w in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_recipe_becomes_a_region_that_check_accepts_and_says_what_it_assumed(folder: Path) -> None:
    told = run("import", "region", folder / "recipe.toml", "--out", folder / "out")
    assert "assumed: pc4.csv: area id is the column postcode4." in told
    assert "Travel times by car (OSRM 26.10, map of 2026-01-01): 6 pairs, 0 missing, 0 unreachable" in told
    assert "0 errors" in run("check", folder / "out")


def test_areas_are_taken_together_and_the_error_is_told(folder: Path) -> None:
    recipe = (folder / "recipe.toml").read_text().replace('"pc4.csv"', '"pc4.csv"\nattributes = ["gemeentecode"]')
    (folder / "recipe.toml").write_text(recipe)
    run("import", "region", folder / "recipe.toml", "--out", folder / "out")
    told = run("import", "aggregate", folder / "out", "--by", "gemeentecode", "--out", folder / "large")
    assert "3 areas became 2 by gemeentecode" in told
    assert "0 errors" in run("check", folder / "large")
    (folder / "recipe.toml").write_text(recipe.replace("attributes", 'aggregate_to = "gemeentecode"\nattributes'))
    assert "3 areas became 2" in run("import", "region", folder / "recipe.toml", "--out", folder / "at-once")
    assert (folder / "at-once" / "areas.csv").read_text() == (folder / "large" / "areas.csv").read_text()


def test_a_recipe_that_cannot_be_carried_out_is_refused_with_every_problem(folder: Path) -> None:
    (folder / "pc4.csv").write_text(FILES["pc4.csv"].replace(";500;", ";many;"))
    (folder / "hospitals.csv").write_text(FILES["hospitals.csv"].replace(",ja", ",perhaps"))
    with pytest.raises(InvalidInput) as refusal:
        run("import", "region", folder / "recipe.toml", "--out", folder / "out")
    places = {f.where for f in refusal.value.findings}
    assert places == {"pc4.csv, row 2, aantal_inwoners", "hospitals.csv, row 1, seh", "demand, cases_per_year"}
    assert not (folder / "out").exists()


def test_areas_cannot_be_taken_together_by_a_column_that_is_not_there(folder: Path) -> None:
    run("import", "region", folder / "recipe.toml", "--out", folder / "out")
    with pytest.raises(InvalidInput, match="nothing is written"):
        run("import", "aggregate", folder / "out", "--by", "county", "--out", folder / "large")
    assert not (folder / "large").exists()


def test_a_workbook_to_fill_in_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "region.xlsx"
    assert "a workbook to fill in" in run("import", "template", "--out", path, "--language", "nl")
    with pytest.raises(InvalidInput, match="exists"):
        run("import", "template", "--out", path)


def test_a_draft_is_written_once_and_refuses_files_that_are_not_there(folder: Path) -> None:
    run("import", "draft", folder / "pc4.csv", folder / "hospitals.csv", "--out", folder / "first.toml")
    assert "[[care_types]]" in (folder / "first.toml").read_text()
    with pytest.raises(InvalidInput, match="No recipe is written"):
        run("import", "draft", folder / "pc4.csv", "--out", folder / "first.toml")
    with pytest.raises(InvalidInput, match="No recipe is written"):
        run("import", "draft", folder / "absent.csv", "--out", folder / "second.toml")
    assert not (folder / "second.toml").exists()
