"""Writes docs/model.md: every rule, objective, behaviour, question and formulation in the words of the file that holds it."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "model.md"
BEGINNING = """# The model

What every rule, objective, behaviour and question means: the sentence, the formula, the unit, the source and an example. This page is written by
`make docs` from the first lines of the files it names; change it there. Indices: `a` area, `s` site, `k` care type, `t` period. Minutes are one way, cases and
inhabitants a year unless a unit says otherwise. Each rule, objective and behaviour is stated a second time, without any model, in the file of the
same name in `solver/audits`; that statement is the one an answer is held to.
"""
CHAPTERS = (
    (
        "Rules",
        "solver/rules",
        "Each writes rows over the quantities of the model; hard rows must hold, soft ones cost a penalty per unit, report is only shown.",
    ),
    ("Objectives", "solver/objectives", "Minimised in order, or weighted."),
    ("Behaviours", "solver/audits", "How the patients of a care type find a site."),
    ("Questions", "solver/questions", "What a run can ask."),
    ("Formulations", "solver/formulations", "The ways in which the same policy is written for the solver."),
    ("Certainty", "solver", "How an answer is made certain, and one answer of several."),
)
ONLY = {
    "solver/audits": ("steered", "nearest", "choice", "observed"),
    "solver": ("canonical", "sifting", "piece", "transport", "start", "scaling"),
}


def page() -> str:
    """The whole page as Markdown."""
    parts = [BEGINNING]
    for title, folder, sentence in CHAPTERS:
        parts.append(f"\n## {title}\n\n{sentence}\n")
        parts += [_section(path) for path in _files(folder)]
    return "".join(parts)


def _files(folder: str) -> list[Path]:
    paths = sorted(path for path in (ROOT / folder).glob("*.py") if path.stem != "__init__")
    named = ONLY.get(folder)
    return paths if named is None else [path for path in paths if path.stem in named]


def _section(path: Path) -> str:
    """One file: its first sentence as text, indented lines as formulas."""
    told = ast.get_docstring(ast.parse(path.read_text())) or ""
    lines = [f"\n### {path.stem}\n\n"]
    inside = False
    for line in told.splitlines():
        formula = line.startswith("    ")
        if formula != inside and line.strip():
            if inside and lines[-1] == "\n":
                lines.pop()
            lines.append("```text\n" if formula else "```\n\n")
            inside = formula
        lines.append(f"{line[4:] if formula else line}\n")
    if inside:
        lines.append("```\n")
    return "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page())
