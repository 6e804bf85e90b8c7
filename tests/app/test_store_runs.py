"""A run is claimed by one worker, kept alive, ended once; a stale worker writes nothing."""

import pytest
from sqlalchemy import update

from app.errors import Conflict, NotFound, NotThereYet
from app.store import claims, outcomes, runs, trace
from app.store.claims import Claim, Ending
from app.store.columns import now
from app.store.row_security import EVERY
from app.store.session import Store
from app.store.tables import Run
from app.store.workspaces import LOCAL
from tests.app.noted import accepted_run

OPTIMAL = Ending("successful", "optimal", "proof")
OUTCOME = {"outcome": "optimal", "plan": {"offers": []}}


def claimed(store: Store, worker: str = "one") -> Claim:
    """A run in the hands of a worker."""
    with store.writing(EVERY) as session:
        accepted_run(session)
    with store.writing(EVERY) as session:
        claim = claims.claim_next(session, worker=worker)
    assert claim is not None
    return claim


def seen(store: Store, claim: Claim) -> Run:
    """The run as a reader sees it now."""
    with store.reading(LOCAL) as session:
        return runs.run(session, claim.workspace_id, claim.run_id)


def silent_for(store: Store, seconds: float) -> None:
    """Lets every worker have been silent for so long, on the database's clock."""
    with store.writing(EVERY) as session:
        session.execute(update(Run).values(heartbeat_at=now() - seconds))


def test_the_oldest_run_is_claimed_first_and_only_once(store: Store) -> None:
    with store.writing(EVERY) as session:
        oldest = accepted_run(session).run_id
    with store.writing(EVERY) as session:
        accepted_run(session)
    with store.writing(EVERY) as session:
        first = claims.claim_next(session, worker="one")
    with store.writing(EVERY) as session:
        second = claims.claim_next(session, worker="two")
    with store.writing(EVERY) as session:
        third = claims.claim_next(session, worker="three")
    assert first is not None
    assert second is not None
    assert (first.run_id, first.attempt, third) == (oldest, 1, None)
    assert second.run_id != oldest


def test_a_claimed_run_is_running_and_says_since_when(store: Store) -> None:
    run = seen(store, claimed(store))
    assert (run.state, run.phase, run.worker) == ("running", "validating", "one")
    assert run.started_at is not None
    assert run.started_at >= run.created_at


def test_an_outcome_and_the_end_of_its_run_are_written_together(store: Store) -> None:
    claim = claimed(store)
    with store.writing(EVERY) as session:
        assert outcomes.publish(session, claim, OPTIMAL, OUTCOME)
    run = seen(store, claim)
    assert (run.state, run.outcome, run.stopped_by, run.has_plan) == ("successful", "optimal", "proof", True)
    with store.reading(LOCAL) as session:
        text, sha256 = outcomes.outcome_text(session, run)
    assert text == b'{"outcome":"optimal","plan":{"offers":[]}}'
    assert len(sha256) == 64


def test_a_stale_worker_cannot_write_a_result(store: Store) -> None:
    stale = claimed(store)
    silent_for(store, 60)
    with store.writing(EVERY) as session:
        assert claims.requeue_silent(session, lease_seconds=30, most_attempts=3) == 1
    with store.writing(EVERY) as session:
        fresh = claims.claim_next(session, worker="two")
    assert fresh is not None
    with store.writing(EVERY) as session:
        assert claims.beat(session, stale) is None
        assert not outcomes.publish(session, stale, OPTIMAL, OUTCOME)
    run = seen(store, stale)
    assert (run.state, run.worker, run.attempt) == ("running", "two", 2)
    with store.reading(LOCAL) as session, pytest.raises(NotThereYet):
        outcomes.outcome_text(session, run)


def test_a_live_workers_run_is_left_alone(store: Store) -> None:
    claim = claimed(store)
    silent_for(store, 10)
    with store.writing(EVERY) as session:
        assert claims.requeue_silent(session, lease_seconds=30, most_attempts=3) == 0
    assert seen(store, claim).state == "running"


def test_a_run_whose_workers_die_is_set_aside_after_the_last_try(store: Store) -> None:
    claim = claimed(store)
    for attempt in (1, 2, 3):
        assert seen(store, claim).attempt == attempt
        with store.writing(EVERY) as session:
            claims.requeue_of(session, ["one"], most_attempts=3)
        with store.writing(EVERY) as session:
            claims.claim_next(session, worker="one")
    run = seen(store, claim)
    assert (run.state, run.outcome, run.stopped_by) == ("failed", "no_plan_found", "error")
    assert run.finished_at is not None
    assert "3 tries" in (run.reason or "")


def test_a_run_given_back_is_as_if_untried(store: Store) -> None:
    claim = claimed(store)
    with store.writing(EVERY) as session:
        claims.give_back(session, claim)
    run = seen(store, claim)
    assert (run.state, run.attempt, run.worker) == ("accepted", 0, None)


def test_a_stop_before_the_beginning_dismisses_the_run(store: Store) -> None:
    with store.writing(EVERY) as session:
        run = accepted_run(session)
        runs.request_stop(session, run)
    assert (run.state, run.outcome, run.stopped_by) == ("dismissed", "no_plan_found", "cancel")
    with store.writing(EVERY) as session:
        assert claims.claim_next(session, worker="one") is None


def test_a_stop_of_a_running_run_reaches_its_worker(store: Store) -> None:
    claim = claimed(store)
    with store.writing(EVERY) as session:
        assert claims.beat(session, claim) is False
        runs.request_stop(session, runs.run(session, LOCAL, claim.run_id))
    with store.writing(EVERY) as session:
        assert claims.beat(session, claim) is True


def test_a_stop_after_the_end_changes_nothing(store: Store) -> None:
    claim = claimed(store)
    with store.writing(EVERY) as session:
        outcomes.publish(session, claim, OPTIMAL, OUTCOME)
    with store.writing(EVERY) as session:
        runs.request_stop(session, runs.run(session, LOCAL, claim.run_id))
    assert (seen(store, claim).state, seen(store, claim).stop_requested) == ("successful", False)


def test_progress_becomes_a_trace_with_the_last_line_in_front(store: Store) -> None:
    claim = claimed(store)
    for value in (9.0, 7.0):
        with store.writing(EVERY) as session:
            line = {"phase": "solving", "seconds": 1.0, "value": value, "bound": None, "gap": None, "note": ""}
            claims.report(session, claim, [{**line, "value": value + 1}, line])
    run = seen(store, claim)
    assert run.progress is not None
    assert (run.phase, run.progress["value"]) == ("solving", 7.0)
    with store.reading(LOCAL) as session:
        told = [(step.number, step.progress["value"]) for step in trace.steps(session, LOCAL, claim.run_id)]
        news = [step.number for step in trace.steps(session, LOCAL, claim.run_id, after=3)]
    assert (told, news) == ([(1, 10.0), (2, 9.0), (3, 8.0), (4, 7.0)], [4])


def test_only_an_ended_run_can_be_removed(store: Store) -> None:
    claim = claimed(store)
    with store.writing(EVERY) as session, pytest.raises(Conflict):
        runs.remove(session, runs.run(session, LOCAL, claim.run_id))
    with store.writing(EVERY) as session:
        outcomes.publish(session, claim, OPTIMAL, OUTCOME)
    with store.writing(EVERY) as session:
        runs.remove(session, runs.run(session, LOCAL, claim.run_id))
    with pytest.raises(NotFound):
        seen(store, claim)
