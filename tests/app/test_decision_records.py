"""A decision record can be checked and asked again by anybody, offline; what was changed in it is named."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app import cli, json_text
from app.errors import InvalidInput
from tests.app.two_tables import TwoTables, two_tables


@pytest.fixture
def tables(database: str, tmp_path: Path) -> Iterator[TwoTables]:
    """The service with its two care tables."""
    with two_tables(database, tmp_path) as both:
        yield both


@pytest.fixture
def record(tables: TwoTables, tmp_path: Path) -> Path:
    """The decision record of the north's run, as it was downloaded."""
    path = f"/v1/workspaces/north/runs/{tables.north.ids['run_id']}/decision-record"
    answer = tables.call("GET", path, key=tables.north.keys["planner"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    file = tmp_path / "record.zip"
    file.write_bytes(answer.content)
    return file


def told(*words: str | Path) -> tuple[int, str]:
    """The exit code and output of a command."""
    answer = CliRunner().invoke(cli.commands, [str(word) for word in words])
    if isinstance(answer.exception, InvalidInput):
        return 2, " ".join(finding.text() for finding in answer.exception.findings)
    return answer.exit_code, answer.output


def changed(record: Path, change: Callable[[dict[str, bytes]], None], *, manifest: bool) -> Path:
    """A copy of the record with its parts changed; with `manifest` its hashes are made to fit."""
    with zipfile.ZipFile(record) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    noted = json.loads(parts.pop("manifest.json"))
    change(parts)
    if manifest:
        noted["sha256"] = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**parts, "manifest.json": json.dumps(noted).encode()}.items():
            archive.writestr(name, content)
    copy = record.with_name("changed.zip")
    copy.write_bytes(out.getvalue())
    return copy


def in_json(name: str, change: Callable[[Any], None]) -> Callable[[dict[str, bytes]], None]:
    """Changes the JSON of one part."""

    def change_part(parts: dict[str, bytes]) -> None:
        value = json.loads(parts[name])
        change(value)
        parts[name] = json_text.canonical(value)

    return change_part


def test_a_record_holds_everything_and_passes_and_replays_to_the_same_answer(record: Path) -> None:
    with zipfile.ZipFile(record) as archive:
        names = set(archive.namelist())
    assert {"manifest.json", "asked.json", "scenario.json", "outcome.json", "ledger.json", "certificate.json"} <= names
    assert {"versions.json", "README.txt", "data/areas.csv", "data/datapackage.json"} <= names
    assert told("verify", record)[0] == 0
    code, words = told("replay", record)
    assert (code, "the same answer" in words) == (0, True)


def test_a_record_made_twice_is_the_same_to_the_byte(tables: TwoTables, record: Path) -> None:
    path = f"/v1/workspaces/north/runs/{tables.north.ids['run_id']}/decision-record"
    assert tables.call("GET", path, key=tables.north.keys["manager"]).content == record.read_bytes()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda parts: parts.update({"data/demand.csv": parts["data/demand.csv"] + b" "}), "data/demand.csv"),
        (lambda parts: parts.pop("ledger.json"), "ledger.json"),
        (lambda parts: parts.update({"extra.txt": b"x"}), "extra.txt"),
        (in_json("outcome.json", lambda outcome: outcome["objectives"][0].update(value=0)), "outcome.json"),
    ],
)
def test_a_part_that_was_changed_added_or_lost_is_named(
    record: Path, change: Callable[[dict[str, bytes]], None], where: str
) -> None:
    for command in ("verify", "replay"):
        code, words = told(command, changed(record, change, manifest=False))
        assert (code, where in words) == (2, True), command


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (in_json("outcome.json", lambda outcome: outcome["objectives"][0].update(value=0)), "travel_time"),
        (in_json("ledger.json", lambda ledger: ledger["criteria"].pop()), "ledger"),
        (in_json("asked.json", lambda asked: asked["rules"].pop()), "another scenario"),
        (lambda parts: parts.pop("ledger.json"), "ledger"),
        (lambda parts: parts.update({"data/demand.csv": parts["data/demand.csv"].replace(b".", b"1", 3)}), "data"),
    ],
)
def test_a_forged_record_with_a_manifest_to_match_is_refused_for_what_it_says(
    record: Path, change: Callable[[dict[str, bytes]], None], word: str
) -> None:
    code, words = told("verify", changed(record, change, manifest=True))
    assert (code, word in words) == (1, True), words


def test_a_replay_that_gives_another_answer_says_so(record: Path) -> None:
    drop_norms = in_json("asked.json", lambda asked: asked.update(rules=[]))
    code, words = told("replay", changed(record, drop_norms, manifest=True))
    assert (code, "another answer" in words) == (1, True), words


def test_what_is_no_record_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04"):
        (tmp_path / "none.zip").write_bytes(content)
        assert told("replay", tmp_path / "none.zip")[0] == 2


def test_taking_a_record_is_itself_on_record(tables: TwoTables, record: Path) -> None:
    lines = tables.call("GET", "/v1/workspaces/north/audit-lines", key=tables.north.keys["auditor"]).json()
    assert [line["action"] for line in lines["audit_lines"]][-1] == "run.export"
    assert record.exists()
