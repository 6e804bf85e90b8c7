"""A planner at the pages in a real browser: does what people do, and notes what must never happen meanwhile."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.e2e.service import Service
from tests.pages.words import word

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DRAWN = '.map[data-drawn]:not([data-drawn=""])'
MOST_TABS = 250
PATIENCE_MS = 60_000


@dataclass
class Planner:
    """One tab, in one language."""

    page: Page
    language: str
    home: str
    complaints: list[str] = field(default_factory=list)
    """Requests to another host, errors of scripts, refusals of the content security policy."""
    looked_at: list[str] = field(default_factory=list)
    """The states that were held against WCAG 2.2 AA."""

    def word(self, name: str, **values: object) -> str:
        """What the pages say for it."""
        return word(name, self.language, **values)

    def open(self, place: str = "") -> None:
        """Opens a place of the pages: what comes behind the #."""
        self.page.goto(f"{self.home}#{place}")

    def button(self, name: str, **values: object) -> Locator:
        """A button by the name of its word."""
        return self.page.get_by_role("button", name=self.word(name, **values), exact=True)

    def link(self, name: str) -> Locator:
        """A link by the name of its word."""
        return self.page.get_by_role("link", name=self.word(name), exact=True)

    def picker(self, name: str) -> Locator:
        """A picker or field by the name of its label's word."""
        return self.page.get_by_label(self.word(name), exact=True)

    def panel(self, name: str) -> Locator:
        """A part of a page by the name of its title's word."""
        return self.page.get_by_role("region", name=self.word(name), exact=True)

    def see_map(self) -> int:
        """Waits until the first map is drawn; how many areas have a value."""
        self.page.wait_for_selector(DRAWN, timeout=PATIENCE_MS)
        return int(self.page.locator(DRAWN).first.get_attribute("data-drawn") or 0)

    def see_plan(self) -> None:
        """Waits until the run has ended with a plan that is shown."""
        expect(self.link("tab_map")).to_be_visible(timeout=PATIENCE_MS)

    def run_id(self) -> str:
        """The run that is looked at."""
        found = re.search(r"#/run/(\w+)", self.page.url)
        assert found, self.page.url
        return found[1]

    def look(self, state: str) -> None:
        """Holds what is shown against WCAG 2.2 AA."""
        results = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": WCAG}})
        found = [
            f"{violation['id']}: {node['html'][:200]}"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
        assert found == [], f"{state}: {found}"
        self.looked_at.append(state)

    def tab_to(self, target: Locator) -> None:
        """Moves the focus by the Tab key alone until it is on the target."""
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} cannot be reached by the Tab key")

    def press(self, target: Locator, key: str = "Enter") -> None:
        """Goes to the target by keyboard and presses a key on it."""
        self.tab_to(target)
        self.page.keyboard.press(key)


@contextmanager
def at_the_pages(browser: Browser, service: Service, language: str, **context: Any) -> Iterator[Planner]:
    """A planner in a fresh tab; at its end nothing may have been complained about."""
    chosen: dict[str, Any] = {"locale": "nl-NL" if language == "nl" else "en-GB", "reduced_motion": "reduce", **context}
    opened = browser.new_context(viewport=chosen.pop("viewport", {"width": 1280, "height": 900}), **chosen)
    opened.grant_permissions(["clipboard-read", "clipboard-write"], origin=service.address)
    page = opened.new_page()
    page.set_default_timeout(30_000)
    planner = Planner(page, language, f"{service.address}/pages/")
    own = urlsplit(service.address).netloc

    def asked(request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme not in ("data", "blob") and where.netloc != own:
            planner.complaints.append(f"asked {request.url}")

    def told(message: ConsoleMessage) -> None:
        if message.type == "error" and "400 (Bad Request)" not in message.text:
            planner.complaints.append(message.text)

    page.on("request", asked)
    page.on("console", told)
    page.on("pageerror", lambda error: planner.complaints.append(str(error)))
    try:
        yield planner
    finally:
        opened.close()
    assert planner.complaints == []


def damaged(package: Path, target: Path) -> Path:
    """A copy of a zipped package in which the first area of `demand` is one that does not exist."""
    import zipfile

    with zipfile.ZipFile(package) as source, zipfile.ZipFile(target, "w") as broken:
        for name in source.namelist():
            text = source.read(name)
            if name == "demand.csv":
                lines = text.split(b"\n")
                lines[1] = b"9999" + lines[1][lines[1].index(b",") :]
                text = b"\n".join(lines)
            broken.writestr(name, text)
    return target
