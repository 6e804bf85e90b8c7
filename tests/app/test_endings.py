"""Every way a solve can end has one state, beside what is held and why it stopped."""

from typing import Any

import pytest

from app.jobs.attendance import NoAnswer, thinned
from app.jobs.ending import Answer, ending_of


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
    lines = [{"phase": "solving", "seconds": i, "value": i // 10, "bound": None} for i in range(35)]
    assert [line["seconds"] for line in thinned(lines)] == [9, 19, 29, 34]
    assert thinned([]) == []
