"""Commands for the audit log: checked link by link, and written out for whoever keeps a copy."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from app.errors import Finding, InvalidInput
from app.record.audit_chain import Head, first_break

BROKEN = 1
record = typer.Typer(help="The audit log: verify it, or write it out.", no_args_is_help=True)
Noted = Annotated[
    list[str] | None,
    typer.Option("--noted", metavar="NUMBER:SHA256", help="A line's hash as somebody wrote it down; may be repeated."),
]


@record.command("verify")
def verify(
    workspace: Annotated[str | None, typer.Option("--workspace", help="One workspace; by default all.")] = None,
    noted: Noted = None,
    file: Annotated[Path | None, typer.Option(help="A log that export wrote, in place of the database.")] = None,
) -> None:
    """Check the chain of the audit log; exit 1 and name the first broken line if it does not hold."""
    heads = tuple(_head(text) for text in noted or ())
    answers = _of_file(file, heads) if file is not None else _of_store(workspace, heads)
    for name, (problem, head) in answers.items():
        typer.echo(f"{name}: {problem or f'holds, {head.number} lines, head {head.number}:{head.sha256}'}")
    if any(problem for problem, _ in answers.values()):
        sys.exit(BROKEN)


@record.command("export")
def export(
    workspace: Annotated[str, typer.Option("--workspace", help="The workspace's id.")],
    out: Annotated[Path, typer.Option(help="The file to write: a JSON object per line, the head last.")],
) -> None:
    """Write a workspace's audit log to a file that verify accepts."""
    from app import json_text
    from app.commands.at_work import changing, operator
    from app.store import audit, workspaces

    with changing(workspace) as session:
        workspaces.workspace(session, workspace)
        audit.record(session, operator(), workspace, "audit.export", out.name)
        head = audit.head(session, workspace)
        assert head is not None
        with out.open("wb") as file:
            for line in audit.every_line(session, workspace):
                file.write(json_text.canonical(line) + b"\n")
            file.write(json_text.canonical({"head": {"number": head.number, "sha256": head.sha256}}) + b"\n")
    typer.echo(f"{out}: {head.number} lines, head {head.number}:{head.sha256}")


def _of_store(workspace: str | None, noted: tuple[Head, ...]) -> dict[str, tuple[str | None, Head]]:
    from app.commands.at_work import changing
    from app.record.audit_chain import EMPTY
    from app.store import audit, workspaces
    from app.store.row_security import EVERY

    with changing(workspace or EVERY) as session:
        every = [workspace] if workspace else [each.workspace_id for each in workspaces.workspaces(session)]
        return {
            each: (audit.broken(session, each, noted), audit.head(session, each) or EMPTY)
            for each in every
            if workspaces.workspace(session, each)
        }


def _of_file(file: Path, noted: tuple[Head, ...]) -> dict[str, tuple[str | None, Head]]:
    from app import json_text

    rows = [json_text.parse_object(text, called=file.name) for text in file.read_bytes().splitlines()]
    told: Mapping[str, Any] | None = rows[-1].get("head") if rows else None
    head = None if told is None else Head(told["number"], told["sha256"])
    lines = rows if told is None else rows[:-1]
    return {file.name: (first_break(lines, head, noted), head or Head(0, ""))}


def _head(text: str) -> Head:
    number, _, sha256 = text.partition(":")
    if not number.isdigit() or len(sha256) != 64:
        raise InvalidInput("", [Finding("--noted", f"{text[:80]!r} is not a noted line.", "Write NUMBER:SHA256.")])
    return Head(int(number), sha256)
