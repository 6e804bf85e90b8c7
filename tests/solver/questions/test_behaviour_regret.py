"""Behaviour regret: a plan made for one behaviour, measured when patients behave otherwise."""

import pytest
from hypothesis import given, settings

from solver.scenario import InvalidScenario
from solver.verify import verify
from tests.builders import Json, scenario, volume_norm
from tests.front_door import answer, sites, values
from tests.solver.brute import best
from tests.strategies import BEHAVIOURS, Land, cases
from tests.worked_worlds import b3


def asked(**behaviours: Json) -> Json:
    return {"question": "behaviour_regret", "behaviours": {name: {"*": one} for name, one in behaviours.items()}}


def close(value: float) -> object:
    return pytest.approx(value, abs=1e-6)


def told(outcome: Json) -> dict[tuple[str, str], tuple[str, list[str], float | None, float | None]]:
    return {
        (row["made_for"], row["under"]): (
            row["outcome"],
            sites(row),
            row["objectives"][0]["value"],
            row["regret"],
        )
        for row in outcome["regrets"]
    }


def test_w2_a_plan_that_steers_patients_breaks_its_norm_when_they_go_to_the_nearest() -> None:
    question = asked(nearest={"behaviour": "nearest"})
    outcome = answer(b3(), scenario(volume_norm(60, id="norm"), behaviour="steered", question=question))
    assert (outcome["outcome"], values(outcome), outcome["complete"]) == ("optimal", [close(850)], True)
    assert told(outcome) == {
        ("scenario", "scenario"): ("optimal", ["A", "C"], close(850), close(0)),
        ("scenario", "nearest"): ("infeasible", ["A", "C"], 750, close(-2100)),
        ("nearest", "scenario"): ("optimal", ["B"], close(2850), close(2000)),
        ("nearest", "nearest"): ("optimal", ["B"], 2850, 0),
    }
    (row,) = [row for row in outcome["regrets"] if (row["made_for"], row["under"]) == ("scenario", "nearest")]
    assert [(one["rule"], one["subject"], one["margin"]) for one in row["breaches"]] == [("norm:hips", "C", -10)]


def test_a_plan_that_no_behaviour_allows_has_no_regret() -> None:
    question = asked(steered={"behaviour": "steered"})
    outcome = answer(b3(), scenario(volume_norm(130), question=question))
    assert outcome["outcome"] == "infeasible"
    assert {row["regret"] for row in outcome["regrets"]} == {None}


def test_a_wrong_regret_is_refused() -> None:
    outcome = answer(b3(), scenario(volume_norm(50), question=asked(steered={"behaviour": "steered"})))
    outcome["regrets"][1]["regret"] += 1
    assert any("regret" in reason for reason in verify(outcome, b3()))


@pytest.mark.parametrize(
    ("behaviours", "where"),
    [
        ({"scenario": {"*": {"behaviour": "nearest"}}}, "question.behaviours.scenario"),
        ({"other": {"hearts": {"behaviour": "nearest"}}}, "question.behaviours.other.hearts"),
    ],
)
def test_behaviours_that_make_no_sense_are_refused_at_the_door(behaviours: Json, where: str) -> None:
    question = {"question": "behaviour_regret", "behaviours": behaviours}
    with pytest.raises(InvalidScenario) as refused:
        answer(b3(), scenario(question=question))
    assert where in [problem["where"] for problem in refused.value.problems]


@settings(max_examples=15)
@given(cases(behaviours=["nearest"]))
def test_each_plan_is_the_best_for_its_behaviours(case: tuple[Land, Json]) -> None:
    land, given_scenario = case
    others = {name: BEHAVIOURS[name] for name in ("steered", "choice")}
    outcome = answer(land.tables(), given_scenario | {"question": asked(**others)})
    for name in ("scenario", *others):
        behaviour = {"*": BEHAVIOURS["nearest" if name == "scenario" else name]}
        judged = best(land.tables(), given_scenario | {"behaviours": behaviour})
        (row,) = [one for one in outcome["regrets"] if one["made_for"] == one["under"] == name]
        if judged is None:
            assert row["outcome"] == "infeasible"
        elif not given_scenario["objectives"][0].get("tolerance"):
            assert row["objectives"][0]["value"] == pytest.approx(judged.values[0], rel=1e-6, abs=1e-6)
