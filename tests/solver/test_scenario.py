"""A scenario is refused with everything that is wrong in it at once."""

import pytest

from app.assemble import InvalidScenario, assemble
from tests.builders import Json
from tests.worked_worlds import b3


def _places(asked: Json) -> set[str]:
    with pytest.raises(InvalidScenario) as refused:
        assemble(b3(), asked)
    assert all(problem["problem"] and problem["fix"] for problem in refused.value.problems)
    return {problem["where"] for problem in refused.value.problems}


def test_shape_and_names_are_told_together() -> None:
    asked = {
        "surplus": 1,
        "care_types": ["x"],
        "rules": [{"rule": "volume_norm", "at_least": -1}, {"rule": "lock", "site": "nope", "state": "open"}],
    }
    places = _places(asked)
    assert {"surplus", "care_types", "rules[0].at_least", "rules[0].care_type"} <= places
    assert any(place.startswith("rules[1]") for place in places)


def test_a_lock_on_a_site_nobody_knows_is_refused_with_and_without_a_care_type() -> None:
    for more in ({}, {"care_type": "hips"}, {"care_type": "*"}):
        assert any(
            "site" in place for place in _places({"rules": [{"rule": "lock", "site": "nope", "state": "open", **more}]})
        )


def test_two_rules_of_one_name_are_refused() -> None:
    twice = [{"id": "norm", "rule": "volume_norm", "care_type": "hips", "at_least": n} for n in (1, 2)]
    assert "rules" in _places({"rules": twice})
