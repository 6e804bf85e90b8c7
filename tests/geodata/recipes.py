"""Recipes and small open-data files for tests of the importers, and what carrying them out says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from geodata.importers.build import Imported, import_region

PC4 = (
    "postcode4;gemeentecode;aantal_inwoners;lat;lon\n"
    "1011;GM0363;1000;52,37;4,90\n1012;GM0363;500;52,38;4,89\n8888;GM0014;40;53,2;6,5\n"
)
"""Three areas as CBS and Dutch Excel write them: semicolons and decimal commas."""

HOSPITALS = (
    "id,hospital_name,site_name,lat,lon,facility_type,seh\n"
    "100101,Amsterdam UMC,AMC,52.29,4.96,Academisch ziekenhuis,ja\n"
    "100102,Martini,Martini,53.19,6.55,Algemeen ziekenhuis,nee\n"
)
"""Two sites in GISCO's layout."""

MINUTES = "area,100101,100102\n1011,10,120\n1012,12,118\n8888,115,9\n"

RECIPE = """
name = "small"
reference_date = "2026-01-01"

[areas]
file = "pc4.csv"

[sites]
file = "hospitals.csv"

[[care_types]]
care_type_id = "emergency"
demand = { per_inhabitant = 0.1 }
offered = "seh"
could_offer = "everywhere"

[[travel]]
matrix = { file = "minutes.csv", area_id = "area", source = "OSRM 26.10, map of 2026-01-01" }
"""

FILES: Mapping[str, str] = {
    "pc4.csv": PC4, "hospitals.csv": HOSPITALS, "minutes.csv": MINUTES, "recipe.toml": RECIPE,
}  # fmt: skip


def carry_out(folder: Path, recipe: str = RECIPE, **changed: str | bytes) -> Imported:
    """Carries a recipe out on the small files, some of them changed (`pc4__csv` names pc4.csv), into folder/out."""
    texts: dict[str, str | bytes] = {**FILES, "recipe.toml": recipe}
    texts |= {name.replace("__", "."): text for name, text in changed.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_region(folder / "recipe.toml", folder / "out", batches=folder / "batches", wait=lambda seconds: None)


def told(done: Imported, severity: str = "error") -> str:
    """The problems of a severity, a line each."""
    return "\n".join(p.text() for p in done.problems if p.severity == severity)


def assumed(done: Imported) -> str:
    """What was assumed, a line each."""
    return "\n".join(done.report.assumed)
