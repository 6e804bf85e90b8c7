"""A planner's look at a plan of the whole country, in a real browser over a real service, with a clock beside it."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

MB = 1024.0**2
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
LOOKS = ("obstetrics", "emergency")
SCENARIO = {
    "name": "one site less",
    "behaviours": {"*": {"behaviour": "nearest", "mode": "car"}},
    "rules": [{"rule": "site_count", "care_type": "obstetrics", "exactly": 74}],
    "objectives": [{"objective": "travel_time"}],
}


def look(data: str) -> dict[str, Any]:
    """Seconds to the first map with an empty cache, again with a full one, and to another care type; megabytes of the tab."""
    from playwright.sync_api import sync_playwright

    from tests.e2e.service import Service, zipped

    browser_at = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_at is None:
        raise SystemExit("needs Chromium: apt install chromium")
    with tempfile.TemporaryDirectory() as name:
        service = Service(Path(name))
        service.start()
        try:
            scenario = service.scenario_on(zipped(Path(data), Path(name) / "data.zip"), SCENARIO)
            run = service.run(scenario)
            service.ended(run)
            address = f"{service.address}/pages/#/run/{run}?care={{}}"
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=browser_at, args=FLAGS)
                page = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 1000}).new_page()
                phases = {}
                for phase in ("link to map", "link to map, again"):
                    page.goto("about:blank")
                    phases[phase] = _seconds(page, lambda: page.goto(address.format(LOOKS[0])))
                picker = page.get_by_label("Care type", exact=True)
                phases["other care type"] = _seconds(page, lambda: picker.select_option(LOOKS[1]))
                phases["care type seen before"] = _seconds(page, lambda: picker.select_option(LOOKS[0]))
                areas = int(page.locator(".map").first.get_attribute("data-drawn") or 0)
                heap = page.evaluate("performance.memory.usedJSHeapSize") / MB
                figures = {"tab, resident MB": f"{_tab_mb():.0f}", "tab, JavaScript heap MB": f"{heap:.0f}"}
                browser.close()
        finally:
            service.end()
    return {"areas": areas, "phases": phases, "figures": figures}


def _seconds(page: Any, act: Any) -> float:
    """From an act to the map drawn anew and at rest."""
    page.evaluate("document.querySelectorAll('.map').forEach(map => map.removeAttribute('data-drawn'))")
    began = time.perf_counter()
    act()
    page.wait_for_selector('.map[data-drawn]:not([data-drawn=""])', timeout=120_000)
    return time.perf_counter() - began


def _tab_mb() -> float:
    """Resident memory of the browser's largest renderer."""
    every = psutil.Process().children(recursive=True)
    renderers = [each.memory_info().rss for each in every if "--type=renderer" in each.cmdline()]
    return max(renderers, default=0) / MB
