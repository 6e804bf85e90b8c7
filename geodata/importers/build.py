"""A recipe carried out: every table made, checked as an upload is, written whole or not at all, with its report."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geodata.aggregation import aggregated, error_lines
from geodata.gathering import split_by_name
from geodata.importers.ambulance import import_ambulance
from geodata.importers.areas import import_areas, import_shapes
from geodata.importers.care import import_care_types, import_demand, import_site_care
from geodata.importers.columns import Report, Sheet
from geodata.importers.draft import Draft
from geodata.importers.inhabitants import read_forecast, read_inhabitants
from geodata.importers.neighbours import place_sites, report_neighbours, without_far_neighbours
from geodata.importers.recipe import Recipe, read_recipe
from geodata.importers.regions import import_regions
from geodata.importers.sites import import_sites
from geodata.importers.travel import import_travel, long_rows
from geodata.importers.ways import Routing
from geodata.package import Package, checked, opened_source, read_package
from geodata.package_description import Description
from geodata.package_files import write_package
from geodata.problems import Findings, Problem

REPORT = "import-report.md"


@dataclass(frozen=True)
class Imported:
    """What came of a recipe: the report, every problem, and whether a package was written."""

    report: Report
    problems: tuple[Problem, ...]
    written: bool


def import_region(
    recipe_path: Path,
    out: Path,
    *,
    batches: Path,
    wait: Callable[[float], None],
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Imported:
    """Make the data package of a recipe in the folder `out`; nothing is written there if any problem is an error.

    Finished batches of routing are kept in `batches`. A package that an import wrote before is replaced, other folders
    are not touched. Raises OSError where the folder cannot be written.
    """
    found = Findings()
    tell_occupied(out, found)
    recipe = read_recipe(recipe_path, found)
    if recipe is None or found.has_errors:
        return Imported(Report(), tuple(found.problems), False)
    draft = Draft(recipe_path.parent, found)
    package = _made(draft, recipe, Routing(batches, wait, progress))
    if package is None:
        return Imported(draft.report, tuple(found.problems), False)
    if recipe.areas is not None and recipe.areas.aggregate_to is not None:
        whole = package
        package = aggregated(whole, recipe.areas.aggregate_to, found)
        if package is None:
            return Imported(draft.report, tuple(found.problems), False)
        draft.report.measured += error_lines(whole, package, recipe.areas.aggregate_to)
    title = recipe.title or recipe.name
    problems = publish(package, out, draft.report, _about(recipe, draft.report), title, tuple(found.problems))
    return Imported(draft.report, problems, not any(p.severity == "error" for p in problems))


def tell_occupied(out: Path, found: Findings) -> None:
    """An error where the folder holds what no import made."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not (out / REPORT).exists():
        text = f"{out.name} exists and no import made it."
        found.error(out.name, text, "Name another folder with --out, or remove it yourself.")


def _made(draft: Draft, recipe: Recipe, routing: Routing) -> Package | None:
    """The checked package of a recipe; None, with every problem, where one is an error."""
    zeros = _start(draft, recipe)
    areas = None if recipe.areas is None else import_areas(draft, recipe.areas)
    if recipe.shapes is not None and "areas" in draft:
        import_shapes(draft, recipe.shapes)
    sites = None if recipe.sites is None else import_sites(draft, recipe.sites)
    if "areas" in draft and "sites" in draft:
        place_sites(draft)
    if (
        areas is not None
        and recipe.areas is not None
        and recipe.areas.outside_within_km is not None
        and "sites" in draft
    ):
        areas = without_far_neighbours(draft, areas, recipe.areas.outside_within_km)
    for regions in recipe.regions:
        if areas is not None:
            import_regions(draft, regions, areas, sites)
    if recipe.periods:
        columns: dict[str, Any] = {
            "period_id": [p.period_id for p in recipe.periods], "name": [p.name for p in recipe.periods],
            "start": [p.start for p in recipe.periods],
            "years": np.array([np.nan if p.years is None else p.years for p in recipe.periods]),
        }  # fmt: skip
        draft.put("periods", columns, "the recipe")
    _care(draft, recipe, areas, sites)
    report_neighbours(draft)
    if "areas" in draft and "sites" in draft:
        import_travel(draft, recipe.travel, routing)
        if recipe.ambulance is not None:
            import_ambulance(draft, recipe.ambulance, routing)
    if draft.found.has_errors:
        return None
    description = Description(recipe.name, recipe.title or recipe.name, recipe.reference_date, zeros)
    raws = [*draft.tables.values(), *long_rows(draft.travel)]
    if draft.shapes is not None:
        raws.append(draft.shapes)
    return checked(description, raws, draft.found)


