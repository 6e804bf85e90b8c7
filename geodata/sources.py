"""The files of a data package, whether they lie in a folder or in a zip; no name inside ever becomes a path outside."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from geodata.problems import Findings

MOST_ENTRIES = 200
MOST_BYTES = 1 << 30
MOST_RATIO = 100
"""Limits on what a zip may unpack to: entries, bytes in all, and bytes unpacked per byte packed."""


@dataclass(frozen=True)
class Files:
    """Files by name (with / between folders, relative to the package); each is read when asked for."""

    name: str
    contents: Mapping[str, Callable[[], bytes]]


def folder_files(folder: Path) -> Files:
    """The files that lie directly in a folder or one folder below it; links that lead out of it are left out."""
    root = folder.resolve()
    paths = [p for p in sorted(folder.glob("*")) + sorted(folder.glob("*/*")) if p.is_file()]
    inside = [p for p in paths if p.resolve().is_relative_to(root)]
    return Files(root.name, {p.relative_to(folder).as_posix(): p.read_bytes for p in inside})


def zip_files(content: bytes, name: str, found: Findings) -> Files | None:
    """The files in a zip, unpacked only in memory; None, with the reason in `found`, if it is damaged or too large."""
    archive = opened_zip(content)
    if archive is None:
        found.error("package", "The zip cannot be opened.", "Zip the files again.")
        return None
    entries = [e for e in archive.infolist() if not e.is_dir() and not _is_clutter(e.filename)]
    if not is_modest(archive, found):
        return None
    top = _shared_folder([e.filename for e in entries])

    def opener(entry: zipfile.ZipInfo) -> Callable[[], bytes]:
        return lambda: archive.read(entry)

    contents: dict[str, Callable[[], bytes]] = {}
    for entry in entries:
        inside = entry.filename.replace("\\", "/").removeprefix(top)
        if inside in contents:
            found.error("package", f"The zip holds {inside!r} twice.", "Keep one of the two.")
        if entry.flag_bits & 1:
            found.error("package", f"{inside!r} is encrypted.", "Zip the files without a password.")
            return None
        contents[inside] = opener(entry)
    return Files(name, contents)


def opened_zip(content: bytes) -> zipfile.ZipFile | None:
    """The zip, its directory read; None if it is none that can be read."""
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, struct.error):
        return None


def is_modest(archive: zipfile.ZipFile, found: Findings) -> bool:
    """Do the sizes a zip declares stay within the limits? (Python's reader never unpacks more than declared.)"""
    entries = archive.infolist()
    total = sum(e.file_size for e in entries)
    packed = max(1, sum(e.compress_size for e in entries))
    if len(entries) > MOST_ENTRIES:
        found.error(
            "package", f"The zip has {len(entries)} entries; {MOST_ENTRIES} is the most.", "Leave out what is no table."
        )
        return False
    if total > MOST_BYTES:
        found.error(
            "package",
            f"The zip unpacks to {total:,} bytes; {MOST_BYTES:,} is the most.",
            "Send large tables as Parquet.",
        )
        return False
    if total > 1 << 20 and total / packed > MOST_RATIO:
        text = f"The zip unpacks to {total / packed:.0f} times its size; {MOST_RATIO} times is the most."
        found.error("package", text, "Send the tables as Parquet, or less repetitive.")
        return False
    return True


def _is_clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1] in {".DS_Store", "Thumbs.db", "desktop.ini"}


def _shared_folder(names: list[str]) -> str:
    tops = {name.replace("\\", "/").split("/", 1)[0] for name in names if "/" in name.replace("\\", "/")}
    return f"{tops.pop()}/" if len(tops) == 1 and all("/" in n.replace("\\", "/") for n in names) else ""
