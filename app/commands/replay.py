"""The command that asks a decision record's question again, and compares the answers."""

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

DIFFERS = 1


def replay(
    record: Annotated[Path, typer.Argument(metavar="RECORD.zip", help="A decision record, as the service gives it.")],
) -> None:
    """Ask a decision record's question again, offline; exit 1 if the answer is another."""
    from app.record.bundle import read
    from app.record.decision_record import replayed, versions_apart

    bundle = read(record)
    names = (bundle.outcome.get("provenance") or {}).get("versions") or {}
    for name, (then, now) in versions_apart(bundle, {name: _version(name) for name in names}).items():
        typer.echo(f"{name} is {now} here, and was {then} then: the answer may differ for that.", err=True)
    stored, now_found = replayed(bundle)
    if stored == now_found:
        typer.echo(f"{record.name}: the same answer, {stored}.")
        return
    typer.echo(f"{record.name}: another answer: {now_found}, the record has {stored}.")
    if bundle.outcome.get("stopped_by") != "proof":
        typer.echo("The record's answer was not proved; only proved answers are promised to come out the same.")
    sys.exit(DIFFERS)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
