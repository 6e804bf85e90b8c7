"""From a data package to a verified plan over HTTP, as an integrator walks it."""

import json
import re
from pathlib import Path

from typer.testing import CliRunner

from app.cli import commands
from geodata.demo import write_demo
from tests.e2e.conftest import Region, Solved
from tests.e2e.service import Service


def test_a_run_ends_with_a_proved_plan_and_says_both_statuses(solved: Solved) -> None:
    run = solved.run
    assert (run["state"], run["outcome"], run["stopped_by"], run["has_plan"]) == (
        "successful",
        "optimal",
        "proof",
        True,
    )


def test_a_run_is_accepted_with_its_location(service: Service, solved: Solved) -> None:
    accepted = service.post("/runs", {"scenario_id": solved.scenario_id})
    assert accepted.status == 202
    assert accepted.headers["location"] == f"/v1/workspaces/local/runs/{accepted.json['id']}"
    assert service.ended(accepted.json["id"])["state"] == "successful"


def test_progress_is_told_as_it_happens_and_kept_as_a_trace(service: Service, solved: Solved) -> None:
    events = service.events(solved.run_id)
    assert [name for name, _ in events[-2:]] == ["progress", "state"]
    trace = service.call("GET", f"/runs/{solved.run_id}").json["trace"]
    assert trace == [progress for name, progress in events if name == "progress"]
    assert any(step["value"] is not None and step["bound"] is not None for step in trace)


def test_the_outcome_passes_the_offline_check(service: Service, solved: Solved, tmp_path: Path) -> None:
    write_demo(tmp_path / "package", "small", 1)
    outcome = service.call("GET", f"/runs/{solved.run_id}/outcome")
    (tmp_path / "outcome.json").write_bytes(outcome.body)
    checked = CliRunner().invoke(commands, ["verify", str(tmp_path / "outcome.json"), str(tmp_path / "package")])
    assert (checked.exit_code, checked.output) == (0, "outcome.json: passed.\n")


def test_an_outcome_with_flows_has_them_for_every_case(service: Service, solved: Solved) -> None:
    without = service.call("GET", f"/runs/{solved.run_id}/outcome").json["plan"]
    flows = service.call("GET", f"/runs/{solved.run_id}/outcome?flows=true").json["plan"]["flows"]
    assert not without.get("flows")
    volumes = sum(row["cases_per_year"] for row in without["volumes"])
    assert abs(sum(row["cases_per_year"] for row in flows) - volumes) <= 1e-6 * volumes


def test_what_never_changes_is_sent_once(service: Service, solved: Solved) -> None:
    for path in (f"/runs/{solved.run_id}/outcome", f"/collections/run-{solved.run_id}-areas/items"):
        first = service.call("GET", path)
        again = service.call("GET", path, If_None_Match=first.headers["etag"])
        assert (first.status, again.status, again.body) == (200, 304, b"")


def test_an_infeasible_run_is_a_successful_one_without_a_plan(service: Service, solved: Solved) -> None:
    patch = [
        {"op": "add", "path": "/rules/-", "value": {"rule": "site_count", "care_type": "obstetrics", "exactly": 4}}
    ]
    norm = {"rule": "volume_norm", "care_type": "obstetrics", "at_least": 1e6}
    patch.append({"op": "add", "path": "/rules/-", "value": norm})
    child = service.post("/scenarios", {"parent_id": solved.scenario_id, "patch": patch, "name": "impossible"})
    assert (child.status, child.json["parent_id"], child.json["name"]) == (201, solved.scenario_id, "impossible")
    run_id = service.run(child.json["id"])
    run = service.ended(run_id)
    assert (run["state"], run["outcome"]) == ("successful", "infeasible")
    outcome = service.call("GET", f"/runs/{run_id}/outcome")
    assert (outcome.status, outcome.json["plan"]) == (200, None)
    assert service.call("GET", f"/collections/run-{run_id}-areas").status == 404


def test_a_question_and_limits_of_the_run_take_the_place_of_the_scenarios(service: Service, solved: Solved) -> None:
    run_id = service.run(solved.scenario_id, question={"question": "evaluate"}, limits={"seconds": 20})
    run = service.ended(run_id)
    outcome = service.call("GET", f"/runs/{run_id}/outcome").json
    assert (run["question"], outcome["scenario"]["question"]["question"]) == ("evaluate", "evaluate")
    assert outcome["scenario"]["limits"]["seconds"] == 20


def test_equal_data_are_another_dataset_with_the_same_hash(service: Service, region: Region, solved: Solved) -> None:
    again = service.call("POST", "/datasets", region.package.read_bytes(), kind="application/zip").json
    every = service.call("GET", "/datasets").json["datasets"]
    alike = [each for each in every if each["name"] == again["name"]]
    assert len({each["number"] for each in alike}) == len(alike) >= 2
    assert {each["sha256"] for each in alike} == {again["sha256"]}


def test_an_ended_run_can_be_removed(service: Service, solved: Solved) -> None:
    run_id = service.run(solved.scenario_id)
    service.ended(run_id)
    assert service.call("DELETE", f"/runs/{run_id}").status == 204
    assert service.call("GET", f"/runs/{run_id}").status == 404


def test_the_pages_are_served_with_everything_they_need(service: Service) -> None:
    page = service.call("GET", "/pages/")
    assert page.status == 200, "make ui"
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    named = re.findall(r'(?:src|href)="\./(assets/[^"]+)"', page.body.decode())
    assert {name.rpartition(".")[2] for name in named} == {"js", "css", "svg"}
    for name in named:
        file = service.call("GET", f"/pages/{name}")
        assert (file.status, file.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")


def test_the_description_is_open_and_complete(service: Service) -> None:
    document = json.loads(service.call("GET", "/v1/openapi.json").body)
    assert document["servers"] == [{"url": "/v1"}]
    assert "/workspaces/{workspace_id}/runs/{run_id}/outcome" in document["paths"]


def test_the_glossary_is_published_in_english_with_the_dutch_terms(service: Service) -> None:
    terms = {each["term"]: each for each in service.call("GET", "/v1/glossary").json["terms"]}
    assert terms["area"]["dutch"] == "herkomstgebied"
    assert terms["volume norm"]["dutch"] == "volumenorm"
    assert all(each["meaning"] and each["subject"] for each in terms.values())
    page = service.call("GET", "/v1/glossary?f=html")
    assert (page.status, b"herkomstgebied" in page.body) == (200, True)
