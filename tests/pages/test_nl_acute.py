"""The real Netherlands at the pages: load, ask for one site less with acute obstetrics, and see all 4,067 areas."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.service import Service, zipped
from tests.pages.planner import PATIENCE_MS, at_the_pages

AREAS = 4067


def test_the_netherlands_with_one_site_less(browser: Browser, service: Service, shared: Path, tmp_path: Path) -> None:
    package = zipped(shared / "cases" / "nl-acute", tmp_path / "nl-acute.zip")
    with at_the_pages(browser, service, "nl") as planner:
        page = planner.page
        planner.open("/data")
        page.set_input_files("input[type=file]", package)
        expect(planner.link("write_scenario")).to_be_visible(timeout=PATIENCE_MS)
        assert planner.see_map() == AREAS
        planner.link("write_scenario").click()
        page.get_by_label("SEH 24/7").uncheck()
        planner.picker("kind_of_norm").select_option("site_count")
        planner.button("add_norm").click()
        rule = page.locator(".rules .rule").first
        rule.get_by_text(planner.word("more")).click()
        rule.get_by_label(planner.word("exactly"), exact=True).fill("74")
        rule.get_by_label(planner.word("at_least"), exact=True).fill("")
        expect(planner.panel("today_under_norms")).to_contain_text(planner.word("norms_broken", n=1, all=1))
        planner.button("save_run").click()
        planner.see_plan()
        assert planner.see_map() == AREAS
        expect(page.locator(".verdict")).to_contain_text(planner.word("optimal"))
        expect(page.locator(".changes li")).to_have_count(1)
        planner.look("the Netherlands")
