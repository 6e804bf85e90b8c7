"""The audit log cannot be changed, and when somebody changes it all the same, the first changed line is named."""

import copy
import json
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

from app import cli
from app.record.audit_chain import Head, first_break, link
from app.store import audit
from app.store.account_tables import AuditHead, AuditLine
from app.store.audit import Author
from app.store.session import Store
from app.store.workspaces import LOCAL
from tests.databases import ON_SQLITE

AUTHOR = Author("key abc (tool)", "127.0.0.1", "somebody")
LINES = 12
Line = dict[str, Any]


@pytest.fixture
def log(store: Store) -> Store:
    """A store with a log of some lines."""
    for number in range(LINES):
        with store.writing(LOCAL) as session:
            told = {"number": number} if number % 2 else None
            audit.record(session, AUTHOR, LOCAL, "run.start", f"run-{number}", detail=told)
    return store


def read(store: Store) -> tuple[list[Line], Head]:
    """The log and where it says that it ends."""
    with store.reading(LOCAL) as session:
        head = audit.head(session, LOCAL)
        assert head is not None
        return list(audit.every_line(session, LOCAL)), head


def test_an_untouched_log_holds_and_tells_time_by_the_database(log: Store) -> None:
    lines, head = read(log)
    assert first_break(lines, head) is None
    assert [line["number"] for line in lines] == list(range(1, LINES + 1))
    assert all(one["at"] <= two["at"] for one, two in pairwise(lines))


def test_a_line_is_kept_with_its_act_or_not_at_all(log: Store) -> None:
    def fails_after_recording() -> None:
        with log.writing(LOCAL) as session:
            audit.record(session, AUTHOR, LOCAL, "run.start", "undone")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_after_recording()
    lines, head = read(log)
    assert (len(lines), first_break(lines, head)) == (LINES, None)


@pytest.mark.parametrize(
    "change",
    [
        update(AuditLine).values(actor="nobody"),
        delete(AuditLine),
        update(AuditHead).values(number=AuditHead.number),
        update(AuditHead).values(number=3, sha256="0" * 64),
        delete(AuditHead),
    ],
    ids=["change", "delete", "rewrite the head", "move the head back", "delete the head"],
)
def test_the_database_itself_refuses_to_change_the_log(log: Store, empty_database: str, change: Any) -> None:
    owner = Store(empty_database)
    for each in (log, owner):
        with pytest.raises(DBAPIError), each.writing(LOCAL) as session:
            session.execute(change)
    owner.close()
    assert first_break(*read(log)) is None


@ON_SQLITE
def test_sqlite_refuses_to_put_another_line_in_the_place_of_one(log: Store) -> None:
    """Replacing rows is its own way of writing."""
    with pytest.raises(DBAPIError, match="append-only"), log.writing(LOCAL) as session:
        session.execute(text("insert or replace into audit_lines select * from audit_lines where number = 2"))


def tampers(random_: random.Random, lines: list[Line]) -> tuple[str, list[Line]]:
    """A changed copy of the log: its kind, and the lines."""
    changed = copy.deepcopy(lines)
    at = random_.randrange(len(changed))
    kind = random_.choice(["edit", "delete", "swap", "cut", "insert", "repeat", "rehash", "move"])
    if kind == "edit":
        field = random_.choice([name for name in changed[at] if name != "number"])
        changed[at][field] = {"at": changed[at]["at"] + 1e-6, "detail": {"number": -1}}.get(field, "tampered")
    elif kind == "delete":
        del changed[at]
    elif kind == "swap":
        other = (at + random_.randrange(1, len(changed))) % len(changed)
        for field in set(changed[at]) - {"number"}:
            changed[at][field], changed[other][field] = changed[other][field], changed[at][field]
    elif kind == "cut":
        del changed[at:]
    elif kind == "insert":
        changed.insert(at, {**changed[at], "actor": "inserted"})
        changed = [{**line, "number": number} for number, line in enumerate(changed, 1)]
    elif kind == "repeat":
        changed.append({**changed[at], "number": len(changed) + 1})
    elif kind == "rehash":
        changed[at]["actor"] = "tampered"
        changed[at]["sha256"] = link(changed[at], changed[at]["before_sha256"])
    else:
        changed[at]["number"] += len(changed)
        changed.sort(key=lambda line: int(line["number"]))
    return kind, changed


