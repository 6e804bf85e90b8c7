"""Writes docs/recipe.md: every word of an import recipe, from the words' own descriptions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from geodata.importers.recipe import Recipe

PAGE = Path(__file__).parent / "recipe.md"
BEGINNING = """# The words of a recipe

A recipe tells `care-landscape import region` which files to read and what their columns are; [data.md](data.md) shows how to
write one. It is [TOML](https://toml.io): texts between quotation marks, `true` and `false`, lists between brackets, `#` before a
remark. This page is written by `make docs` from the code. A part that reads a file has the words of *a table file* too. Words in
**bold** must be given.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts: list[type[BaseModel]] = [Recipe]
    for part in parts:
        parts += [
            inner for field in part.model_fields.values() for inner in _parts(field.annotation) if inner not in parts
        ]
    table_file = next(p for p in parts if p.__name__ == "Areas").__mro__[2]
    assert issubclass(table_file, BaseModel)
    return "".join([BEGINNING, *(_section(part, table_file) for part in [*parts, table_file])])


def _section(part: type[BaseModel], table_file: type[BaseModel]) -> str:
    sentence = " ".join((part.__doc__ or "").split())
    shared = set(table_file.model_fields) if part is not table_file and issubclass(part, table_file) else set()
    also = " Also the words of *a table file*." if shared else ""
    lines = [f"\n## {_title(part)}\n\n{sentence}{also}\n\n| word | what it is | kind |\n|---|---|---|\n"]
    for name, field in part.model_fields.items():
        if name not in shared:
            word = f"**{name}**" if field.is_required() else name
            lines.append(f"| {word} | {(field.description or '').replace('|', ' ')} | {_kind(field.annotation)} |\n")
    return "".join(lines)


def _title(part: type[BaseModel]) -> str:
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in part.__name__).strip()
    return "a table file" if words == "table file" else words


def _parts(annotation: Any) -> list[type[BaseModel]]:
    """The parts of a recipe inside an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for inner in get_args(annotation) for part in _parts(inner)]


def _kind(annotation: Any) -> str:
    """What to write, in a word or two."""
    inner = [a for a in get_args(annotation) if a is not type(None)]
    if get_origin(annotation) is Annotated:
        return _kind(inner[0])
    if not inner:
        is_part = isinstance(annotation, type) and issubclass(annotation, BaseModel)
        return f"*{_title(annotation)}*" if is_part else _PLAIN.get(annotation, "text")
    if all(isinstance(a, str) for a in inner):
        return " or ".join(f"`{a}`" for a in inner)
    if get_origin(annotation) is list:
        return f"list of {_kind(inner[0])}"
    if get_origin(annotation) is dict:
        return "table of values by name"
    return " or ".join(dict.fromkeys(_kind(a) for a in inner))


_PLAIN: dict[Any, str] = {str: "text", int: "whole number", float: "number", bool: "true or false"}

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
