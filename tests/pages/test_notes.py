"""What the service says in sentences is said in Dutch too: every message of the solver that reaches the pages has its translation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.pages.words import WORDS, words

ROOT = WORDS.parents[3]
SLOT = re.compile(r"\{\w*\}")
LISTS = {"_warnings", "_assumed", "warnings"}
NAMES = {"note", "notes", "warnings", "STEERED"}


def english() -> set[str]:
    """The English of every note, its slots left open."""
    notes = [pair for name, pair in words().items() if name.startswith("note_")]
    assert all(sorted(SLOT.findall(one)) == sorted(SLOT.findall(other)) for one, other in notes)
    return {SLOT.sub("{}", one) for one, _ in notes}


def messages(source: Path) -> Iterator[str]:
    """What a module adds to warnings and assumptions, or notes as progress, its slots left open."""
    for node in ast.walk(ast.parse(source.read_text())):
        said: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            into = node.func.value
            if (
                node.func.attr == "append" and isinstance(into, ast.Attribute) and into.attr in LISTS
            ) or node.func.attr == "warn":
                said = list(node.args)
            said += [each.value for each in node.keywords if each.arg == "note"]
        elif isinstance(node, ast.Assign) and any(name in NAMES for name in targets(node)):
            said = [node.value]
        for each in said:
            yield from texts(each)


def targets(node: ast.Assign) -> Iterator[str]:
    yield from (each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name))


def texts(expression: ast.expr) -> Iterator[str]:
    """The texts in an expression, without those that are part of another one or of a comparison."""
    if isinstance(expression, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in expression.values)
    elif isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        if expression.value:
            yield SLOT.sub("{}", expression.value)
    elif isinstance(expression, ast.IfExp):
        yield from (*texts(expression.body), *texts(expression.orelse))
    elif isinstance(expression, ast.Starred):
        yield from texts(expression.value)
    elif isinstance(expression, ast.List | ast.Tuple):
        for each in expression.elts:
            yield from texts(each)
    elif isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute):
        yield from texts(expression.func.value)


def test_every_note_of_the_solver_has_its_dutch() -> None:
    sources = [*ROOT.glob("solver/**/*.py"), *ROOT.glob("app/assembly/*.py"), ROOT / "app" / "checking.py"]
    found = {message for source in sources for message in messages(source)}
    assert {"looking for other optima", "baseline: {}", "no objective given: least travel time"} <= found
    assert found - english() == set()


def test_the_notes_of_a_run_are_those_of_the_code() -> None:
    """The other way round: nothing is translated that nobody says."""
    said = "".join(path.read_text() for folder in ("solver", "app") for path in (ROOT / folder).rglob("*.py"))
    parts = {part for note in english() for part in note.split("{}") if len(part) > 12}
    joined = re.sub(r"\"\s*\n\s*f?\"", "", said)
    assert {part for part in parts if part not in joined} == set()
