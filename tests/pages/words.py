"""What the pages say, read from their own sources, so that a test asks for a word and not for a spelling."""

import re
from functools import cache
from pathlib import Path

WORDS = Path(__file__).resolve().parents[2] / "app" / "ui" / "src" / "words"
TEXT = r'"((?:[^"\\]|\\.)*)"'
PAIR = re.compile(rf'^  "?([\w/-]+)"?: \[\s*{TEXT},\s*{TEXT},?\s*\]', re.MULTILINE)
LANGUAGES = ("en", "nl")


@cache
def words() -> dict[str, tuple[str, str]]:
    """Every word: its name, and what it is in English and in Dutch."""
    found: dict[str, tuple[str, str]] = {}
    for file in ("actions", "care", "notes", "pages", "units"):
        for name, english, dutch in PAIR.findall((WORDS / f"{file}.ts").read_text()):
            found[name] = (english, dutch)
    return found


def word(name: str, language: str, **values: object) -> str:
    """A word in a language, its slots filled."""
    text = words()[name][LANGUAGES.index(language)]
    for slot, value in values.items():
        text = text.replace(f"{{{slot}}}", str(value))
    return text
