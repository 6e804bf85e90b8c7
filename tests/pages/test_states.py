"""The states in between: nothing there yet, on its way, not to be had, stopped before it began; each held against WCAG 2.2 AA."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.e2e.service import Service
from tests.pages.planner import at_the_pages

PAGES = ("", "/data", "/scenario", "/run", "/compare")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service in which nothing has happened yet."""
    made = Service(tmp_path_factory.mktemp("empty"))
    made.start()
    yield made
    made.end()


def test_every_page_says_so_when_there_is_nothing_yet(browser: Browser, empty: Service) -> None:
    with at_the_pages(browser, empty, "nl") as planner:
        for place in PAGES:
            planner.open(place)
            expect(planner.page.get_by_role("heading", level=1)).to_be_visible()
            expect(planner.page.locator(".waiting")).to_have_count(0)
            planner.look(f"nothing yet at {place or '/'}")


def test_it_says_what_is_on_its_way_and_what_cannot_be_had(browser: Browser, empty: Service) -> None:
    with at_the_pages(browser, empty, "nl") as planner:
        held: list[Route] = []
        planner.page.route("**/v1/workspaces/**", lambda route: held.append(route))
        planner.open("/data")
        expect(planner.page.locator(".waiting")).to_be_visible()
        planner.look("loading")
        for route in held:
            route.abort()
        alert = planner.page.get_by_role("alert")
        expect(alert).to_contain_text(planner.word("no_connection"))
        planner.look("no connection")
        assert planner.complaints
        planner.complaints.clear()
        planner.page.unroute("**/v1/workspaces/**")
        planner.page.get_by_role("button", name=planner.word("retry")).click()
        expect(alert).to_have_count(0)
        expect(planner.panel("your_regions")).to_be_visible()


def test_a_run_that_never_began_says_so(browser: Browser, service: Service) -> None:
    dataset = service.post("/made-up-regions", {"size": "small"}).json["dataset"]["id"]
    endless = {"question": "alternatives", "at_most": 10_000, "within_share": 1000}
    asked: dict[str, Any] = {
        "name": "one of many",
        "dataset_id": dataset,
        "behaviours": {"*": {"behaviour": "nearest"}},
    }
    scenario = service.post("/scenarios", {**asked, "question": endless}).json["id"]
    runs = [service.run(scenario, limits={"seconds": 60, "seed": seed}) for seed in range(8)]
    for run in reversed(runs):
        service.call("POST", f"/runs/{run}/cancellation")
    never = service.ended(runs[-1])
    with at_the_pages(browser, service, "nl") as planner:
        planner.open(f"/run/{never['id']}")
        expect(planner.page.get_by_text(planner.word("note_dropped"))).to_be_visible()
        planner.look("stopped before it began")


def test_without_groups_of_inhabitants_there_is_no_picker_for_them(
    browser: Browser, service: Service, package: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.zip"
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(bare, "w") as target:
        for name in source.namelist():
            if name == "datapackage.json":
                told = json.loads(source.read(name))
                told["resources"] = [each for each in told["resources"] if each["path"] != "population_groups.csv"]
                target.writestr(name, json.dumps(told))
            elif name != "population_groups.csv":
                target.writestr(name, source.read(name))
    question = {"question": "evaluate"}
    behaviours = {"*": {"behaviour": "nearest", "mode": "car"}}
    run = service.run(service.scenario_on(bare, {"name": "as it is", "behaviours": behaviours, "question": question}))
    service.ended(run)
    with at_the_pages(browser, service, "en") as planner:
        planner.open(f"/run/{run}")
        assert planner.see_map() == 30
        expect(planner.picker("care_type")).to_be_visible()
        expect(planner.picker("group")).to_have_count(0)
