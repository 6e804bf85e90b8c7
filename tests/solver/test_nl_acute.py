"""The real Netherlands: keeping all, all but one and all but two sites of acute obstetrics and emergency care."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.builders import Column
from tests.front_door import answer, measure

NAMES = [f"scenario-{care}-close-{closed}.json" for care in ("obstetrics", "emergency") for closed in (0, 1, 2)]


@pytest.mark.parametrize("name", NAMES)
def test_the_least_mean_minutes_as_every_closing_tried_gives_them(
    netherlands: Mapping[str, Mapping[str, Column]], shared: Path, name: str
) -> None:
    folder = shared / "cases" / "nl-acute"
    known = {
        row["scenario"]: row["mean_minutes_per_case"] for row in json.loads((folder / "expected.json").read_text())
    }
    outcome = answer(netherlands, json.loads((folder / name).read_text()))
    assert (outcome["outcome"], outcome["stopped_by"]) == ("optimal", "proof")
    assert measure(outcome, "mean_minutes_per_case") == pytest.approx(known[name], abs=5e-7)
