"""JSON as this house reads and writes it: strict numbers, no key twice, one canonical form for a hash."""

import hashlib
import json
import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from app.errors import Finding, InvalidInput

DEEPEST = 60


def parse(text: bytes | str, *, called: str) -> Any:
    """The value of strict JSON; `called` names the text in messages.

    Raises InvalidInput for anything but UTF-8 JSON without NaN, Infinity, numbers beyond a double, keys given
    twice, or nesting deeper than 60 levels.
    """
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    except UnicodeDecodeError as broken:
        raise _refused(called, f"byte {broken.start} is not UTF-8.", "Save the text as UTF-8.") from None
    try:
        value = json.loads(
            decoded,
            object_pairs_hook=_each_key_once,
            parse_constant=_no_such_number,
            parse_float=_finite,
            parse_int=_whole,
        )
    except json.JSONDecodeError as broken:
        raise _refused(
            f"{called}, line {broken.lineno}, column {broken.colno}", f"{broken.msg}.", "Mend the JSON there."
        ) from None
    except RecursionError:
        raise _refused(called, "is nested too deeply.", f"Use at most {DEEPEST} levels.") from None
    except ValueError as broken:
        raise _refused(called, f"{broken}", "Give each key once and plain decimal numbers.") from None
    if _deeper_than(value, DEEPEST):
        raise _refused(called, "is nested too deeply.", f"Use at most {DEEPEST} levels.")
    return value


def parse_object(text: bytes | str, *, called: str) -> dict[str, Any]:
    """Like `parse`, for a text that must be one JSON object."""
    value = parse(text, called=called)
    if not isinstance(value, dict):
        raise _refused(called, "is not a JSON object.", 'Write it as {"name": value, ...}.')
    return value


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file; raises InvalidInput when it cannot be read or is not one."""
    try:
        text = path.read_bytes()
    except OSError as broken:
        raise _refused(str(path), f"cannot be read: {broken.strerror}.", "Check the path.") from None
    return parse_object(text, called=str(path))


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value that hashes are taken from: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def compact(value: Any) -> bytes:
    """A JSON value for the wire: no spaces, keys in the order they have."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sha256(value: Any) -> str:
    """The hash of a JSON value, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def write_whole(path: Path, value: Any) -> None:
    """Writes a JSON file whole or not at all: a reader meets the old text or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False, allow_nan=False, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _refused(where: str, problem: str, fix: str) -> InvalidInput:
    return InvalidInput(f"{where}: {problem}", [Finding(where, problem, fix)])


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        raise ValueError(f"the key {twice[:100]!r} is given twice.")
    return made


def _no_such_number(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text[:40]} is too large.")
    return number


def _whole(text: str) -> int:
    if len(text) > 300:
        raise ValueError(f"the number {text[:40]}... is too large.")
    return int(text)


def _deeper_than(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels):
        layer = [
            child
            for node in layer
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not layer:
            return False
    return True
