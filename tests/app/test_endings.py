"""Every way a solve can end has one state, beside what is held and why it stopped."""

from typing import Any

import pytest

from app.jobs.attendance import NoAnswer
from app.jobs.ending import Answer, ending_of
from app.jobs.heard import Heard


@pytest.mark.parametrize(
    ("held", "why", "state"),
    [
        ("optimal", "proof", "successful"),
        ("feasible", "gap", "successful"),
        ("infeasible", "proof", "successful"),
        ("feasible", "cancel", "successful"),
        ("feasible", "memory", "successful"),
        ("no_plan_found", "time_limit", "successful"),
        ("no_plan_found", "cancel", "dismissed"),
        ("no_plan_found", "memory", "failed"),
        ("no_plan_found", "error", "failed"),
    ],
)
def test_the_states_are_those_of_the_service(held: str, why: str, state: str) -> None:
    ending = ending_of(Answer({"outcome": held, "stopped_by": why}, []))
    assert (ending.state, ending.outcome, ending.stopped_by) == (state, held, why)


@pytest.mark.parametrize(
    ("ended_by", "state", "why"),
    [
        ("deadline", "successful", "time_limit"),
        ("cancel", "dismissed", "cancel"),
        ("memory", "failed", "memory"),
        ("error", "failed", "error"),
        ("crash", "failed", "error"),
    ],
)
def test_a_solver_that_hands_in_nothing_holds_no_plan(ended_by: Any, state: str, why: str) -> None:
    ending = ending_of(NoAnswer(ended_by, "because"))
    assert (ending.state, ending.outcome, ending.stopped_by) == (state, "no_plan_found", why)


def test_an_answer_that_its_check_refuses_is_withheld_with_the_reason() -> None:
    ending = ending_of(
        Answer({"outcome": "optimal", "stopped_by": "proof"}, ["objective travel_time is 851, recomputed 850"])
    )
    assert (ending.state, ending.outcome, ending.stopped_by) == ("failed", None, "error")
    assert "recomputed 850" in (ending.reason or "")


def test_a_trace_keeps_what_is_new_and_always_the_last_line() -> None:
    heard = Heard()
    assert heard.thinned() == []
    for second in range(35):
        heard.hear({"phase": "solving", "seconds": second, "value": second // 10, "bound": None})
    assert [line["seconds"] for line in heard.thinned()] == [9, 19, 29, 34]


def test_plans_stay_out_of_the_trace_and_each_line_says_which_one_was_the_best_then() -> None:
    heard = Heard()
    offers = [["A", "hips", "today"]]
    for value, plan in ((9, None), (8, offers), (7, None), (6, [*offers, ["B", "hips", "today"]])):
        heard.hear({"phase": "solving", "value": value, "bound": None, "offers": plan})
    lines = heard.thinned()
    words = [line["best_plan"] for line in lines]
    assert [line["value"] for line in lines] == [9, 8, 7, 6]
    assert words[0] is None
    assert words[1] == words[2] != words[3]
    assert not any("offers" in line for line in lines)
    assert heard.better == [*offers, ["B", "hips", "today"]]
    heard.written()
    assert (heard.thinned(), heard.better) == ([], None)
