"""The command line's import: a region from open data by a recipe, and areas taken together."""

import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.errors import InvalidInput
from app.loading import finding, load
from app.progress_line import stderr_terminal
from geodata.problems import Problem

Language = Literal["en", "nl"]
imports = typer.Typer(help="Make a data package from open data, without programming.", no_args_is_help=True)


@imports.command()
def region(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE.toml", help="Which files, and what their columns are.")],
    out: Annotated[Path, typer.Option(help="The folder for the data package.")],
    batches: Annotated[
        Path | None, typer.Option(help="Where finished travel times are kept; OUT.batches by default.")
    ] = None,
) -> None:
    """Make the data package of a recipe; says what it assumed, exit 2 with every problem if it cannot."""
    from geodata.importers.build import REPORT, import_region

    kept = batches or out.with_name(f"{out.name}.batches")
    done = import_region(recipe, out, batches=kept, wait=time.sleep, progress=_progress)
    _tell(done.problems, f"{recipe.name} cannot be carried out; nothing is written.", refused=not done.written)
    for line in done.report.assumed:
        typer.echo(f"assumed: {line}")
    for line in done.report.measured:
        typer.echo(line)
    typer.echo(f"{out}: a data package; how it was made stands in {REPORT}.")


@imports.command()
def template(
    out: Annotated[Path, typer.Option(help="Where the workbook goes.")] = Path("my-region.xlsx"),
    language: Annotated[Language, typer.Option(help="The language of its notes.")] = "en",
) -> None:
    """Write an empty workbook to fill in: a sheet per table with notes and drop-downs."""
    from geodata.workbook_template import workbook_template

    if out.exists():
        raise InvalidInput(f"{out} exists; name another file with --out, or remove it yourself.", [])
    out.write_bytes(workbook_template(language))
    typer.echo(f"{out}: a workbook to fill in. Then: care-landscape check {out}")


@imports.command()
def draft(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILES", help="Open data as they are: CSV, Excel, GeoPackage, ...")
    ],
    out: Annotated[Path, typer.Option(help="Where the recipe goes.")] = Path("recipe.toml"),
) -> None:
    """Write a first recipe for files: what each seems to be and which columns it has, to be read over."""
    from geodata.importers.drafting import draft_recipe
    from geodata.problems import Findings

    found = Findings()
    if out.exists():
        found.error(out.name, f"{out.name} exists.", "Name another file with --out, or remove it yourself.")
    text = "" if found.has_errors else draft_recipe(files, out.parent, found)
    _tell(tuple(found.problems), "No recipe is written.", refused=found.has_errors)
    out.write_text(text, encoding="utf-8")
    typer.echo(f"{out}: a first recipe. Read it over, then: care-landscape import region {out} --out my-region")


@imports.command()
def aggregate(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="A data package: folder, zip, Excel workbook or JSON.")],
    by: Annotated[str, typer.Option(help="The column of areas whose values become the areas, such as gemeente.")],
    out: Annotated[Path, typer.Option(help="The folder for the data package.")],
    minutes: Annotated[float, typer.Option(min=0, help="Tell how many inhabitants are over so many minutes.")] = 45,
) -> None:
    """Take areas together (PC4 to municipality, say) and tell the error that it causes."""
    from geodata.aggregation import aggregated, error_lines
    from geodata.importers.build import REPORT, publish, tell_occupied
    from geodata.importers.columns import Report
    from geodata.problems import Findings

    package, _ = load(data)
    found = Findings()
    tell_occupied(out, found)
    large = aggregated(package, by, found)
    if large is None or found.has_errors:
        _tell(tuple(found.problems), f"{data.name} cannot be taken together by {by}; nothing is written.", refused=True)
        return
    report = Report(read=[f"{data.name}: a data package"], measured=error_lines(package, large, by, minutes))
    title = str(package.tables["package"]["title"][0])
    problems = publish(large, out, report, {}, title)
    refused = any(p.severity == "error" for p in problems)
    _tell(problems, f"{data.name} cannot be taken together by {by}; nothing is written.", refused=refused)
    for line in report.measured:
        typer.echo(line)
    typer.echo(f"{out}: a data package; how it was made stands in {REPORT}.")


def _tell(problems: tuple[Problem, ...], refusal: str, *, refused: bool) -> None:
    """Warnings on standard error; raises InvalidInput with every error where the import is refused."""
    for problem in problems:
        if problem.severity == "warning":
            typer.echo(problem.text(), err=True)
    if refused:
        raise InvalidInput(refusal, [finding(p) for p in problems if p.severity == "error"])


def _progress(done: int, of: int) -> None:
    if stderr_terminal():
        print(f"\rtravel times: batch {done:,} of {of:,}", end="\n" if done == of else "", file=sys.stderr, flush=True)
