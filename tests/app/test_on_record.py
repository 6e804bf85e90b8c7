"""Whatever changes something, or takes something away, says so in the audit log: held against the code of every route."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from app.main import ROUTERS
from app.store import audit
from app.store.migrate import migrate
from tests.app.two_tables import two_tables

CHANGES_NOTHING = {
    ("POST", "/v1/workspaces/{workspace_id}/checks"): "it says what is wrong with a scenario, and keeps nothing",
    ("POST", "/v1/logout"): "it ends a browser's session, which belongs to no workspace",
}
TAKES_AWAY = ("/file", "/decision-record", "/shared/{shared_id}/outcome", "/shared/{shared_id}/layers/{layer_kind}")
ROUTES = sorted(
    (method, route.path, route.endpoint)
    for router in ROUTERS
    for route in router.routes
    if isinstance(route, APIRoute)
    for method in route.methods
)
TO_RECORD = [
    (method, path, endpoint)
    for method, path, endpoint in ROUTES
    if (method != "GET" and (method, path) not in CHANGES_NOTHING) or (method == "GET" and path.endswith(TAKES_AWAY))
]


def records(function: Callable[..., Any], seen: set[Any] | None = None) -> bool:
    """Whether the function, or one of ours that it names, adds a line to the audit log."""
    seen = set() if seen is None else seen
    if function is audit.record:
        return True
    if function in seen or not inspect.unwrap(function).__module__.startswith(("app.", __name__)):
        return False
    seen.add(function)
    inner = inspect.unwrap(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(inner)))
    known = {**inner.__globals__, **inspect.getclosurevars(inner).nonlocals}
    named = [known.get(node.id) for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return any(records(each, seen) for each in named if inspect.isfunction(each))


@pytest.mark.parametrize(
    ("method", "path", "endpoint"), TO_RECORD, ids=lambda value: value if isinstance(value, str) else value.__name__
)
def test_a_route_that_changes_something_or_takes_it_away_records_it(
    method: str, path: str, endpoint: Callable[..., Any]
) -> None:
    assert records(endpoint), f"{method} {path} adds no line to the audit log; if it changes nothing, say so here"


def test_all_of_them_are_looked_at() -> None:
    assert len(TO_RECORD) >= 20
    assert set(CHANGES_NOTHING) <= {(method, path) for method, path, _ in ROUTES}


def changes_without_a_word(store: Any) -> None:
    """A route that forgot to record."""
    store.remove()


def test_the_look_finds_who_says_nothing() -> None:
    assert not records(changes_without_a_word)
    assert not records(next(endpoint for _, path, endpoint in ROUTES if path == "/v1/catalogue"))


def test_files_that_are_taken_away_are_on_record_and_those_that_are_held_already_are_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    migrate(url)
    with two_tables(url, tmp_path) as tables:
        ids, key = tables.north.ids, tables.north.keys["reader"]
        things = [ids["collection_id"], ids["run_id"], ids["comparison_id"]]
        nouns = ("collections", "runs", "comparisons")
        for noun, thing in zip(nouns, things, strict=True):
            path = f"/v1/workspaces/north/{noun}/{thing}/file?f={'csv' if noun == 'collections' else 'geopackage'}"
            taken = tables.call("GET", path, key=key)
            assert taken.status_code == 200, taken.text
            assert tables.call("GET", path, key=key, If_None_Match=taken.headers["etag"]).status_code == 304
        with tables.store.reading("north") as session:
            told = [(line["action"], line["object"]) for line in audit.every_line(session, "north")]
    actions = ("layer.export", "run.export", "comparison.export")
    assert told[-3:] == list(zip(actions, things, strict=True))