def test_a_thousand_tampers_are_all_found(log: Store) -> None:
    lines, head = read(log)
    random_ = random.Random(5)
    kinds: dict[str, int] = {}
    for _ in range(1000):
        kind, changed = tampers(random_, lines)
        assert changed != lines, kind
        assert first_break(changed, head) is not None, kind
        kinds[kind] = kinds.get(kind, 0) + 1
    assert len(kinds) == 8


@pytest.mark.parametrize(("number", "field", "value"), [(1, "actor", "x"), (7, "at", 0.0), (LINES, "result", "x")])
def test_the_first_changed_line_is_named(log: Store, number: int, field: str, value: Any) -> None:
    lines, head = read(log)
    lines[number - 1][field] = value
    assert (first_break(lines, head) or "").startswith(f"Line {number} ")


def test_a_log_rewritten_as_a_whole_is_found_by_a_head_that_was_noted(log: Store) -> None:
    lines, head = read(log)
    before = "0" * 64
    for line in lines:
        line["actor"] = "rewritten"
        line["before_sha256"], line["sha256"] = before, link(line, before)
        before = line["sha256"]
    forged = Head(len(lines), before)
    assert first_break(lines, forged) is None
    assert "rewritten" in (first_break(lines, forged, [head]) or "")
    assert first_break(lines[:3], Head(3, lines[2]["sha256"]), [head]) is not None


def lift_triggers(session: Any) -> None:
    """What a database administrator could do."""
    if session.connection().dialect.name == "sqlite":
        for name in ("audit_lines_no_update", "audit_lines_no_delete"):
            session.execute(text(f"drop trigger {name}"))
    else:
        session.execute(text("alter table audit_lines disable trigger user"))


@pytest.mark.parametrize(
    "tamper",
    [
        lambda session: session.execute(update(AuditLine).where(AuditLine.number == 4).values(result="refused")),
        lambda session: session.execute(delete(AuditLine).where(AuditLine.number == LINES)),
    ],
    ids=["change a line", "cut the end off"],
)
def test_the_command_finds_what_an_administrator_did_behind_the_triggers(
    log: Store, empty_database: str, tamper: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CARE_LANDSCAPE_DATABASE_URL", log.engine.url.render_as_string())
    told = CliRunner().invoke(cli.commands, ["audit", "verify"])
    assert (told.exit_code, f"{LOCAL}: holds, {LINES} lines" in told.output) == (0, True)
    owner = Store(empty_database)
    with owner.writing(LOCAL) as session:
        lift_triggers(session)
        tamper(session)
    owner.close()
    told = CliRunner().invoke(cli.commands, ["audit", "verify"])
    assert told.exit_code == 1
    assert "Line " in told.output


def test_an_exported_log_is_verified_without_the_database(
    log: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CARE_LANDSCAPE_DATABASE_URL", log.engine.url.render_as_string())
    file = tmp_path / "log.jsonl"
    work = CliRunner()
    assert work.invoke(cli.commands, ["audit", "export", "--workspace", LOCAL, "--out", str(file)]).exit_code == 0
    assert work.invoke(cli.commands, ["audit", "verify", "--file", str(file)]).exit_code == 0
    rows = file.read_text().splitlines()
    rows[5] = json.dumps({**json.loads(rows[5]), "object": "another"})
    file.write_text("\n".join(rows))
    told = work.invoke(cli.commands, ["audit", "verify", "--file", str(file)])
    assert (told.exit_code, "Line 6 " in told.output) == (1, True)
