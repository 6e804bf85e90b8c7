"""The wheel as somebody installs it who has no Node: unpacked elsewhere and served, it has every file that the pages ask for, late ones too."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import hatch_build
from tests.e2e.service import Service

ROOT = Path(hatch_build.__file__).parent
ASSET = re.compile(r"[\w.-]+-[\w-]{8}\.(?:js|css|svg)")
"""Files that the build named after their contents."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel puts on a machine."""
    if not hatch_build.up_to_date():
        pytest.skip("needs the pages, which are not built here (make ui)")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "installed")
    return folder / "installed"


def test_every_file_that_the_pages_load_comes_with_the_wheel(installed: Path, tmp_path: Path) -> None:
    seal = installed / "app" / "pages" / "static" / "built-from.txt"
    seal.write_text("the wheel's own")
    service = Service(tmp_path, code=installed)
    service.start()
    try:
        assert service.call("GET", "/pages/built-from.txt").body == b"the wheel's own"
        waiting, loaded = ASSET.findall(service.call("GET", "/pages/").body.decode()), set[str]()
        while waiting:
            name = waiting.pop()
            if name not in loaded:
                answer = service.call("GET", f"/pages/assets/{name}")
                assert answer.status == 200, name
                loaded.add(name)
                waiting += ASSET.findall(answer.body.decode())
    finally:
        service.end()
    assert loaded == {path.name for path in (seal.parent / "assets").iterdir()}
    assert {name.rsplit("-", 1)[0] for name in loaded} >= {"index", "drawn_map", "maplibre-gl-worker"}


def test_the_wheel_holds_no_sources_of_the_pages(installed: Path) -> None:
    assert not list(installed.rglob("*.tsx"))
    assert not list(installed.rglob("node_modules"))
