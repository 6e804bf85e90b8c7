"""A request may be sent again: with its key it makes nothing anew, and an equal question is answered from the store."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.service import Answer, Service
from tests.e2e.torture import tiny_package


@pytest.fixture(scope="module")
def scenario_id(service: Service, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A scenario that is solved at once."""
    return service.scenario_on(*tiny_package(tmp_path_factory.mktemp("tiny")))


def posted(service: Service, scenario_id: str, key: str, seed: int) -> Answer:
    body = {"scenario_id": scenario_id, "limits": {"seed": seed}}
    return service.call("POST", "/runs", json.dumps(body).encode(), Idempotency_Key=key)


def test_two_hundred_posts_with_one_key_at_the_same_time_make_one_run(service: Service, scenario_id: str) -> None:
    before = len(service.call("GET", "/runs").json["runs"])
    with ThreadPoolExecutor(40) as callers:
        answers = list(callers.map(lambda _: posted(service, scenario_id, "one", 101), range(200)))
    assert {answer.status for answer in answers} == {202}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(service.call("GET", "/runs").json["runs"]) == before + 1


def test_the_same_key_with_another_body_is_a_conflict(service: Service, scenario_id: str) -> None:
    assert posted(service, scenario_id, "two", 102).status == 202
    refused = posted(service, scenario_id, "two", 103)
    assert (refused.status, refused.json["errors"][0]["where"]) == (409, "Idempotency-Key")


def test_a_dataset_sent_twice_with_its_key_is_kept_once(service: Service, tmp_path: Path) -> None:
    package, _ = tiny_package(tmp_path)
    sent = [
        service.call("POST", "/datasets", package.read_bytes(), kind="application/zip", Idempotency_Key="three")
        for _ in range(2)
    ]
    assert [answer.status for answer in sent] == [201, 201]
    assert sent[0].json == sent[1].json
    assert sent[1].headers["idempotent-replayed"] == "true"


def test_an_equal_question_is_answered_at_once_from_the_store(service: Service, scenario_id: str) -> None:
    first = service.run(scenario_id, limits={"seed": 104})
    service.ended(first)
    again = service.post("/runs", {"scenario_id": scenario_id, "limits": {"seed": 104}}).json
    assert (again["state"], again["reused_from"]) == ("successful", first)
    outcomes = [service.call("GET", f"/runs/{run_id}/outcome").body for run_id in (first, again["id"])]
    assert outcomes[0] == outcomes[1]
    traces = [service.call("GET", f"/runs/{run_id}").json["trace"] for run_id in (first, again["id"])]
    assert traces[0] == traces[1] != []
    assert service.post("/runs", {"scenario_id": scenario_id, "limits": {"seed": 105}}).json["state"] == "accepted"


def test_events_begin_after_the_last_one_seen(service: Service, scenario_id: str) -> None:
    run_id = service.run(scenario_id, limits={"seed": 106})
    service.ended(run_id)
    every = service.call("GET", f"/runs/{run_id}/events").body.decode()
    numbers = [line.removeprefix("id: ") for line in every.splitlines() if line.startswith("id: ")]
    assert numbers
    rest = service.call("GET", f"/runs/{run_id}/events", Last_Event_ID=numbers[-1]).body.decode()
    assert "event: progress" not in rest
    assert "event: state" in rest
