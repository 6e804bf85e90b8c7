"""A scenario's child is its parent with a patch; a patch that cannot be applied names its operation."""

from typing import Any

import pytest

from app.errors import InvalidInput
from app.json_patch import patched

PARENT: dict[str, Any] = {"name": "norm 50", "rules": [{"at_least": 50}, {"max_minutes": 45}]}


@pytest.mark.parametrize(
    ("patch", "rules"),
    [
        ([{"op": "replace", "path": "/rules/0/at_least", "value": 60}], [{"at_least": 60}, {"max_minutes": 45}]),
        ([{"op": "remove", "path": "/rules/0"}], [{"max_minutes": 45}]),
        ([{"op": "add", "path": "/rules/-", "value": 1}], [{"at_least": 50}, {"max_minutes": 45}, 1]),
        ([{"op": "add", "path": "/rules/0", "value": 1}], [1, {"at_least": 50}, {"max_minutes": 45}]),
        ([{"op": "move", "from": "/rules/0", "path": "/rules/1"}], [{"max_minutes": 45}, {"at_least": 50}]),
        ([{"op": "test", "path": "/name", "value": "norm 50"}], PARENT["rules"]),
        ({"rules": [1], "name": None}, [1]),
    ],
)
def test_a_patch_changes_a_copy(patch: Any, rules: list[Any]) -> None:
    before = repr(PARENT)
    assert patched(PARENT, patch)["rules"] == rules
    assert repr(PARENT) == before


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "remove", "path": "/nothing"},
        {"op": "add", "path": "/rules/9", "value": 1},
        {"op": "test", "path": "/name", "value": "norm 60"},
        {"op": "erase", "path": "/name"},
        {"path": "/name"},
        {"op": "replace", "path": "/rules/x", "value": 1},
        "remove",
    ],
)
def test_an_operation_that_cannot_be_applied_is_named(operation: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        patched(PARENT, [{"op": "test", "path": "/name", "value": "norm 50"}, operation])
    assert refused.value.findings[0].where == "patch.1"
