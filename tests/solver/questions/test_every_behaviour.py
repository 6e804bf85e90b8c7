"""Every question under every behaviour, alone and mixed: it is answered, and the answer passes its re-check."""

import pytest

from tests.builders import Json, PlainTables, scenario, volume_norm, world
from tests.front_door import answer
from tests.worked_worlds import B3_DEMAND, B3_MINUTES

SEEN = [("1", "A", 30), ("1", "B", 10), ("2", "B", 30), ("3", "C", 25), ("3", "B", 25)]
BEHAVIOURS: dict[str, Json] = {
    "nearest": {"behaviour": "nearest"},
    "steered": {"behaviour": "steered"},
    "undivided": {"behaviour": "steered", "undivided": True},
    "choice": {"behaviour": "choice", "weight_per_minute": 0.1},
    "observed": {"behaviour": "observed"},
}
QUESTIONS: dict[str, Json] = {
    "alternatives": {"question": "alternatives", "at_most": 4},
    "why_not": {"question": "why_not"},
    "one_site_out": {"question": "one_site_out", "max_minutes": 20},
    "expected": {"question": "robustness", "attitude": "expected"},
    "worst_case": {"question": "robustness", "attitude": "worst_case"},
    "regret": {"question": "robustness", "attitude": "regret"},
    "pareto": {"question": "pareto", "objectives": ["sites", "travel_time"], "points": 4},
}
ANSWERS = {"expected": "futures", "worst_case": "futures", "regret": "futures", "pareto": "points", "why_not": "prices"}


def two_futures(*care_types: str) -> PlainTables:
    """B3 with habits, inhabitants, and a future in which area 3 has a few cases fewer."""
    seen = [
        {"area_id": a, "site_id": s, "care_type_id": k, "cases_per_year": cases}
        for k in care_types
        for a, s, cases in SEEN
    ]
    return world(
        B3_MINUTES,
        {(a, k): cases for a, cases in B3_DEMAND.items() for k in care_types}
        | {("3", k, None, "fewer"): 44.0 for k in care_types},
        care_types=care_types,
        population=B3_DEMAND,
        tables={"patient_flows": seen, "futures": [{"future_id": "base"}, {"future_id": "fewer"}]},
    )


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_question_is_answered_under_each_behaviour(behaviour: str, question: str) -> None:
    asked = scenario(volume_norm(20), behaviour=BEHAVIOURS[behaviour], question=QUESTIONS[question])
    outcome = answer(two_futures("hips"), asked)
    assert (outcome["outcome"], outcome["stopped_by"]) == ("optimal", "proof")
    assert outcome[ANSWERS.get(question, question)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_with_every_behaviour_at_once(question: str) -> None:
    asked = scenario(volume_norm(20), behaviours=BEHAVIOURS, question=QUESTIONS[question])
    outcome = answer(two_futures(*BEHAVIOURS), asked)
    assert (outcome["outcome"], outcome["stopped_by"]) == ("optimal", "proof")
    assert outcome[ANSWERS.get(question, question)]
