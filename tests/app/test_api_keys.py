"""A key opens its workspace in its role, however a tool sends it, until it expires or is revoked; nothing else does."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import cli
from app.accounts.api_key import new_key, read_key
from app.store import audit, keys
from app.store.account_tables import Key
from app.store.row_security import EVERY
from tests.app.two_tables import PEPPER, TwoTables, key_for, two_tables

RUNS = "/v1/workspaces/north/runs"


@pytest.fixture
def tables(database: str, tmp_path: Path) -> Iterator[TwoTables]:
    """The service with its two care tables."""
    with two_tables(database, tmp_path) as both:
        yield both


def basic(name: str, password: str) -> str:
    """The header of HTTP basic."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def test_a_key_is_taken_as_bearer_as_password_and_in_a_header_of_its_own(tables: TwoTables) -> None:
    key = tables.north.keys["reader"]
    for headers in ({"Authorization": f"Bearer {key}"}, {"Authorization": basic("qgis", key)}, {"X-API-Key": key}):
        assert tables.client.get(RUNS, headers=headers).status_code == 200


@pytest.mark.parametrize("given", ["Basic !!!", "Basic /w==", "Bearer", "Negotiate abc", basic("reader", "reader"), ""])
def test_what_is_no_key_opens_nothing(tables: TwoTables, given: str) -> None:
    assert tables.client.get(RUNS, headers={"Authorization": given}).status_code == 401


def test_a_key_in_the_address_is_not_read(tables: TwoTables) -> None:
    key = tables.north.keys["reader"]
    answer = tables.client.get(f"{RUNS}?api_key={key}&key={key}&access_token={key}")
    assert (answer.status_code in (400, 401), key in answer.text) == (True, False)


def test_a_key_opens_nothing_once_it_is_revoked_or_has_expired(tables: TwoTables) -> None:
    revoked, expired = tables.north.keys["reader"], key_for(tables.store, "north", "reader", days=-0.0001)
    assert tables.call("GET", RUNS, key=expired).status_code == 401
    assert tables.call("GET", RUNS, key=revoked).status_code == 200
    found = read_key(revoked)
    assert found is not None
    with tables.store.writing("north") as session:
        keys.revoke(session, "north", found.key_id)
    assert tables.call("GET", RUNS, key=revoked).status_code == 401


def test_every_no_sounds_the_same(tables: TwoTables) -> None:
    unknown, expired = new_key().text, key_for(tables.store, "north", "reader", days=-1)
    answers = {tables.call("GET", RUNS, key=key).content for key in (None, "x", unknown, expired)}
    assert len(answers) == 1


def test_a_page_that_fetches_is_not_asked_for_a_password_and_a_gis_tool_is(tables: TwoTables) -> None:
    fetching = tables.call("GET", RUNS, Sec_Fetch_Mode="cors").headers["www-authenticate"]
    tool = tables.call("GET", RUNS).headers["www-authenticate"]
    assert (fetching, "Basic" in tool) == ("Bearer", True)


def test_the_database_holds_no_key(tables: TwoTables) -> None:
    secrets = {found.secret for text in tables.north.keys.values() if (found := read_key(text))}
    with tables.store.reading(EVERY) as session:
        kept = {row.secret_sha256 for row in session.query(Key)}
    assert len(secrets) == 4
    assert not secrets & kept


def test_what_a_tool_does_for_a_person_is_on_record_with_both(tables: TwoTables) -> None:
    key = tables.north.keys["planner"]
    tables.call("POST", f"{RUNS}/{tables.north.ids['run_id']}/cancellation", key=key, On_Behalf_Of="J. Jansen")
    with tables.store.reading("north") as session:
        *_, line = audit.every_line(session, "north")
    assert (line["action"], line["object"], line["result"]) == ("run.stop", tables.north.ids["run_id"], "done")
    assert (line["on_behalf_of"], line["origin"]) == ("J. Jansen", "testclient")
    assert line["actor"].startswith("key ")


def test_the_operator_makes_lists_and_revokes_keys_on_record(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CARE_LANDSCAPE_DATABASE_URL", database)
    monkeypatch.setenv("CARE_LANDSCAPE_DATA_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("CARE_LANDSCAPE_KEY_PEPPER", PEPPER)
    work = CliRunner()

    def told(*words: str) -> str:
        answer = work.invoke(cli.commands, words, catch_exceptions=False)
        assert answer.exit_code == 0, answer.output
        return answer.stdout

    told("workspace", "create", "east", "--title", "The east")
    key = read_key(told("key", "create", "--workspace", "east", "--role", "planner", "--name", "QGIS"))
    assert key is not None
    assert f"{key.key_id}  planner  valid" in told("key", "list", "--workspace", "east")
    told("key", "revoke", key.key_id, "--workspace", "east")
    assert f"{key.key_id}  planner  revoked" in told("key", "list", "--workspace", "east")
    told("member", "add", "jan", "--workspace", "east", "--role", "manager")
    assert told("member", "list", "--workspace", "east") == "jan  manager\n"
    told("member", "remove", "jan", "--workspace", "east")
    assert "east: holds, 5 lines" in told("audit", "verify", "--workspace", "east")
    assert "east  The east" in told("workspace", "list")
