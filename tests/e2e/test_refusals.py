"""What is refused is refused whole, as problem+json with every problem and remedy, and leaves nothing behind."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Region, Solved
from tests.e2e.service import Answer, Service, zipped

PROBLEM = "application/problem+json"


def is_problem(answer: Answer, status: int) -> bool:
    """Whether the answer is a problem of this status with the members that RFC 9457 names."""
    body = answer.json
    return (
        (answer.status, answer.headers["content-type"], body["status"]) == (status, PROBLEM, status)
        and {"type", "title", "detail", "errors"} <= set(body)
        and "api-version" in answer.headers
    )


def rows_changed(path: Path, change: Callable[[list[list[str]]], None]) -> None:
    """Rewrites a CSV file after a change to its rows, header included."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    change(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def cell(row: int, column: str, text: str) -> Callable[[list[list[str]]], None]:
    """Writes a text into a data row's column."""

    def change(rows: list[list[str]]) -> None:
        rows[row][rows[0].index(column)] = text

    return change


def test_a_damaged_package_is_answered_with_all_six_places_and_stores_nothing(
    service: Service, shared: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(shared / "cases" / "nl-acute", tmp_path / "damaged")
    rows_changed(folder / "travel_times_car.csv", cell(10, "H03", ""))
    rows_changed(folder / "travel_times_car.csv", cell(20, "H05", "NaN"))
    rows_changed(folder / "areas.csv", lambda rows: rows.append(rows[7]))
    rows_changed(folder / "demand.csv", cell(30, "cases_per_year", "-4"))
    rows_changed(folder / "demand.csv", cell(40, "cases_per_year", "many"))
    rows_changed(folder / "site_care.csv", cell(5, "site_id", "H999"))
    before = service.call("GET", "/datasets").json
    answer = service.call("POST", "/datasets", zipped(folder, tmp_path / "d.zip").read_bytes(), kind="application/zip")
    assert is_problem(answer, 400)
    told = [(error["where"], error["problem"], error["fix"]) for error in answer.json["errors"]]
    for table, words in {
        "travel_times_car": ("H03", "NaN"),
        "areas": ("",),
        "demand": ("-4", "many"),
        "site_care": ("H999",),
    }.items():
        for word in words:
            assert any(where.startswith(table) and word in where + problem and fix for where, problem, fix in told), (
                table,
                word,
            )
    assert service.call("GET", "/datasets").json == before


def test_a_scenario_with_problems_is_refused_with_each_place_and_remedy(service: Service, solved: Solved) -> None:
    patch = {"rules": [{"rule": "lock", "site": "nowhere", "care_type": "obstetrics", "state": "open"}]}
    answer = service.post("/scenarios", {"parent_id": solved.scenario_id, "patch": patch})
    assert is_problem(answer, 400)
    assert all(error["where"] and error["problem"] and error["fix"] for error in answer.json["errors"])
    assert "nowhere" in answer.body.decode()


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b'{"scenario_id": "x", "scenario_id": "y"}', "body"),
        (b'{"scenario_id": NaN}', "body"),
        (b"[1, 2]", "body"),
        (b"{", "body, line 1, column 2"),
        (b'{"scenario_id": "' + b"\xff" + b'"}', "body"),
        (b"[" * 100_000, "body"),
        (b'{"scenario_id": "x", "state": "successful"}', "state"),
        (b'{"scenario_id": "unknown"}', "scenario_id"),
        (b"{}", "scenario_id"),
    ],
)
def test_a_run_request_that_cannot_be_read_names_the_place(service: Service, body: bytes, where: str) -> None:
    answer = service.call("POST", "/runs", body)
    assert is_problem(answer, 400)
    assert where in [error["where"] for error in answer.json["errors"]]


def test_a_limit_beyond_the_services_own_is_refused(service: Service, solved: Solved) -> None:
    answer = service.post("/runs", {"scenario_id": solved.scenario_id, "limits": {"seconds": 1e9}})
    assert is_problem(answer, 400)


def test_answers_never_repeat_what_was_sent_and_stay_small(service: Service) -> None:
    secret = "do-not-repeat-this"
    many = {secret + str(i): secret for i in range(500)}
    answer = service.post("/runs", {"scenario_id": secret, **many})
    assert is_problem(answer, 400)
    assert len(answer.json["errors"]) == 20
    assert answer.json["errors_not_shown"] >= 480
    assert len(answer.body) < 16_000


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/runs/", 404),
        ("GET", "/runs/unknown", 404),
        ("GET", "/collections/run-unknown-areas/items", 404),
        ("GET", "/collections/nothing", 404),
        ("GET", "/v1/workspaces/other/runs", 404),
        ("GET", "/v1/nothing", 404),
        ("GET", "/v1/table-schemas/nothing", 404),
        ("PUT", "/runs", 405),
    ],
)
def test_every_error_is_a_problem(service: Service, method: str, path: str, status: int) -> None:
    assert is_problem(service.call(method, path), status)


def test_an_outcome_that_is_not_there_yet_says_so(service: Service, solved: Solved) -> None:
    run_id = service.run(solved.scenario_id, limits={"seed": 7})
    answer = service.call("GET", f"/runs/{run_id}/outcome")
    assert is_problem(answer, 404)
    assert "not there yet" in answer.json["detail"]
    service.ended(run_id)


def test_a_body_that_is_too_large_or_of_an_unknown_kind_is_refused(service: Service) -> None:
    assert is_problem(service.call("POST", "/datasets", b"x" * 20_000_001, kind="application/zip"), 413)
    assert is_problem(service.call("POST", "/runs", b'"' + b"x" * 9_000_000 + b'"'), 413)
    assert is_problem(service.call("POST", "/datasets", b"x", kind="text/plain"), 415)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"\x00" * 1000])
def test_what_is_no_data_package_is_refused(service: Service, content: bytes) -> None:
    assert is_problem(service.call("POST", "/datasets", content, kind="application/zip"), 400)


def test_a_foreign_host_name_is_refused(service: Service) -> None:
    assert is_problem(service.call("GET", "/runs", Host="elsewhere.example"), 400)


def test_a_json_package_is_read_as_well(service: Service, region: Region) -> None:
    answer = service.call("POST", "/datasets", json.dumps({"areas": []}).encode())
    assert is_problem(answer, 400)
    assert any("sites" in error["where"] + error["problem"] for error in answer.json["errors"])
