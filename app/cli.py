"""The command line: check data, ask a question, verify an answer, make a demo region, and run the service."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from app import json_text
from app.commands.backup import backup, restore
from app.commands.importing import imports
from app.commands.keys import keys
from app.commands.record import record
from app.commands.replay import replay
from app.commands.workspaces import members, workspaces
from app.errors import Finding, InvalidInput, Refusal, findings_from

Size = Literal["small", "region", "national"]
ERRORS_IN_DATA = 1
REFUSED = 1
BAD_INPUT = 2

commands = typer.Typer(
    help="Decide how a region's hospital care should be laid out.", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False,
)  # fmt: skip
commands.add_typer(workspaces, name="workspace")
commands.add_typer(members, name="member")
commands.add_typer(keys, name="key")
commands.add_typer(record, name="audit")
commands.add_typer(imports, name="import")
commands.command("replay")(replay)
commands.command("backup")(backup)
commands.command("restore")(restore)


def main() -> None:
    """Runs the command line; a refusal is told on standard error with every problem, exit code 2."""
    try:
        commands()
    except Refusal as refusal:
        _tell(refusal.detail, refusal.findings)
        sys.exit(BAD_INPUT)
    except SystemExit as ending:
        if not _solver_left_running():
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ending.code if isinstance(ending.code, int) else 1)


def _solver_left_running() -> bool:
    """A solve that did not heed its end still runs in a thread: an orderly exit would crash in it."""
    solver = sys.modules.get("solver.highs")
    return solver is not None and bool(solver.left_running())


DataPath = Annotated[Path, typer.Argument(metavar="DATA", help="A data package: folder, zip, Excel workbook or JSON.")]


@commands.command()
def check(data: DataPath) -> None:
    """Show every problem in a data package; exit 1 if there is an error."""
    from geodata.package import read_package

    reading = read_package(data)
    for problem in reading.problems:
        typer.echo(problem.text())
    errors = sum(problem.severity == "error" for problem in reading.problems)
    typer.echo(f"{data.name}: {errors} errors, {len(reading.problems) - errors} warnings.")
    if errors or reading.package is None:
        sys.exit(ERRORS_IN_DATA)


@commands.command()
def ask(
    data: DataPath,
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.json", help="The scenario.")],
    question: Annotated[Path | None, typer.Option(help="A question that takes the place of the scenario's.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the outcome goes, as JSON; - for standard output.")] = None,
    flows: Annotated[bool, typer.Option("--flows", help="Put all flows in the outcome.")] = False,
    layers: Annotated[Path | None, typer.Option(metavar="DIR", help="Write areas, sites and flows as GeoJSON.")] = None,
) -> None:
    """Answer a scenario's question; exit 0 for any answer, 2 for bad input."""
    from app.asking import answer
    from app.layouts import with_flows
    from app.loading import load
    from app.progress_line import ProgressLine, stderr_terminal
    from app.summary import summary
    from solver.scenario import InvalidScenario

    asked = _scenario(scenario, question)
    package, warnings = load(data)
    for warning in warnings:
        typer.echo(f"warning: {warning.text()}", err=True)
    line = ProgressLine(stderr_terminal())
    try:
        outcome = answer(package, asked, on_progress=line.show, on_stop=line.stopping)
    except InvalidScenario as invalid:
        raise InvalidInput(
            f"{scenario.name} cannot be asked of {data.name}.", findings_from(invalid.problems)
        ) from None
    if flows:
        outcome = with_flows(outcome, package)
    if layers is not None:
        from app.layers.geojson_files import write_layers

        write_layers(layers, outcome, package)
    if out is None:
        typer.echo(summary(outcome))
    elif str(out) == "-":
        typer.echo(json_text.canonical(outcome).decode())
    else:
        json_text.write_whole(out, outcome)
        typer.echo(summary(outcome), err=True)


@commands.command()
def verify(
    outcome: Annotated[
        Path, typer.Argument(metavar="OUTCOME.json", help="An outcome that ask wrote, or a decision record (zip).")
    ],
    data: Annotated[Path | None, typer.Argument(metavar="DATA", help="Its data; a record has them inside.")] = None,
) -> None:
    """Check an outcome again from the data alone, or a decision record from itself; exit 1 if it fails."""
    from app.loading import load
    from app.reasons import reasons_to_refuse
    from app.record.bundle import is_bundle, read
    from app.record.decision_record import reasons_against

    if is_bundle(outcome):
        reasons = reasons_against(read(outcome))
    elif data is None:
        raise InvalidInput("", [Finding("DATA", "It is missing.", "Name the data that the outcome is about.")])
    else:
        reasons = reasons_to_refuse(json_text.read_object(outcome), load(data)[0])
    for reason in reasons:
        typer.echo(reason)
    typer.echo(f"{outcome.name}: {'refused' if reasons else 'passed'}.")
    if reasons:
        sys.exit(REFUSED)


@commands.command()
def demo(
    size: Annotated[Size, typer.Option(help="How large.")] = "small",
    seed: Annotated[int, typer.Option(help="Another seed makes another region.")] = 1,
    out: Annotated[Path | None, typer.Option(help="The folder to write; demo-SIZE by default.")] = None,
) -> None:
    """Make up a region: a data package with a scenario beside it."""
    from geodata.demo import demo_scenario, write_demo

    folder = out or Path(f"demo-{size}")
    write_demo(folder, size, seed)
    json_text.write_whole(folder / "scenario.json", demo_scenario(size))
    typer.echo(f"{folder}: a made-up region ({size}, seed {seed}) and its scenario.json.")


@commands.command()
def settings() -> None:
    """List every setting with its value here and what it does."""
    from app.settings import Settings, described

    for line in described(Settings()):
        typer.echo(line)


@commands.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from app.settings import Settings
    from app.store.migrate import migrate as migrate_to_head

    settings = Settings()
    revision = migrate_to_head(settings.owner_url, application=settings.application_role)
    typer.echo(f"The database is at revision {revision}.")


@commands.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on; loopback only without accounts.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; 0 picks a free one.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Load a made-up region and solve its scenario first.")] = False,
    workers: Annotated[int, typer.Option(help="Workers in processes of their own, in place of the one inside.")] = 0,
) -> None:
    """Serve the API and the pages, with a worker inside or some beside it."""
    from app.serving import serve as serve_on
    from app.settings import Settings

    changes: dict[str, Any] = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    serve_on(Settings(**changes), with_demo=demo, workers=workers)


@commands.command()
def work(
    beside: Annotated[int | None, typer.Option(help="End with this process, which started this one.")] = None,
) -> None:
    """Work on accepted runs from the same database, beside one or more servers."""
    from app.settings import Settings
    from app.working import work as work_on

    work_on(Settings(), beside=beside)


def _scenario(path: Path, question: Path | None) -> dict[str, Any]:
    scenario = json_text.read_object(path)
    if question is not None:
        asked = json_text.read_object(question)
        scenario["question"] = asked["question"] if isinstance(asked.get("question"), dict) else asked
    return scenario


def _tell(detail: str, findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        typer.echo(finding.text(), err=True)
    if detail and not (len(findings) == 1 and detail.startswith(findings[0].where)):
        typer.echo(detail, err=True)


if __name__ == "__main__":
    main()
