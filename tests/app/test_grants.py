"""A plan is shown to another care table by a grant: that run alone, coarse, for a while, every look on record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.layers.frames import RUN_KINDS
from app.store import audit, grants, runs
from tests.app.two_tables import CANARY, TwoTables, two_tables


@pytest.fixture
def tables(database: str, tmp_path: Path) -> Iterator[TwoTables]:
    """The service with its two care tables."""
    with two_tables(database, tmp_path) as both:
        yield both


def given(tables: TwoTables, days: float = 1) -> dict[str, Any]:
    """A grant of the south's run to the north."""
    path = f"/v1/workspaces/south/runs/{tables.south.ids['run_id']}/grants"
    body = {"to_workspace_id": "north", "days": days}
    made = tables.call("POST", path, key=tables.south.keys["manager"], body=body)
    assert made.status_code == 201, made.text
    grant: dict[str, Any] = made.json()
    return grant


def test_the_other_table_sees_the_runs_outcome_and_layers_as_the_disclosure_rule_leaves_them(tables: TwoTables) -> None:
    grant, key = given(tables), tables.north.keys["planner"]
    assert grant in tables.call("GET", "/v1/workspaces/north/shared", key=key).json()["grants"]
    outcome = tables.call("GET", grant["outcome"], key=key).json()
    assert outcome["disclosure"]["threshold"] == 10
    assert outcome["plan"]["offers"]
    assert "flows" not in outcome["plan"]
    for kind, address in zip(RUN_KINDS, grant["layers"], strict=True):
        layer = tables.call("GET", address, key=key).json()
        assert all("suppressed" in feature["properties"] for feature in layer["features"]), kind
    assert CANARY in tables.call("GET", grant["layers"][0], key=key).text
    with tables.store.reading("south") as session:
        acts = [line["action"] for line in audit.every_line(session, "south")]
    assert acts.count("grant.use") == 2 + len(RUN_KINDS)
    assert "grant.give" in acts


def test_nothing_else_of_the_showing_table_is_seen(tables: TwoTables) -> None:
    given(tables)
    key = tables.north.keys["manager"]
    for noun in ("", "/runs", f"/runs/{tables.south.ids['run_id']}", "/collections", "/grants"):
        assert tables.call("GET", f"/v1/workspaces/south{noun}", key=key).status_code == 404
    assert CANARY not in tables.call("GET", "/v1/workspaces/north/collections", key=key).text


def test_a_grant_ends_by_itself_and_when_it_is_taken_back(tables: TwoTables) -> None:
    grant, key = given(tables), tables.north.keys["reader"]
    assert tables.call("GET", grant["outcome"], key=key).status_code == 200
    taken = tables.call("DELETE", f"/v1/workspaces/south/grants/{grant['id']}", key=tables.south.keys["manager"])
    assert taken.status_code == 204
    with tables.store.writing("south") as session:
        run = runs.run(session, "south", tables.south.ids["run_id"])
        over = grants.add(session, run, to_workspace_id="north", days=-0.001).grant_id
    for address in (grant["outcome"], grant["outcome"].replace(grant["id"], over), grant["layers"][0]):
        assert tables.call("GET", address, key=key).status_code == 404
    listed = tables.call("GET", "/v1/workspaces/north/shared", key=key).json()["grants"]
    assert {each["id"] for each in listed} == {tables.north.ids["shared_id"]}


def test_only_a_manager_gives_and_only_to_a_table_that_is_there(tables: TwoTables) -> None:
    path = f"/v1/workspaces/south/runs/{tables.south.ids['run_id']}/grants"
    body = {"to_workspace_id": "north", "days": 1}
    assert tables.call("POST", path, key=tables.south.keys["planner"], body=body).status_code == 403
    manager = tables.south.keys["manager"]
    for wrong in ({"to_workspace_id": "nowhere", "days": 1}, {"to_workspace_id": "south", "days": 1}, {"days": 0}):
        assert tables.call("POST", path, key=manager, body=wrong).status_code == 400


def test_a_third_table_cannot_use_the_grant(tables: TwoTables) -> None:
    grant = given(tables)
    own = grant["outcome"].replace("/north/", "/south/")
    assert tables.call("GET", own, key=tables.south.keys["manager"]).status_code == 404
