"""Plans are laid side by side over HTTP, with their layers, and only plans that can be compared are."""

import json

import geopandas as gpd
import pytest

from tests.e2e.conftest import Solved
from tests.e2e.service import Service
from tests.e2e.test_refusals import is_problem


@pytest.fixture(scope="module")
def today(service: Service, solved: Solved) -> str:
    """A run of the same scenario that measures today's landscape."""
    run_id = service.run(solved.scenario_id, question={"question": "evaluate"})
    service.ended(run_id)
    return run_id


@pytest.fixture(scope="module")
def comparison(service: Service, solved: Solved, today: str) -> str:
    """Today beside the plan."""
    made = service.post("/comparisons", {"run_ids": [today, solved.run_id], "name": "today and the plan"})
    assert made.status == 201, made.body
    assert made.headers["location"] == f"/v1/workspaces/local/comparisons/{made.json['id']}"
    return str(made.json["id"])


def test_a_comparison_tells_both_plans_as_their_outcomes_do(
    service: Service, solved: Solved, today: str, comparison: str
) -> None:
    told = service.call("GET", f"/comparisons/{comparison}").json
    assert told["run_ids"] == [today, solved.run_id] == [plan["run_id"] for plan in told["plans"]]
    outcomes = [service.call("GET", f"/runs/{run}/outcome").json for run in told["run_ids"]]
    for row in told["measures"]:
        assert row["values"] == [outcome["measures"].get(row["measure"], {}).get("value") for outcome in outcomes]
    offered = {(o["site_id"], o["care_type_id"], o["period"]) for o in outcomes[1]["plan"]["offers"]}
    assert offered == {
        (row["site_id"], row["care_type_id"], row["period"])
        for row in told["sites"]
        if row["states"][1] in ("stays", "opens")
    }
    volumes = {(v["site_id"], v["care_type_id"]): v["cases_per_year"] for v in outcomes[1]["plan"]["volumes"]}
    for row in told["sites"]:
        if row["volumes"][1]:
            assert row["volumes"][1] == pytest.approx(volumes[row["site_id"], row["care_type_id"]])
    assert len(told["norms"]) >= len(outcomes[1]["norms"])
    assert {row["region_kind"] for row in told["regions"]} >= {"municipality"}
    assert all(verdict == "same" for row in told["regions"] for verdict in row["verdicts"][:1])


def test_a_comparison_is_sent_once_and_listed(service: Service, comparison: str) -> None:
    first = service.call("GET", f"/comparisons/{comparison}")
    assert service.call("GET", f"/comparisons/{comparison}", If_None_Match=first.headers["etag"]).status == 304
    listed = service.call("GET", "/comparisons").json["comparisons"]
    assert comparison in [each["id"] for each in listed]


def test_gdal_reads_the_layers_of_a_comparison(service: Service, solved: Solved, comparison: str) -> None:
    where = f"OAPIF:{service.address}/v1/workspaces/local"
    areas = gpd.read_file(where, layer=f"comparison-{comparison}-areas")
    alone = gpd.read_file(where, layer=f"run-{solved.run_id}-areas")
    mine = areas[areas["run_id"] == solved.run_id]
    assert set(alone.columns) <= set(areas.columns)
    assert mine["minutes_plan"].tolist() == alone["minutes_plan"].tolist()
    assert (mine["minutes_difference_first"] - (mine["minutes_plan"] - mine["minutes_first"])).abs().max() < 1e-6
    sites = gpd.read_file(where, layer=f"comparison-{comparison}-sites")
    assert sorted(set(sites["plan"])) == [1, 2]


@pytest.mark.parametrize(
    "body", [{"run_ids": []}, {"run_ids": ["x"]}, {"run_ids": "x"}, {}, {"run_ids": ["x", "y"], "a": 1}]
)
def test_a_comparison_needs_two_runs(service: Service, body: object) -> None:
    assert is_problem(service.post("/comparisons", body), 400)


def test_runs_that_cannot_be_compared_are_each_named(service: Service, solved: Solved) -> None:
    answer = service.post("/comparisons", {"run_ids": ["unknown", solved.run_id, solved.run_id]})
    assert is_problem(answer, 400)
    assert sorted(error["where"] for error in answer.json["errors"]) == ["run_ids.0", "run_ids.2"]


def test_plans_about_other_data_are_not_compared(service: Service, solved: Solved) -> None:
    def place(area: str, lat: float) -> dict[str, object]:
        return {"area_id": area, "name": area, "population": 10, "lat": lat, "lon": 5.0}

    tables = {
        "areas": [place("1", 52.0)],
        "sites": [{"site_id": "A", "lat": 52.0, "lon": 5.0}],
        "care_types": [{"care_type_id": "hips"}],
        "demand": [{"area_id": "1", "care_type_id": "hips", "cases_per_year": 5}],
        "site_care": [{"site_id": "A", "care_type_id": "hips", "offered_today": True}],
        "travel_times": [{"area_id": "1", "site_id": "A", "minutes": 4}],
    }
    dataset = service.call("POST", "/datasets", json.dumps(tables).encode())
    assert dataset.status == 201, dataset.body
    scenario = {"dataset_id": dataset.json["id"], "name": "small", "behaviours": {"*": {"behaviour": "nearest"}},
                "rules": [], "objectives": [{"objective": "travel_time"}]}  # fmt: skip
    made = service.post("/scenarios", scenario)
    assert made.status == 201, made.body
    other = service.run(made.json["id"])
    assert service.ended(other)["has_plan"]
    answer = service.post("/comparisons", {"run_ids": [solved.run_id, other]})
    assert is_problem(answer, 400)
    assert [error["where"] for error in answer.json["errors"]] == ["run_ids"]


def test_a_run_in_a_comparison_is_kept_until_the_comparison_is_removed(service: Service, solved: Solved) -> None:
    run_id = service.run(solved.scenario_id)
    service.ended(run_id)
    made = service.post("/comparisons", {"run_ids": [solved.run_id, run_id]}).json["id"]
    assert is_problem(service.call("DELETE", f"/runs/{run_id}"), 409)
    assert service.call("DELETE", f"/comparisons/{made}").status == 204
    assert service.call("GET", f"/comparisons/{made}").status == 404
    assert service.call("DELETE", f"/runs/{run_id}").status == 204
