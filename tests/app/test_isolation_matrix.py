"""Every route x role x workspace, taken from the app itself: foreign ids are not there, missing rights are refused on record."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from app.main import ROUTERS
from app.policy import EVERY_ROLE, POLICY, PUBLIC
from app.store import audit
from app.store.ids import new_id
from tests.app.two_tables import CANARY, CareTable, TwoTables, two_tables

ROUTES = sorted(
    (method, route.path)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods
)
GUARDED = [(method, path) for method, path in ROUTES if POLICY[method, path] is not PUBLIC]
WITHIN = [(method, path) for method, path in GUARDED if "{workspace_id}" in path]
ROLES = sorted(EVERY_ROLE)
NOT_IDS = {
    "feature_id": "0", "style_id": "minutes", "tile_matrix_set_id": "WebMercatorQuad", "tile_matrix": "0", "tile_row": "0",
    "tile_col": "0", "layer_kind": "areas",
}  # fmt: skip
"""Parameters that name no thing of a workspace by themselves, with a value for them."""


@pytest.fixture
def tables(database: str, tmp_path: Path) -> Iterator[TwoTables]:
    """The service with its two care tables."""
    with two_tables(database, tmp_path) as both:
        yield both


def parameters(path: str) -> list[str]:
    """The names in a path."""
    return re.findall(r"{([^}:]+)", path)


def filled(path: str, ids: dict[str, str]) -> str:
    """The path with its names filled in; a name that the world does not know must be given here first."""
    unknown = set(parameters(path)) - set(ids)
    assert not unknown, f"{path}: give the two care tables of the tests a {unknown}, or list it in NOT_IDS"
    return re.sub(r"{([^}:]+)[^}]*}", lambda name: ids[name[1]], path)


def ids_of(table: CareTable, **others: str) -> dict[str, str]:
    """What fills a path of the care table's own."""
    return {**NOT_IDS, **table.ids, **others}


def call(tables: TwoTables, method: str, path: str, key: str | None) -> Any:
    """One request; what changes things sends an empty object."""
    return tables.call(method, path, key=key, body=None if method in ("GET", "DELETE") else {})


def audit_lines(tables: TwoTables, workspace_id: str) -> list[dict[str, Any]]:
    """The workspace's whole log."""
    with tables.store.reading(workspace_id) as session:
        return list(audit.every_line(session, workspace_id))


def leaks(tables: TwoTables, text: str) -> list[str]:
    """What of the south is in a text that is not for the south."""
    shown = ("workspace_id", "shared_id")
    secrets = {CANARY, *(value for name, value in tables.south.ids.items() if name not in shown)}
    return [secret for secret in secrets if secret in text]


def test_nobody_gets_past_a_route_that_asks_for_a_role(tables: TwoTables) -> None:
    right = tables.north.keys["manager"]
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    for method, path in GUARDED:
        for key in (None, "nonsense", wrong):
            answer = call(tables, method, filled(path, ids_of(tables.north)), key)
            assert (answer.status_code, answer.headers["www-authenticate"][:6]) == (401, "Bearer"), (method, path)


def test_a_workspace_without_a_role_in_it_is_as_one_that_does_not_exist(tables: TwoTables) -> None:
    for method, path in WITHIN:
        for role in ROLES:
            key = tables.north.keys[role]
            foreign = call(tables, method, filled(path, ids_of(tables.south)), key)
            nowhere = call(tables, method, filled(path, ids_of(tables.south, workspace_id="nowhere")), key)
            assert (foreign.status_code, foreign.content) == (404, nowhere.content), (method, path, role)
    assert [line for line in audit_lines(tables, "south") if line["result"] == "refused"] == []


def test_a_foreign_id_in_any_place_of_a_path_is_as_one_that_does_not_exist(tables: TwoTables) -> None:
    tried = 0
    for method, path in WITHIN:
        for name in set(parameters(path)) - {"workspace_id", *NOT_IDS}:
            for role in sorted(POLICY[method, path]):
                key = tables.north.keys[role]
                foreign = tables.south.ids[name]
                unknown = foreign.replace(tables.south.ids["run_id"], new_id()) if "-" in foreign else new_id()
                answer, never = (
                    call(tables, method, filled(path, ids_of(tables.north, **{name: one})), key)
                    for one in (foreign, unknown)
                )
                assert (answer.status_code, answer.content) == (404, never.content), (method, path, role, name)
                tried += 1
    assert tried > 20


def test_a_foreign_id_in_a_body_is_as_one_that_does_not_exist(tables: TwoTables) -> None:
    south, key = tables.south.ids, tables.north.keys["planner"]
    bodies: list[tuple[str, dict[str, Any], str]] = [
        ("runs", {"scenario_id": south["scenario_id"]}, south["scenario_id"]),
        ("scenarios", {"parent_id": south["scenario_id"]}, south["scenario_id"]),
        ("scenarios", {"dataset_id": south["dataset_id"], "name": "x"}, south["dataset_id"]),
        ("comparisons", {"run_ids": [tables.north.ids["run_id"], south["run_id"]]}, south["run_id"]),
    ]
    for noun, body, foreign in bodies:
        never = {name: _replaced(value, foreign) for name, value in body.items()}
        answers = [tables.call("POST", f"/v1/workspaces/north/{noun}", key=key, body=each) for each in (body, never)]
        assert answers[0].status_code == 400, noun
        assert answers[0].content == answers[1].content, noun


def _replaced(value: Any, foreign: str) -> Any:
    unknown = "0" * len(foreign)
    return [unknown if each == foreign else each for each in value] if isinstance(value, list) else (
        unknown if value == foreign else value
    )  # fmt: skip


def test_a_missing_right_is_refused_with_one_line_on_record(tables: TwoTables) -> None:
    expected = []
    for method, path in WITHIN:
        for role in ROLES:
            if role in POLICY[method, path]:
                continue
            answer = call(tables, method, filled(path, ids_of(tables.north)), tables.north.keys[role])
            assert answer.status_code == 403, (method, path, role)
            expected.append((f"{method} {path}", "refused"))
    told = [(line["object"], line["result"]) for line in audit_lines(tables, "north")]
    assert [line for line in told if line[1] == "refused"] == expected
    assert len(expected) > 10


def test_a_right_opens_the_route_and_shows_nothing_of_the_others(tables: TwoTables) -> None:
    for method, path in GUARDED:
        for role in sorted(POLICY[method, path]):
            if method != "GET":
                continue
            answer = call(tables, method, filled(path, ids_of(tables.north)), tables.north.keys[role])
            assert answer.status_code == 200, (method, path, role, answer.text[:300])
            if "/shared" not in path:
                assert leaks(tables, answer.text) == [], (method, path, role)
            own = call(tables, method, filled(path, ids_of(tables.south)), tables.south.keys[role])
            assert own.status_code == 200, (method, path, role)


def test_the_canary_is_in_what_the_south_sees(tables: TwoTables) -> None:
    key = tables.south.keys["planner"]
    seen = [call(tables, *route, key).text for route in (
        ("GET", f"/v1/workspaces/south/collections/{tables.south.ids['collection_id']}/items"),
        ("GET", "/v1/workspaces/south/runs"),
        ("GET", "/v1/workspaces"),
    )]  # fmt: skip
    assert CANARY in seen[0]
    assert all(leaks(tables, text) for text in seen[:2])
    assert "north" not in seen[2]
