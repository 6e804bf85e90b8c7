"""What is promised about the house: names and shapes, and that every part has its twin, its test and its page."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, get_args, get_origin

import pytest
from typer.core import TyperGroup as Group
from typer.main import get_command

from app import errors
from app.cli import commands
from app.problem import STATUS
from docs import recipe_page
from docs.model_page import PAGE, page
from solver.objectives import AnyObjective
from solver.rules import AnyRule

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "solver", "geodata", "migrations")
CODE = sorted(path for folder in (*PACKAGES, "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py"))
SHIPPED = [path for path in CODE if path.relative_to(ROOT).parts[0] in PACKAGES]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BAGS = {"utils", "util", "helpers", "helper", "common", "misc", "stuff", "lib", "shared", "base", "core"}
FAMILIES = pytest.mark.parametrize(
    ("folder", "union"),
    [pytest.param("rules", AnyRule, id="rules"), pytest.param("objectives", AnyObjective, id="objectives")],
)
STRANGERS_WORDS = {"facility", "facilities", "hospital", "customer", "client", "supplier", "warehouse", "clinic"}
"""Words for things that have another name here: site, organisation, area, patients."""


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def members(union: object) -> dict[str, type]:
    """The members of a discriminated union by the module they live in."""
    plain = get_args(union)[0] if get_origin(union) is Annotated else union
    return {member.__module__.rpartition(".")[2]: member for member in get_args(plain)}


def subjects(folder: str) -> set[str]:
    """The files of a folder that each are one thing."""
    return {path.stem for path in (ROOT / folder).glob("*.py") if path.stem != "__init__"}


def calls(tree: ast.AST) -> Iterator[str]:
    """The dotted names that a module calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


# --- every part has its twin, its test and its name in the union --------------------------------------------------


@FAMILIES
def test_every_file_is_one_name_in_the_union(folder: str, union: object) -> None:
    assert subjects(f"solver/{folder}") == set(members(union))


@FAMILIES
def test_every_member_has_a_twin_in_the_audits(folder: str, union: object) -> None:
    assert set(members(union)) - {"weighted"} <= subjects("solver/audits")


@FAMILIES
def test_every_member_is_named_in_a_test_of_the_solver(folder: str, union: object) -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests" / "solver").rglob("test_*.py"))
    assert {name for name in members(union) if name not in tests} == set()


@FAMILIES
def test_every_field_of_a_member_says_what_it_is(folder: str, union: object) -> None:
    silent = {
        f"{name}.{field}"
        for name, member in members(union).items()
        for field, info in member.model_fields.items()  # type: ignore[attr-defined]
        if not info.description and field not in ("rule", "objective")
    }
    assert silent == set()


@FAMILIES
def test_every_member_has_its_formula_in_the_reference(folder: str, union: object) -> None:
    page = (ROOT / "docs" / "model.md").read_text()
    assert {name for name in members(union) if name not in page} == set()


# --- files --------------------------------------------------------------------------------------------------------


def test_every_file_begins_with_a_sentence_that_says_what_it_is_for() -> None:
    silent = []
    for path in CODE:
        tree = ast.parse(path.read_text())
        first = (ast.get_docstring(tree) or "").split("\n")[0]
        if tree.body and not first.rstrip().endswith((".", "?")) and not first.rstrip().endswith(":"):
            silent.append(name_of(path))
    assert silent == []


def test_no_file_is_a_bag() -> None:
    assert [name_of(path) for path in CODE if path.stem in BAGS] == []


def test_nobody_looks_for_our_own_things_by_getattr() -> None:
    found = [
        f"{name_of(path)}: {call}"
        for path in SHIPPED
        for call in calls(ast.parse(path.read_text()))
        if call in ("getattr", "hasattr", "setattr")
    ]
    assert found == []


def test_tests_neither_sleep_nor_pickle() -> None:
    found = [
        f"{name_of(path)}: {call}"
        for path in CODE
        if path.relative_to(ROOT).parts[0] == "tests"
        for call in calls(ast.parse(path.read_text()))
        if call in ("time.sleep", "sleep") or call.startswith("pickle.")
    ]
    assert found == []


