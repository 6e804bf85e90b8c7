"""The queue: small runs beside big ones, workspaces in turn, a cap for each, parts that wake their parent."""

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.errors import Conflict, TooMany
from app.store import claims, outcomes, parts, replies, runs, trace
from app.store.claims import Claim, Ending
from app.store.columns import now
from app.store.parts import Job
from app.store.replies import Repeatable
from app.store.row_security import EVERY
from app.store.session import Store
from app.store.tables import Run, Workspace
from app.store.workspaces import LOCAL
from tests.app.noted import accepted_run

OPTIMAL = Ending("successful", "optimal", "proof")
OUTCOME: dict[str, Any] = {"outcome": "optimal", "plan": {"offers": []}}


def claim(store: Store, *, sizes: tuple[str, ...] = ("small", "big"), worker: str = "one") -> Claim | None:
    """The next run in a worker's hands."""
    with store.writing(EVERY) as session:
        return claims.claim_next(session, worker=worker, sizes=sizes)


def surely(claimed: Claim | None) -> Claim:
    assert claimed is not None
    return claimed


def run_of(session: Session, claimed: Claim) -> Run:
    return session.get_one(Run, (claimed.workspace_id, claimed.run_id))


def state_of(store: Store, run_id: str, workspace_id: str = LOCAL) -> str:
    with store.reading(EVERY) as session:
        return session.get_one(Run, (workspace_id, run_id)).state


def test_a_lane_for_small_runs_passes_by_a_big_one(store: Store) -> None:
    with store.writing(EVERY) as session:
        big = accepted_run(session)
        big.size = "big"
        small = accepted_run(session).run_id
    assert surely(claim(store, sizes=("small",))).run_id == small
    assert claim(store, sizes=("small",)) is None
    assert surely(claim(store)).run_id == big.run_id


def test_workspaces_take_turns_however_much_one_of_them_asks(store: Store) -> None:
    with store.writing(EVERY) as session:
        session.add_all(Workspace(workspace_id=name, title=name) for name in ("busy", "quiet"))
        session.flush()
        for workspace_id in ("busy", "busy", "busy", "busy", "quiet", "quiet"):
            accepted_run(session, workspace_id)
    served = [surely(claim(store)).workspace_id for _ in range(6)]
    assert served == ["busy", "quiet", "busy", "quiet", "busy", "busy"]


def test_a_workspace_has_no_more_open_runs_than_its_cap(store: Store) -> None:
    with store.writing(EVERY) as session:
        accepted_run(session)
        accepted_run(session)
        runs.demand_room(session, LOCAL, most=2)
        with pytest.raises(TooMany):
            runs.demand_room(session, LOCAL, most=1)
    surely(claim(store))
    with store.writing(EVERY) as session:
        runs.request_stop(session, session.scalars(select(Run).where(Run.state == "accepted")).one())
        runs.demand_room(session, LOCAL, most=1)


def test_a_run_given_back_and_claimed_again_is_not_the_first_claims_any_more(store: Store) -> None:
    with store.writing(EVERY) as session:
        accepted_run(session)
    first = surely(claim(store))
    with store.writing(EVERY) as session:
        claims.give_back(session, first)
    second = surely(claim(store, worker="two"))
    assert (first.attempt, second.attempt) == (1, 1)
    with store.writing(EVERY) as session:
        assert not outcomes.publish(session, first, OPTIMAL, OUTCOME)
        assert outcomes.publish(session, second, OPTIMAL, OUTCOME)


def test_a_poison_run_is_set_aside_with_the_reason_of_its_last_try(store: Store) -> None:
    with store.writing(EVERY) as session:
        run_id = accepted_run(session).run_id
    for attempt in (1, 2, 3):
        held = surely(claim(store))
        assert held.attempt == attempt
        with store.writing(EVERY) as session:
            session.execute(update(Run).values(heartbeat_at=now() - 60))
        with store.writing(EVERY) as session:
            assert claims.requeue_silent(session, lease_seconds=30, most_attempts=3) == 1
    assert claim(store) is None
    with store.reading(EVERY) as session:
        run = runs.run(session, LOCAL, run_id)
        assert (run.state, run.stopped_by) == ("failed", "error")
        assert "3 tries" in (run.reason or "")
        assert "worker one died" in (run.reason or "")


def test_the_same_key_with_another_request_is_a_conflict_and_with_the_same_gives_the_same(store: Store) -> None:
    asked = Repeatable("key", "a" * 64)
    with store.writing(EVERY) as session:
        assert replies.given_before(session, LOCAL, asked) is None
        replies.keep(session, LOCAL, asked, status=202, location="/there", body={"id": "x"})
    with store.reading(EVERY) as session:
        before = replies.given_before(session, LOCAL, asked)
        assert before is not None
        assert (before.status, before.location, before.body) == (202, "/there", {"id": "x"})
        with pytest.raises(Conflict):
            replies.given_before(session, LOCAL, Repeatable("key", "b" * 64))
    with store.writing(EVERY) as session:
        replies.forget(session, older_than_seconds=3600)
        assert replies.given_before(session, LOCAL, asked) is not None
        replies.forget(session, older_than_seconds=-1)
    with store.reading(EVERY) as session:
        assert replies.given_before(session, LOCAL, asked) is None


