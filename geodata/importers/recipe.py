"""A recipe: which files a region is made from and what their columns are, as a TOML text that people write."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, Self, get_args

from pydantic import BaseModel, Field, ValidationError, model_validator

from geodata.importers.recipe_care import CareType, Forecast, Period, Population
from geodata.importers.recipe_places import Areas, Part, Regions, Shapes, Sites
from geodata.importers.recipe_travel import Ambulance, Travel
from geodata.problems import Findings


class Recipe(Part):
    """A whole region. `start_from` is a data package or workbook with tables that are taken as they are."""

    name: str
    """The name of the data package."""
    title: str | None = None
    """Its title, for people."""
    reference_date: str | None = None
    """The day the data describe, such as 2025-01-01."""
    start_from: str | None = None
    """A data package or workbook whose tables are taken as they are; the rest of the recipe adds to it."""
    areas: Areas | None = None
    """Where patients live."""
    shapes: Shapes | None = None
    """The borders of the areas."""
    sites: Sites | None = None
    """Where care can be offered."""
    regions: list[Regions] = Field(default_factory=list)
    """Regions of any kind."""
    care_types: list[CareType] = Field(default_factory=list)
    """What care it is about."""
    population: Population | None = None
    """Inhabitants by age and sex, for rates."""
    forecast: Forecast | None = None
    """Inhabitants in later years, for rates."""
    periods: list[Period] = Field(default_factory=list)
    """The periods, in order of time."""
    travel: list[Travel] = Field(default_factory=list)
    """Travel times, one entry per mode."""
    ambulance: Ambulance | None = None
    """Ambulance posts."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.start_from is None and (self.areas is None or self.sites is None):
            raise ValueError("give [areas] and [sites], or start_from with a workbook that has them")
        return self


def read_recipe(path: Path, found: Findings) -> Recipe | None:
    """The recipe in a TOML file; None, with every problem in `found`."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as reason:
        found.error(path.name, f"It cannot be read ({reason.strerror}).", "Name a recipe, a TOML file.")
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        found.error(
            path.name,
            f"It is not TOML ({reason}).",
            "Texts stand between quotation marks, paths are written with /; see docs/data.md.",
        )
        return None
    try:
        return Recipe.model_validate(written)
    except ValidationError as invalid:
        for each in invalid.errors(include_url=False):
            _tell(path.name, each["loc"], each["type"], str(each["msg"]), found)
        return None


def _tell(name: str, place: tuple[int | str, ...], kind: str, message: str, found: Findings) -> None:
    where = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in place).lstrip(".")
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(place[-1]), _words(place), n=1)
        meant = f"Is {near[0]} meant?" if near else f"Use one of {', '.join(_words(place))}."
        found.error(name, "The word is not known here.", meant, field=where)
    elif kind == "missing":
        found.error(name, "It is missing.", "Add it.", field=where)
    else:
        found.error(name, f"{message.removeprefix('Value error, ')}.", "Correct it; see docs/data.md.", field=where)


def _words(place: tuple[int | str, ...]) -> list[str]:
    """The words that are known at a place in a recipe."""
    part: Any = Recipe
    for step in place[:-1]:
        if (
            isinstance(step, str)
            and isinstance(part, type)
            and issubclass(part, BaseModel)
            and step in part.model_fields
        ):
            part = _inner(part.model_fields[step].annotation)
    return sorted(part.model_fields) if isinstance(part, type) and issubclass(part, BaseModel) else []


def _inner(annotation: Any) -> Any:
    """The part inside `Part | None` or `list[Part]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inners = (found for inner in get_args(annotation) if (found := _inner(inner)) is not None)
    return next(inners, None)
