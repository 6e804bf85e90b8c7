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
