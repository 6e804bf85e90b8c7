"""A planner without a mouse: from the start to a plan under a norm and a decision of one's own, by keys alone."""

from playwright.sync_api import Browser, expect

from tests.e2e.service import Service
from tests.pages.planner import at_the_pages


def test_the_journey_goes_by_keyboard_alone(browser: Browser, service: Service) -> None:
    with at_the_pages(browser, service, "en") as planner:
        page, keyboard = planner.page, planner.page.keyboard
        planner.open()
        keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text(planner.word("skip"))
        keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        planner.press(planner.button("demo_small"))
        planner.see_plan()
        planner.see_map()
        planner.tab_to(page.locator("canvas.maplibregl-canvas").first)
        keyboard.press("+")
        keyboard.press("ArrowRight")
        planner.press(planner.button("whole_region"))
        planner.tab_to(planner.picker("colour_by"))
        keyboard.press("ArrowDown")
        expect(planner.picker("colour_by")).to_have_value("minutes_today")
        planner.press(planner.link("tab_norms"))
        expect(planner.panel("norms_of_plan")).to_be_visible()
        planner.press(planner.panel("norms_of_plan").get_by_role("button", name=planner.word("margin")))
        expect(page.locator("th[aria-sort]").first).to_have_attribute("aria-sort", "ascending")
        planner.press(planner.link("tab_course"))
        planner.press(planner.link("change_scenario"))
        planner.press(planner.button("add_norm"))
        least = page.locator(".rules .rule").nth(1).get_by_label(planner.word("at_least"), exact=True)
        planner.tab_to(least)
        keyboard.press("Control+A")
        keyboard.type("100")
        locks = planner.panel("locks")
        planner.tab_to(locks.get_by_label(planner.word("site"), exact=True))
        keyboard.press("ArrowDown")
        planner.tab_to(locks.get_by_label(planner.word("is_decided"), exact=True))
        keyboard.press("End")
        planner.press(planner.button("add_lock"))
        expect(locks.locator(".rule")).to_have_count(1)
        planner.press(planner.button("save_run"))
        planner.see_plan()
        expect(page.locator(".verdict")).to_contain_text(planner.word("checked_again"))
        planner.press(planner.link("tab_questions"))
        planner.press(planner.panel("pareto").get_by_role("button"))
        expect(page.locator(".chart .pick").first).to_be_visible(timeout=60_000)
        planner.press(page.locator(".chart .pick").last)
        expect(page.locator(".chart .pick").last).to_have_attribute("aria-pressed", "true")
        planner.look("compromises")
