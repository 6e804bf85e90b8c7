"""The pages for everybody and everywhere: enlarged, on a phone, in the other language, without other hosts or loose scripts."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.service import Service
from tests.pages.planner import PATIENCE_MS, Planner, at_the_pages
from tests.pages.words import words

TWO_CARE_TYPES = {
    "name": "two care types",
    "care_types": ["hip_replacement", "obstetrics"],
    "behaviours": {"*": {"behaviour": "nearest", "mode": "car"}},
    "objectives": [{"objective": "travel_time"}],
}
WIDE_ENOUGH = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def look_at_the_demo(planner: Planner) -> None:
    planner.open()
    planner.button("demo_small").click()
    planner.see_plan()
    planner.see_map()


@pytest.mark.parametrize(("width", "height"), [(640, 450), (360, 740)], ids=["at 200 %", "on a phone"])
def test_nothing_is_cut_off(browser: Browser, service: Service, width: int, height: int) -> None:
    with at_the_pages(browser, service, "nl", viewport={"width": width, "height": height}) as planner:
        look_at_the_demo(planner)
        run = planner.run_id()
        for place in (
            "",
            "/data",
            "/scenario",
            "/compare",
            *(f"/run/{run}?tab={tab}" for tab in ("map", "norms", "people", "questions")),
        ):
            planner.open(place)
            expect(planner.page.get_by_role("heading", level=1)).to_be_visible()
            expect(planner.page.locator(".waiting")).to_have_count(0)
            assert planner.page.evaluate(WIDE_ENOUGH), place
        planner.look(f"{width} pixels wide")


def test_the_language_changes_everywhere_at_once_and_is_kept(browser: Browser, service: Service) -> None:
    with at_the_pages(browser, service, "nl") as planner:
        look_at_the_demo(planner)
        planner.page.get_by_role("button", name="English").click()
        planner.language = "en"
        expect(planner.page.locator("html")).to_have_attribute("lang", "en")
        expect(planner.link("tab_map")).to_be_visible()
        planner.page.reload()
        expect(planner.link("tab_map")).to_be_visible()


def test_a_script_that_is_not_ours_does_not_run(browser: Browser, service: Service) -> None:
    with at_the_pages(browser, service, "en") as planner:
        planner.open()
        expect(planner.panel("your_regions")).to_be_visible()
        planner.page.evaluate(
            """() => { const script = document.createElement('script'); script.textContent = 'window.ran = true';
            document.body.append(script); }"""
        )
        assert planner.page.evaluate("window.ran") is None
        assert any("Content Security Policy" in line for line in planner.complaints)
        planner.complaints.clear()


def test_a_search_is_watched_and_stopped_with_the_best_plan_kept(browser: Browser, service: Service) -> None:
    dataset = service.post("/made-up-regions", {"size": "region"}).json["dataset"]["id"]
    endless = {"question": "alternatives", "at_most": 10_000, "within_share": 1000}
    scenario = service.post("/scenarios", {**TWO_CARE_TYPES, "dataset_id": dataset, "question": endless}).json["id"]
    with at_the_pages(browser, service, "nl") as planner:
        planner.open(f"/run/{service.run(scenario)}")
        expect(planner.page.locator(".chart .line.best").first).to_be_attached(timeout=PATIENCE_MS)
        so_far = planner.panel("best_so_far")
        expect(so_far.locator("[data-plan]")).to_be_visible(timeout=PATIENCE_MS)
        assert planner.see_map() > 30
        assert service.call("GET", f"/runs/{planner.run_id()}/best-plan").json["offers"]
        so_far.get_by_label(planner.word("care_type"), exact=True).select_option("obstetrics")
        planner.look("searching")
        planner.button("stop").click()
        expect(planner.page.locator(".verdict")).to_contain_text(planner.word("cancel"), timeout=PATIENCE_MS)
        expect(planner.link("tab_map")).to_be_visible()
        expect(planner.panel("alternatives").get_by_role("row").nth(2)).to_be_visible()
        planner.link("tab_years").click()
        expect(planner.panel("steps_of_sites").get_by_role("columnheader")).to_have_count(7)


def test_a_ledger_is_locked_and_the_plan_says_that_it_was_made_under_it(browser: Browser, service: Service) -> None:
    dataset = service.post("/made-up-regions", {"size": "small"}).json["dataset"]["id"]
    with at_the_pages(browser, service, "nl") as planner:
        planner.open(f"/scenario?dataset={dataset}")
        planner.button("add_norm").click()
        rule = planner.page.locator(".rules .rule").first
        ledger = planner.panel("ledger")
        ledger.get_by_text(planner.word("draft_ledger")).click()
        expect(ledger).to_contain_text(planner.word("ledger_needs"))
        rule.get_by_text(planner.word("more")).click()
        for field in ("reason", "party", "source"):
            rule.get_by_label(planner.word(field), exact=True).fill(f"{field} van de tafel")
        ledger.get_by_label(planner.word("name"), exact=True).fill("Kader 2026")
        planner.button("keep_draft").click()
        planner.look("a draft of a ledger")
        ledger.get_by_role("button", name="Kader 2026").click()
        expect(ledger.locator(".in-force")).to_contain_text("Kader 2026")
        planner.look("a ledger in force")
        planner.button("save_run").click()
        planner.see_plan()
        expect(planner.page.locator(".verdict")).to_contain_text("Kader 2026")


def test_every_word_is_said_in_both_languages() -> None:
    assert len(words()) > 300
    assert {name for name, pair in words().items() if not all(pair)} == set()
