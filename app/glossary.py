"""The glossary as published: every word of the API in English, with its Dutch term and what it is."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

INSTALLED = Path(__file__).parent / "glossary.md"
WRITTEN = Path(__file__).parent.parent / "docs" / "glossary.md"
"""Where it is written, beside the code; an installed service carries a copy of it."""


@dataclass(frozen=True)
class Term:
    """One word."""

    term: str
    dutch: str
    meaning: str
    subject: str


@cache
def glossary() -> tuple[Term, ...]:
    """Every word, in the order of the document."""
    path = INSTALLED if INSTALLED.exists() else WRITTEN
    subject, found = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            subject = line.removeprefix("## ")
        elif (row := re.fullmatch(r"\| ([^|]+) \| ([^|]+) \| ([^|]+) \|", line)) and row[1] not in ("word", "---"):
            found.append(Term(row[1].strip(), row[2].strip(), row[3].strip(), subject))
    return tuple(found)