def test_names_in_the_code_are_the_glossarys_words() -> None:
    found = set()
    for path in SHIPPED:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.arg):
                name = node.arg if isinstance(node, ast.arg) else node.name
                words = re.findall(r"[A-Z]?[a-z]+", name)
                found |= {f"{name_of(path)}: {name}" for word in words if word.lower() in STRANGERS_WORDS}
    assert found == set()


def test_every_refusal_is_mapped_to_a_status() -> None:
    refusals = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.Refusal)}
    assert refusals - {errors.Refusal} == set(STATUS)


# --- documents ----------------------------------------------------------------------------------------------------


def test_every_link_in_the_documents_leads_somewhere() -> None:
    broken = []
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text()):
            if not target.startswith(("http://", "https://")) and not (document.parent / target).exists():
                broken.append(f"{name_of(document)}: {target}")
    assert broken == []


def shell_lines(document: Path) -> list[str]:
    """The lines of a document's shell blocks, those without a language included."""
    blocks = re.findall(r"```(?:bash|sh)?\n(.*?)```", document.read_text(), flags=re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_every_make_word_in_the_documents_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    for document in DOCUMENTS:
        text = document.read_text()
        named = set(re.findall(r"^make ([a-z-]+)", text, flags=re.MULTILINE)) | set(
            re.findall(r"`make ([a-z-]+)`", text)
        )
        assert named <= targets, name_of(document)


def test_the_makefile_has_the_promised_words() -> None:
    promised = {"install", "run", "test", "lint", "types", "check", "bench", "bench-full", "ui", "docs"}
    assert promised <= set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def test_every_command_and_option_in_the_documents_exists() -> None:
    known = get_command(commands).commands  # type: ignore[attr-defined]
    for document in DOCUMENTS:
        for line in shell_lines(document):
            if match := re.match(r"(?:docker run .* )?care-landscape ([a-z]+)(.*)", line):
                command, rest = known[match[1]], match[2]
                while words := re.match(r" ([a-z]+)(.*)", rest) if isinstance(command, Group) else None:
                    command, rest = command.commands[words[1]], words[2]
                options = {name for parameter in command.params for name in parameter.opts}
                assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= options, f"{name_of(document)}: {line}"


def test_every_setting_named_in_the_documents_exists() -> None:
    from app.settings import PREFIX, Settings

    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for document in [*DOCUMENTS, ROOT / "Dockerfile"]:
        assert set(re.findall(rf"{PREFIX}[A-Z_]+", document.read_text())) <= known, name_of(document)


def test_every_decision_record_bears_its_number() -> None:
    for record in (ROOT / "docs" / "adr").glob("*.md"):
        assert record.read_text().startswith(f"# {record.name[:4]} "), record.name


def test_the_glossary_has_each_word_once() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    words = [word for word, _ in rows if word not in ("word", "---")]
    assert len(words) == len(set(words))
    assert {"area", "site", "care type", "demand", "flow", "volume", "offer", "landscape", "plan", "run"} <= set(words)


def test_the_changelog_begins_with_what_is_unreleased() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert headings[0] == "[Unreleased]"


# --- the frame ----------------------------------------------------------------------------------------------------


def test_every_dependency_has_a_floor_and_its_place_in_the_alphabet() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for listed in (project["dependencies"], *project["optional-dependencies"].values()):
        assert all(re.search(r">=|==", one) for one in listed)
        names = [re.split(r"[\[<>=]", one)[0] for one in listed]
        assert names == sorted(names)


def test_the_image_runs_as_nobody_special_and_has_both_commands() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER care" in lines
    assert 'ENTRYPOINT ["care-landscape"]' in lines
    assert {"serve", "work"} <= set(get_command(commands).commands)  # type: ignore[attr-defined]


def test_no_document_names_a_place_on_somebodys_machine() -> None:
    for document in [*DOCUMENTS, *CODE]:
        assert not re.search(r"(?<![\w.])/(home|work|root|Users)/\w", document.read_text()), name_of(document)


def test_the_reference_pages_say_what_the_code_says() -> None:
    assert PAGE.read_text() == page(), "run make docs"
    assert recipe_page.PAGE.read_text() == recipe_page.page(), "run make docs"


def test_every_word_of_a_recipe_says_what_it_is() -> None:
    assert "|  |" not in recipe_page.page()
