"""The whole way of a planner on a made-up region, in both languages, every state held against WCAG 2.2 AA."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.service import Service
from tests.pages.planner import PATIENCE_MS, Planner, at_the_pages, damaged
from tests.pages.words import LANGUAGES

NORM = 450


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_planner_loads_writes_runs_asks_compares_and_takes_away(
    browser: Browser, service: Service, package: Path, tmp_path: Path, language: str
) -> None:
    with at_the_pages(browser, service, language) as planner:
        begin(planner)
        load(planner, package, tmp_path)
        write(planner)
        first = read_the_plan(planner)
        ask_why_not(planner)
        take_away(planner, first)
        second = demand_too_much(planner, first)
        compare(planner, first, second)
        assert len(planner.looked_at) == 18


def begin(planner: Planner) -> None:
    planner.open()
    expect(planner.page.get_by_role("heading", level=1)).to_have_text(planner.word("hero_title"))
    expect(planner.page.locator("html")).to_have_attribute("lang", planner.language)
    expect(planner.panel("your_regions")).to_be_visible()
    planner.look("start")


def load(planner: Planner, package: Path, folder: Path) -> None:
    planner.link("page_data").click()
    planner.page.set_input_files("input[type=file]", damaged(package, folder / "damaged.zip"))
    problems = planner.page.get_by_role("alert")
    expect(problems).to_contain_text(planner.word("not_loaded"))
    expect(problems.get_by_role("row").nth(1)).to_contain_text("demand")
    planner.look("data with problems")
    planner.page.set_input_files("input[type=file]", package)
    assert planner.see_map() == 30
    expect(planner.panel("totals")).to_contain_text("153.176" if planner.language == "nl" else "153,176")
    planner.look("dataset")
    planner.link("write_scenario").click()


def write(planner: Planner) -> None:
    page = planner.page
    planner.see_map()
    check = planner.panel("today_under_norms")
    expect(check).to_contain_text(planner.word("all_norms_met", n="").split(" ")[0])
    planner.button("add_norm").click()
    rule = page.locator(".rules .rule").first
    fill = rule.get_by_label(planner.word("at_least"), exact=True)
    fill.fill(str(NORM))
    rule.get_by_label(planner.word("care_type"), exact=True).select_option("obstetrics")
    expect(check).to_contain_text("Olmenmond")
    fill.fill("")
    expect(check).to_contain_text(planner.word("not_yet"))
    planner.look("scenario that is not complete")
    fill.fill(str(NORM))
    lock_on_the_map(planner)
    expect(check).to_contain_text(planner.word("norms_broken", n=2, all=17))
    planner.look("scenario")
    page.get_by_label(planner.word("name"), exact=True).fill("Verloskunde")
    planner.button("save_run").click()
    planner.see_plan()


def lock_on_the_map(planner: Planner) -> None:
    """Looks for a site on the map as a hand would, from left to right, and records a decision about it."""
    page, panel = planner.page, planner.panel("locks")
    panel.scroll_into_view_if_needed()
    canvas = panel.locator("canvas.maplibregl-canvas")
    site = panel.get_by_label(planner.word("site"), exact=True)
    box = canvas.bounding_box()
    assert box
    for y in range(12, int(box["height"]), 12):
        for x in range(12, int(box["width"]), 12):
            page.mouse.move(box["x"] + x, box["y"] + y)
            if canvas.evaluate("each => each.style.cursor") == "pointer":
                page.mouse.click(box["x"] + x, box["y"] + y)
                if site.input_value():
                    break
        if site.input_value():
            break
    assert site.input_value(), "no site was found on the map"
    panel.get_by_label(planner.word("party"), exact=True).fill("provincie")
    planner.button("add_lock").click()
    expect(panel.locator(".rule")).to_contain_text("provincie")


def read_the_plan(planner: Planner) -> str:
    page = planner.page
    expect(page.locator(".verdict")).to_contain_text(planner.word("optimal"))
    assert planner.see_map() == 30
    planner.look("map")
    planner.picker("colour_by").select_option("minutes_difference")
    assert "look=minutes_difference" in page.url
    planner.see_map()
    for tab in ("norms", "people", "years", "means", "course"):
        planner.link(f"tab_{tab}").click()
        panel = page.locator("main .panel").first
        if tab == "course":
            panel.get_by_text(planner.word("as_table"), exact=True).click()
        expect(panel.locator("table tbody tr").first).to_be_visible()
        planner.look(tab)
    planner.link("tab_people").click()
    planner.picker("group").select_option("65_plus")
    expect(planner.panel("by_organisation_all")).to_be_visible()
    planner.look("people of a group")
    planner.link("tab_map").click()
    planner.see_map()
    expect(planner.panel("65_plus")).to_contain_text(planner.word("mean_minutes_of_group"))
    planner.picker("group").select_option("")
    planner.panel("sites").get_by_role("button", name=planner.word("copy_table")).click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0].split("\t")[:2] == [planner.word("site"), planner.word("organisation")]
    assert len(copied.splitlines()) == 5
    assert ("," in copied) == (planner.language == "nl")
    return planner.run_id()


def ask_why_not(planner: Planner) -> None:
    planner.link("tab_questions").click()
    planner.look("questions")
    panel = planner.panel("why_not")
    panel.get_by_label(planner.word("care_type"), exact=True).select_option("obstetrics")
    panel.get_by_role("button").click()
    expect(planner.link("tab_answer")).to_be_visible(timeout=PATIENCE_MS)
    expect(planner.panel("why_not").get_by_role("row").nth(4)).to_be_visible()
    planner.look("why not")


def take_away(planner: Planner, run: str) -> None:
    page = planner.page
    planner.open(f"/run/{run}?tab=away&care=obstetrics")
    planner.button("copy_link").click()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith(f"#/run/{run}?care=obstetrics")
    with page.expect_download() as saved:
        planner.link("save_record").click()
    assert saved.value.suggested_filename == f"decision-record-{run}.zip"
    with page.expect_download() as layers:
        planner.link("save_geopackage").click()
    assert Path(layers.value.path()).read_bytes().startswith(b"SQLite format 3")
    planner.look("take away")
    page.goto(link)
    planner.see_map()
    with page.expect_download() as picture:
        planner.button("save_png").click()
    assert Path(picture.value.path()).read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as table:
        planner.panel("areas").get_by_role("button", name=planner.word("download_csv")).click()
    assert len(Path(table.value.path()).read_text("utf-8-sig").splitlines()) == 31
    page.emulate_media(media="print")
    expect(page.locator(".head")).to_be_hidden()
    page.emulate_media(media="screen")


def demand_too_much(planner: Planner, run: str) -> str:
    """A norm that no plan meets: the conflict in words, and the plan of the first change that helps."""
    page = planner.page
    planner.open(f"/run/{run}?tab=course")
    planner.link("change_scenario").click()
    page.locator(".rules .rule").first.get_by_label(planner.word("at_least"), exact=True).fill("5000")
    planner.button("save_run").click()
    expect(page.locator(".verdict")).to_contain_text(planner.word("infeasible"), timeout=PATIENCE_MS)
    conflict = page.locator(".conflict").first
    expect(conflict).to_contain_text("5.000" if planner.language == "nl" else "5,000")
    planner.see_map()
    planner.look("why no plan")
    planner.button("calculate_with_change").first.click()
    planner.see_plan()
    return planner.run_id()


def compare(planner: Planner, first: str, second: str) -> None:
    page = planner.page
    planner.link("page_compare").click()
    for run in (first, second):
        page.locator(f"input[value='{run}']").check()
    planner.look("choosing plans")
    planner.button("compare").click()
    expect(page.locator(".maps-beside .map")).to_have_count(2)
    expect(page.locator(".map[data-drawn='30']")).to_have_count(2)
    expect(planner.panel("gains_and_losses")).to_be_visible()
    planner.look("comparison")
    for tab in ("minutes_difference", "against_first"):
        planner.picker("colour_by").select_option(tab)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(planner.picker("colour_by")).to_have_value("against_first")
