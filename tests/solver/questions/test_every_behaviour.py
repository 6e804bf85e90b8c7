"""Every question under every behaviour in every formulation, alone and mixed: answered and re-checked, or refused as the page says."""

import pytest

from solver.invalid import InvalidScenario
from tests.builders import scenario, volume_norm
from tests.capabilities import ANSWERS, BEHAVIOURS, FORMULATIONS, PAGE, QUESTIONS, WORKS, two_futures, what_comes_of
from tests.front_door import answer


def told() -> tuple[dict[tuple[str, str], list[str]], dict[str, str]]:
    """The rows of the page by question and behaviour, and its notes by number."""
    lines = PAGE.read_text().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    notes = dict(line.split(". ", 1) for line in lines if line[:1].isdigit())
    return {(row[0], row[1]): row[2:] for row in cells[1:]}, notes


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_what_comes_of_a_question_is_what_the_page_says(behaviour: str, question: str) -> None:
    rows, notes = told()
    expected = [cell if cell == WORKS else notes[cell] for cell in rows[question, behaviour]]
    assert [what_comes_of(question, behaviour, formulation) for formulation in FORMULATIONS] == expected


def test_left_to_choose_everything_works() -> None:
    rows, _ = told()
    assert rows.keys() == {(question, behaviour) for question in QUESTIONS for behaviour in BEHAVIOURS}
    assert {cells[0] for cells in rows.values()} == {WORKS}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_with_every_behaviour_at_once(question: str) -> None:
    norm = 200 if question == "diagnose" else 20
    behaviours = {k: one for k, one in BEHAVIOURS.items() if not (question == "norm_sweep" and k == "undivided")}
    asked = scenario(volume_norm(norm, id="norm"), behaviours=behaviours, question=QUESTIONS[question])
    outcome = answer(two_futures(*behaviours), asked)
    assert outcome["stopped_by"] == "proof"
    assert outcome[ANSWERS.get(QUESTIONS[question]["question"], "plan")]


def test_a_sweep_beside_divided_and_undivided_care_types_is_refused_with_what_to_do() -> None:
    asked = scenario(volume_norm(20, id="norm"), behaviours=BEHAVIOURS, question=QUESTIONS["norm_sweep"])
    with pytest.raises(
        InvalidScenario, match="sweep them apart with care_types, or make all of them undivided or none"
    ):
        answer(two_futures(*BEHAVIOURS), asked)
