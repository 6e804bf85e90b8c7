"""A decision record as one file: everything a run was made from and gave, with a hash of each part, to be checked offline."""

import hashlib
import io
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from app import json_text
from app.errors import Finding, InvalidInput
from app.loading import load
from geodata.package import Package

FORMAT = "care-landscape decision record 1"
MANIFEST = "manifest.json"
DATA = "data/"
ASKED, OUTCOME, LEDGER = "asked.json", "outcome.json", "ledger.json"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
MOST_BYTES = 4 * 1024**3


@dataclass(frozen=True)
class Bundle:
    """What a decision record holds: the data, the scenario as asked, the outcome, and the ledger if there was one."""

    package: Package
    asked: dict[str, Any]
    outcome: dict[str, Any]
    ledger: dict[str, Any] | None
    manifest: dict[str, Any]


def written(parts: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    """The record's bytes: a zip of the parts with a manifest; equal parts give equal bytes."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(parts.items())}
    manifest = {"format": FORMAT, **about, "sha256": hashes}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted({**parts, MANIFEST: json_text.canonical(manifest) + b"\n"}.items()):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def is_bundle(path: Path) -> bool:
    """Whether the file is a zip with a manifest in it."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return MANIFEST in archive.namelist()


def read(path: Path) -> Bundle:
    """The record in a file; raises InvalidInput when a part is missing, added or changed, each named."""
    parts = _parts(path)
    manifest = json_text.parse_object(parts.pop(MANIFEST, b"{}"), called=MANIFEST)
    if manifest.get("format") != FORMAT or not isinstance(manifest.get("sha256"), dict):
        raise _refused(path, [Finding(MANIFEST, f"It does not say {FORMAT!r}.", "Use a record of this version.")])
    noted = manifest["sha256"]
    found = [Finding(name, "The record does not hold it.", "Get the record again.") for name in set(noted) - set(parts)]
    found += [
        Finding(name, "The manifest does not name it.", "Get the record again.") for name in set(parts) - set(noted)
    ]
    found += [
        Finding(name, "It is not what the manifest says: it was changed.", "Get the record again.")
        for name in sorted(set(noted) & set(parts))
        if hashlib.sha256(parts[name]).hexdigest() != noted[name]
    ]
    found += [Finding(name, "A record needs it.", "Get the record again.") for name in {ASKED, OUTCOME} - set(noted)]
    if found:
        raise _refused(path, sorted(found, key=lambda finding: finding.where))
    ledger = json_text.parse_object(parts[LEDGER], called=LEDGER) if LEDGER in parts else None
    asked, outcome = (json_text.parse_object(parts[name], called=name) for name in (ASKED, OUTCOME))
    return Bundle(_package(parts), asked, outcome, ledger, manifest)


def _parts(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(set(names)) < len(names) or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise _refused(path, [Finding(path.name, "It names a part twice, or is far too large.", "")])
            return {entry.filename: archive.read(entry) for entry in entries}
    except (OSError, zipfile.BadZipFile, EOFError) as broken:
        raise _refused(path, [Finding(path.name, f"It cannot be read: {broken}.", "Get the record again.")]) from None


def _package(parts: Mapping[str, bytes]) -> Package:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, content in parts.items():
            pure = PurePosixPath(part)
            if part.startswith(DATA) and len(pure.parts) == 2 and ".." not in pure.parts:
                (folder / pure.name).write_bytes(content)
        return load(folder)[0]


def _refused(path: Path, findings: list[Finding]) -> InvalidInput:
    return InvalidInput(f"{path.name} is no decision record that can be trusted.", findings)
