"""A real browser over a real service, for everything that a planner does at the pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from app.pages import BUILT
from tests.e2e.service import Service, made_up

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
]  # fmt: skip
"""The last two let a machine without a graphics card draw maps."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as the machine has it."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("needs Chromium, which is not here (apt install chromium)")
    if not (BUILT / "index.html").is_file():
        pytest.skip("needs the pages, which are not built here (make ui)")
    expect.set_options(timeout=20_000)  # a busy machine may take its time
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of these tests' own."""
    made = Service(tmp_path_factory.mktemp("pages"))
    made.start()
    yield made
    made.end()


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small made-up region, zipped as a planner would have it."""
    return made_up(tmp_path_factory.mktemp("region"))[0]
