"""What the pages ask of the API beyond the integrator's walk: what a dataset holds, a region made up, a check while writing."""

import csv
from decimal import Decimal
from io import TextIOWrapper
from zipfile import ZipFile

from tests.e2e.conftest import Region, Solved
from tests.e2e.service import Service


def test_a_dataset_tells_what_it_holds(service: Service, region: Region, solved: Solved) -> None:
    scenario = service.call("GET", f"/scenarios/{solved.scenario_id}").json
    told = service.call("GET", f"/datasets/{scenario['dataset_id']}/summary").json
    assert told["totals"] == {
        "areas": 30, "areas_in_region": 30, "sites": 4, "sites_in_region": 4, "population": 153_176,
    }  # fmt: skip
    cases: dict[str, Decimal] = {}
    with ZipFile(region.package) as package, TextIOWrapper(package.open("demand.csv"), "utf-8") as demand:
        for row in csv.DictReader(demand):
            cases[row["care_type_id"]] = cases.get(row["care_type_id"], Decimal()) + Decimal(row["cases_per_year"])
    assert {row["care_type_id"]: (row["cases_per_year"], row["sites_today"]) for row in told["care_types"]} == {
        care_type: (float(sum_of_all), 4) for care_type, sum_of_all in cases.items()
    }
    assert (len(told["site_care"]), told["modes"], "gemeente" in told["groupings"]) == (12, ["car"], True)
    assert "max_minutes" not in told["norms"][0]


def test_a_region_is_made_up_once(service: Service) -> None:
    first, again = (service.post("/made-up-regions", {"size": "small", "seed": 7}) for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert first.json == again.json
    assert first.headers["location"].endswith(f"/datasets/{first.json['dataset']['id']}")
    assert service.post("/made-up-regions", {"size": "vast"}).status == 400


def test_a_check_agrees_with_the_baseline_of_a_run_and_keeps_nothing(service: Service, solved: Solved) -> None:
    scenario = service.call("GET", f"/scenarios/{solved.scenario_id}").json
    before = len(service.call("GET", "/scenarios").json["scenarios"])
    told = service.post("/checks", {**scenario["scenario"], "dataset_id": scenario["dataset_id"]})
    baseline = service.call("GET", f"/runs/{solved.run_id}/outcome").json["baseline"]
    assert told.status == 200
    assert told.json["norms"] == baseline["norms"]
    assert told.json["measures"] == baseline["measures"]
    assert len(service.call("GET", "/scenarios").json["scenarios"]) == before


def test_a_check_of_a_wrong_scenario_names_every_problem(service: Service, region: Region, solved: Solved) -> None:
    dataset = service.call("GET", f"/scenarios/{solved.scenario_id}").json["dataset_id"]
    wrong = {
        **region.scenario,
        "care_types": ["alchemy"],
        "rules": [{"rule": "lock", "site": "nowhere", "state": "open"}],
    }
    told = service.post("/checks", {**wrong, "dataset_id": dataset})
    assert told.status == 400
    assert {"alchemy", "nowhere"} <= {name for name in ("alchemy", "nowhere") if name in str(told.json["errors"])}


def test_a_check_leaves_steered_patients_to_a_run(service: Service, region: Region, solved: Solved) -> None:
    dataset = service.call("GET", f"/scenarios/{solved.scenario_id}").json["dataset_id"]
    steered = {**region.scenario, "behaviours": {"*": {"behaviour": "steered", "mode": "car"}}}
    told = service.post("/checks", {**steered, "dataset_id": dataset}).json
    assert told["norms"] is None
    assert any("run" in line for line in told["assumed"])


def test_a_layer_without_its_shapes_has_the_same_rows(service: Service, solved: Solved) -> None:
    address = f"/collections/run-{solved.run_id}-areas/items?care_type_id=obstetrics"
    whole, bare = service.call("GET", address).json, service.call("GET", f"{address}&skipGeometry=true").json
    assert {each["geometry"] for each in bare["features"]} == {None}
    assert [each["properties"] for each in bare["features"]] == [each["properties"] for each in whole["features"]]
    assert service.call("GET", f"{address}&skipGeometry=maybe").status == 400


def test_the_best_plan_so_far_is_told_while_the_search_goes_on_and_is_the_plan_once_it_has_ended(
    service: Service,
) -> None:
    dataset = service.post("/made-up-regions", {"size": "region"}).json["dataset"]["id"]
    endless = {"question": "alternatives", "at_most": 10_000, "within_share": 1000}
    behaviours = {"*": {"behaviour": "nearest", "mode": "car"}}
    asked = {"name": "endless", "behaviours": behaviours, "question": endless, "dataset_id": dataset}
    run_id = service.run(service.post("/scenarios", asked).json["id"])
    address = f"/runs/{run_id}/best-plan"
    word = service.until_told(run_id, "best_plan")
    first = service.call("GET", address)
    assert (first.status, first.json["final"], first.json["best_plan"]) == (200, False, word)
    assert first.headers["cache-control"] == "no-cache"
    assert service.call("GET", address, If_None_Match=first.headers["etag"]).status == 304
    sites = {row["site_id"] for row in service.call("GET", f"/datasets/{dataset}/summary").json["sites"]}
    assert {row["site_id"] for row in first.json["offers"]} <= sites
    assert service.call("POST", f"/runs/{run_id}/cancellation").status == 202
    assert service.ended(run_id)["has_plan"]
    last = service.call("GET", address)
    assert last.headers["etag"] != first.headers["etag"]
    assert last.json["final"]
    assert last.json["offers"] == service.call("GET", f"/runs/{run_id}/outcome").json["plan"]["offers"]


def test_a_run_without_any_plan_has_no_best_plan(service: Service, solved: Solved) -> None:
    norm = {"rule": "volume_norm", "care_type": "obstetrics", "at_least": 1e6}
    count = {"rule": "site_count", "care_type": "obstetrics", "exactly": 4}
    patch = [{"op": "add", "path": "/rules/-", "value": rule} for rule in (norm, count)]
    child = service.post("/scenarios", {"parent_id": solved.scenario_id, "patch": patch, "name": "impossible"}).json
    run_id = service.run(child["id"])
    assert service.ended(run_id)["outcome"] == "infeasible"
    assert service.call("GET", f"/runs/{run_id}/best-plan").status == 404