@pytest.mark.parametrize(("stopped_by", "reused"), [("proof", True), ("gap", True), ("time_limit", False)])
def test_an_equal_question_is_given_the_stored_answer_if_that_is_final(
    store: Store, stopped_by: str, reused: bool
) -> None:
    with store.writing(EVERY) as session:
        accepted_run(session).question_sha256 = "f" * 64
    first = surely(claim(store))
    with store.writing(EVERY) as session:
        outcomes.publish(session, first, Ending("successful", "feasible", stopped_by), OUTCOME)
    with store.writing(EVERY) as session:
        again, other = accepted_run(session), accepted_run(session)
        again.question_sha256, other.question_sha256 = "f" * 64, "e" * 64
        session.flush()
        assert outcomes.reuse(session, again) is reused
        assert not outcomes.reuse(session, other)
    if reused:
        with store.reading(EVERY) as session:
            run = runs.run(session, LOCAL, again.run_id)
            assert (run.state, run.reused_from, run.has_plan) == ("successful", first.run_id, True)
            assert outcomes.outcome_text(session, run) == outcomes.outcome_text(
                session, runs.run(session, LOCAL, first.run_id)
            )


def fanned_out(store: Store, jobs: int) -> Claim:
    """A run that waits for so many parts, as the worker who let go of it held it."""
    with store.writing(EVERY) as session:
        accepted_run(session)
    parent = surely(claim(store))
    with store.writing(EVERY) as session:
        run = run_of(session, parent)
        shared_out = [Job([{"point": number}]) for number in range(jobs)]
        parts.add(session, run, shared_out, round_number=0, seconds=50.0, question_seconds=100.0)
        assert claims.wait_for_parts(session, parent)
    return parent


def test_a_parent_sleeps_until_its_last_part_has_ended_and_shows_how_many_have(store: Store) -> None:
    parent = fanned_out(store, 3)
    held = [surely(claim(store, worker=f"w{i}")) for i in range(3)]
    assert parent.run_id not in {each.run_id for each in held}
    for ended, each in enumerate(held, 1):
        assert claim(store) is None
        with store.writing(EVERY) as session:
            assert outcomes.publish(session, each, OPTIMAL, {"answers": [ended]})
        with store.reading(EVERY) as session:
            progress = runs.run(session, LOCAL, parent.run_id).progress
            assert progress is not None
            assert progress["note"] == f"{ended} of 3 parts"
    again = surely(claim(store))
    assert (again.run_id, again.attempt) == (parent.run_id, 1)
    with store.reading(EVERY) as session:
        assert [step.progress["note"] for step in trace.steps(session, LOCAL, parent.run_id)][-1] == "3 of 3 parts"
        assert [each.state for _, each in parts.of(session, LOCAL, again.run_id)] == ["successful"] * 3


def test_a_part_is_no_run_for_a_caller_and_counts_towards_no_cap(store: Store) -> None:
    parent = fanned_out(store, 2)
    with store.reading(EVERY) as session:
        assert [run.run_id for run in runs.runs(session, LOCAL)] == [parent.run_id]
        runs.demand_room(session, LOCAL, most=1)


def test_a_part_whose_workers_die_is_set_aside_and_wakes_its_parent(store: Store) -> None:
    parent = fanned_out(store, 1)
    for _ in range(3):
        surely(claim(store, worker="doomed"))
        with store.writing(EVERY) as session:
            assert claims.requeue_of(session, ["doomed"], most_attempts=3) == 1
    assert surely(claim(store)).run_id == parent.run_id


def test_the_stop_of_a_parent_reaches_its_parts(store: Store) -> None:
    parent = fanned_out(store, 3)
    at_work = surely(claim(store))
    with store.writing(EVERY) as session:
        runs.request_stop(session, runs.run(session, LOCAL, parent.run_id))
    with store.writing(EVERY) as session:
        assert claims.beat(session, at_work) is True
        assert claims.end(session, at_work, OPTIMAL)
    assert surely(claim(store)).run_id == parent.run_id
    with store.reading(EVERY) as session:
        states = [each.state for _, each in parts.of(session, LOCAL, parent.run_id)]
    assert sorted(states) == ["dismissed", "dismissed", "successful"]


def test_a_run_is_removed_with_its_parts(store: Store) -> None:
    parent = fanned_out(store, 2)
    with store.writing(EVERY) as session:
        runs.request_stop(session, runs.run(session, LOCAL, parent.run_id))
    held = surely(claim(store))
    with store.writing(EVERY) as session:
        outcomes.publish(session, held, OPTIMAL, OUTCOME)
    with store.writing(EVERY) as session:
        runs.remove(session, runs.run(session, LOCAL, parent.run_id))
    with store.reading(EVERY) as session:
        assert session.scalars(select(Run)).all() == []


def test_a_stale_worker_shares_nothing_out(store: Store) -> None:
    with store.writing(EVERY) as session:
        accepted_run(session)
    stale = surely(claim(store, worker="stale"))
    with store.writing(EVERY) as session:
        claims.requeue_of(session, ["stale"], most_attempts=3)
    with store.writing(EVERY) as session:
        assert not claims.wait_for_parts(session, stale)
    assert state_of(store, stale.run_id) == "accepted"
