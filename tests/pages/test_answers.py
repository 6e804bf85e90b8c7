"""The answer to every kind of question is shown in its own shape, with a table, and held against WCAG 2.2 AA."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.service import Service
from tests.pages.planner import PATIENCE_MS, at_the_pages

OBSTETRICS = {
    "name": "obstetrics",
    "care_types": ["obstetrics"],
    "behaviours": {"*": {"behaviour": "nearest", "mode": "car"}},
    "rules": [{"id": "norm", "rule": "volume_norm", "care_type": "obstetrics", "at_least": 200}],
    "objectives": [{"objective": "travel_time"}, {"objective": "changes"}],
}
QUESTIONS: list[tuple[dict[str, Any], int]] = [
    ({"question": "pareto", "objectives": ["sites", "travel_time"]}, 2),
    ({"question": "norm_sweep", "rule": "norm", "from": 200, "to": 2500}, 4),
    ({"question": "alternatives", "at_most": 5, "within_share": 1}, 5),
    ({"question": "why_not"}, 4),
    ({"question": "one_site_out", "max_minutes": 20}, 2),
]
"""Each with how many rows its last table has at least."""


@pytest.mark.parametrize(("question", "rows"), QUESTIONS, ids=[each["question"] for each, _ in QUESTIONS])
def test_an_answer_has_its_shape_and_its_table(
    browser: Browser, service: Service, question: dict[str, Any], rows: int
) -> None:
    dataset = service.post("/made-up-regions", {"size": "small"}).json["dataset"]["id"]
    scenario = service.post("/scenarios", {**OBSTETRICS, "dataset_id": dataset}).json["id"]
    run = service.run(scenario, question=question)
    service.ended(run)
    with at_the_pages(browser, service, "en") as planner:
        planner.open(f"/run/{run}")
        answer = planner.panel(question["question"])
        expect(answer.locator("table").last.locator("tbody tr").nth(rows - 1)).to_be_visible()
        assert answer.locator(".chart").count() == (question["question"] in ("pareto", "norm_sweep"))
        planner.look(question["question"])
        if question["question"] == "norm_sweep":
            answer.get_by_role("button", name=planner.word("show_plan")).nth(1).click()
            expect(planner.page.locator(".under-title")).to_contain_text(planner.word("evaluate"), timeout=PATIENCE_MS)
            assert planner.see_map() == 30


def test_one_plan_for_every_future_has_its_table(browser: Browser, service: Service) -> None:
    dataset = service.post("/made-up-regions", {"size": "region"}).json["dataset"]["id"]
    periods = [row["period_id"] for row in service.call("GET", f"/datasets/{dataset}/summary").json["periods"][:1]]
    asked = {
        **OBSTETRICS,
        "dataset_id": dataset,
        "periods": periods,
        "rules": [],
        "question": {"question": "robustness"},
    }
    run = service.run(service.post("/scenarios", asked).json["id"])
    assert service.ended(run)["has_plan"]
    with at_the_pages(browser, service, "nl") as planner:
        planner.open(f"/run/{run}")
        expect(planner.panel("robustness").locator("tbody tr").nth(1)).to_be_visible()
        planner.look("robustness")


@pytest.mark.parametrize(("at_least", "tab"), [(200, "tab_map"), (1_000_000, "tab_why")])
def test_why_there_is_no_plan_is_told_and_that_there_is_one_too(
    browser: Browser, service: Service, at_least: int, tab: str
) -> None:
    dataset = service.post("/made-up-regions", {"size": "small"}).json["dataset"]["id"]
    norm = {"id": "norm", "rule": "volume_norm", "care_type": "obstetrics", "at_least": at_least}
    asked = {**OBSTETRICS, "dataset_id": dataset, "rules": [norm], "question": {"question": "diagnose"}}
    run = service.run(service.post("/scenarios", asked).json["id"])
    service.ended(run)
    with at_the_pages(browser, service, "nl") as planner:
        planner.open(f"/run/{run}")
        expect(planner.link(tab)).to_be_visible()
        assert planner.page.locator(".conflict").count() == (tab == "tab_why")
        planner.look(f"diagnose, {tab}")
        if tab == "tab_map":
            expect(planner.panel("diagnose")).to_contain_text(planner.word("no_conflict_at_all"))
