"""The recipes in the documents are recipes: every word in them is known, and the parts fit together."""

import re
import tomllib
from pathlib import Path

import pytest

from geodata.importers.recipe import Recipe

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCKS = re.findall(r"```toml\n(.*?)```", (DOCS / "data.md").read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("text", BLOCKS, ids=range(len(BLOCKS)))
def test_every_recipe_on_the_page_is_understood(text: str) -> None:
    """A part of a recipe is read as an addition to one that starts from a workbook."""
    Recipe.model_validate({"name": "page", "start_from": "own.xlsx", **tomllib.loads(text)})


def test_the_recipes_of_the_documents_are_understood() -> None:
    for path in (DOCS / "recipes").glob("*.toml"):
        Recipe.model_validate(tomllib.loads(path.read_text()))