def _start(draft: Draft, recipe: Recipe) -> tuple[str, ...]:
    """The tables of the package or workbook that the recipe starts from, and which of them leave out zeros."""
    if recipe.start_from is None:
        return ()
    source = draft.folder / recipe.start_from
    description, raws = opened_source(source, draft.found)
    tables, travel, shapes = split_by_name(raws, draft.found)
    draft.tables |= tables
    draft.travel += travel
    draft.shapes = shapes
    draft.report.read.append(f"{recipe.start_from}: tables {', '.join([*tables, *(t.name for t in travel)])}")
    return description.absent_means_zero


def _care(draft: Draft, recipe: Recipe, areas: Sheet | None, sites: Sheet | None) -> None:
    if not recipe.care_types:
        return
    by_age = None
    if recipe.population is not None and "areas" in draft:
        by_age = read_inhabitants(draft, recipe.population)
    later = None
    if recipe.forecast is not None and by_age is not None and areas is not None:
        years = [int(p.start[:4]) for p in recipe.periods if p.start[:4].isdigit()]
        later = read_forecast(draft, recipe.forecast, areas, by_age, years)
    import_care_types(draft, recipe.care_types)
    for care in recipe.care_types:
        if areas is not None:
            import_demand(draft, care, areas, by_age, later, recipe.periods)
        if "sites" in draft:
            import_site_care(draft, care, sites)


def _about(recipe: Recipe, report: Report) -> dict[str, Any]:
    """The members sources and licenses of datapackage.json, from what the recipe's files say of themselves."""
    listed = [v for v in _files(recipe.model_dump()) if v.get("source") or v.get("licence")]
    sources = list(dict.fromkeys(v["source"] for v in listed if v.get("source"))) or [
        line.split(":")[0] for line in report.read
    ]
    licences = list(dict.fromkeys(v["licence"] for v in listed if v.get("licence")))
    about: dict[str, Any] = {"sources": [{"title": s} for s in sources]}
    return about | ({"licenses": [{"title": each} for each in licences]} if licences else {})


def _files(part: Any) -> list[dict[str, Any]]:
    """Every file that a recipe lists, wherever it stands."""
    if isinstance(part, dict):
        below = [f for value in part.values() for f in _files(value)]
        return [part, *below] if "file" in part else below
    return [f for each in part for f in _files(each)] if isinstance(part, list) else []


def publish(
    package: Package, out: Path, report: Report, about: dict[str, Any], title: str, told: tuple[Problem, ...] = ()
) -> tuple[Problem, ...]:
    """Write a package and its report beside `out`, read it back as `check` does, and only then put it in its place.

    Every problem comes back, those told before included.
    """
    new = out.with_name(f"{out.name}.new")
    if new.exists():
        shutil.rmtree(new)
    write_package(package.tables, package.geometry, new, about)
    reading = read_package(new)
    problems = tuple(dict.fromkeys((*told, *reading.problems)))
    (new / REPORT).write_text(report_text(title, report, problems), encoding="utf-8", newline="\n")
    if reading.package is None:
        shutil.rmtree(new)
        return problems
    if out.exists():
        shutil.rmtree(out)
    new.rename(out)
    return problems


def report_text(title: str, report: Report, problems: tuple[Problem, ...]) -> str:
    """The report as Markdown: what was read, what was assumed, what was measured, what to look at."""
    parts = (
        ("What was read", report.read), ("What was assumed", report.assumed), ("What was measured", report.measured),
        ("What to look at", [p.text() for p in problems]),
    )  # fmt: skip
    lines = [f"# {title}: how these data were made", ""]
    for heading, told in parts:
        lines += [f"## {heading}", "", *(f"- {line}" for line in told or ["nothing"]), ""]
    return "\n".join(lines)
