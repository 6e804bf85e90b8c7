"""The chain of an audit log: every line carries the hash of itself and of the line before, so that no change goes unseen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app import json_text

BEGINNING = "0" * 64
"""What the first line has before it."""
TOLD = ("workspace_id", "number", "at", "actor", "on_behalf_of", "origin", "action", "object", "result", "detail")


@dataclass(frozen=True)
class Head:
    """The last line of a log: its number (0: none yet) and its hash."""

    number: int
    sha256: str


EMPTY = Head(0, BEGINNING)


def link(line: Mapping[str, Any], before_sha256: str) -> str:
    """The hash of a line (its fields of TOLD) behind the line with that hash."""
    return json_text.sha256([before_sha256, *(line[name] for name in TOLD)])


def first_break(lines: Iterable[Mapping[str, Any]], head: Head | None, noted: Iterable[Head] = ()) -> str | None:
    """What is wrong at the first line (in order of number) that breaks the chain, or None when it holds.

    `head` is where the log says it ends, None when that is missing too; `noted` are heads that somebody wrote down
    elsewhere, which also find a log that was rewritten as a whole.
    """
    last = EMPTY
    elsewhere = {each.number: each.sha256 for each in noted}
    for line in lines:
        place = f"Line {last.number + 1}"
        if line["number"] != last.number + 1:
            return f"{place} is missing: line {line['number']} follows line {last.number}."
        if line["before_sha256"] != last.sha256:
            return f"{place} does not follow the line before it: one of the two was replaced."
        if line["sha256"] != link(line, last.sha256):
            return f"{place} was changed: it does not have its hash."
        last = Head(line["number"], line["sha256"])
        if elsewhere.pop(last.number, last.sha256) != last.sha256:
            return f"{place} is not the one that was noted: the log was rewritten."
    if head is None:
        return f"Line {last.number + 1}: the end of the log is missing."
    if head != last:
        return f"Line {last.number + 1}: the log ends here, and says that it ends with line {head.number}."
    if elsewhere:
        return f"Line {last.number + 1}: the log ends here, and line {min(elsewhere)} was noted."
    return None
