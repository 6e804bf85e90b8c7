"""A recipe: which files a region is made from and what their columns are, as a TOML text that people write."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geodata.problems import Findings

Value = str | int | float | bool
Words = Value | list[Value]


class Part(BaseModel):
    """A part of a recipe: unknown words are refused, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TableFile(Part):
    """A file with a table in it (CSV, Excel, GeoPackage, GeoJSON, Parquet) and how to read it."""

    file: str
    sheet: str | None = None
    layer: str | None = None
    encoding: str = "utf-8"
    header_row: Annotated[int, Field(ge=1)] = 1
    decimal: Literal[".", ","] | None = None
    missing: list[Value] = []
    only: dict[str, Words] = {}
    without: dict[str, Words] = {}
    source: str | None = None
    licence: str | None = None


class Join(TableFile):
    """More columns for the rows of a table, found by a key; `on` is the key here, `key` the same in that file."""

    key: str
    on: str | None = None
    columns: list[str] = []


class Group(Part):
    """A group of inhabitants: the sum of columns with persons, or a share of the population (a column or a number)."""

    columns: list[str] = []
    share: str | float | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.columns) == (self.share is not None):
            raise ValueError("give either columns or share")
        return self


class Places(TableFile):
    """What areas and sites have alike; columns that are not named are looked for by their usual names."""

    name: str | None = None
    lat: str | None = None
    lon: str | None = None
    x: str | None = None
    y: str | None = None
    attributes: list[str] | dict[str, str] = []
    inside: dict[str, Words] = {}
    join: list[Join] = []


class Areas(Places):
    """Where patients live; `aggregate_to` is a column whose values become the areas."""

    area_id: str | None = None
    population: str | None = None
    groups: dict[str, str | list[str] | Group] = {}
    if_missing: dict[str, float] = {}
    aggregate_to: str | None = None


class Shapes(TableFile):
    """The borders of the areas, by area_id."""

    area_id: str | None = None


class Sites(Places):
    """Places where care can be offered."""

    site_id: str | None = None
    organisation: str | None = None
    organisation_id: str | None = None
    kind: str | None = None


class RegionTable(TableFile):
    """A table that says in which region an area lies; `area_key` is the column of the areas that `key` holds."""

    key: str
    region: str
    area_key: str | None = None


class Regions(Part):
    """Regions of one kind, from a column of the areas and of the sites, or from a table of their own."""

    kind: str
    area_column: str | None = None
    site_column: str | None = None
    table: RegionTable | None = None
    sites_by_place: bool = False

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if (self.area_column is None) == (self.table is None):
            raise ValueError("give either area_column or table")
        return self


class RateTable(TableFile):
    """Cases per person and year by age and sex; `per` inhabitants (1000: cases per thousand)."""

    age: str = "age"
    sex: str | None = None
    rate: str = "rate"
    per: Annotated[float, Field(gt=0)] = 1000.0


class DemandTable(TableFile):
    """Cases per area as a table of its own."""

    area_id: str
    cases_per_year: str


class Demand(Part):
    """One of: a column of the areas, so many cases per inhabitant, a table, or rates by age and sex.

    `if_missing` is what an area without a figure counts for; without it such an area is an error.
    """

    column: str | None = None
    per_inhabitant: Annotated[float, Field(ge=0)] | None = None
    table: DemandTable | None = None
    rates: RateTable | None = None
    if_missing: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(v is not None for v in (self.column, self.per_inhabitant, self.table, self.rates)) != 1:
            raise ValueError("give exactly one of column, per_inhabitant, table and rates")
        return self


class CareType(Part):
    """A care type, its demand, and where it is offered: a column of the sites that says so, or a list of sites."""

    care_type_id: str
    name: str | None = None
    name_nl: str | None = None
    urgency: Literal["acute", "semi_acute", "planned"] | None = None
    unit: str | None = None
    demand: Demand
    offered: str | list[str]
    could_offer: str | list[str] | None = None
    volume_today: str | None = None
    capacity_per_year: str | None = None
    external_cases_per_year: str | None = None
    attraction: str | None = None
    fixed_cost_eur_per_year: str | None = None
    variable_cost_eur_per_case: str | None = None
    revenue_eur_per_case: str | None = None
    opening_cost_eur: str | None = None
    closing_cost_eur: str | None = None


class Population(TableFile):
    """Inhabitants by age (and sex): a column per age band (`columns`, with a *), or a row each (`age`, `persons`)."""

    area_id: str | None = None
    columns: list[str] = []
    age: str | None = None
    sex: str | None = None
    persons: str | None = None

    @model_validator(mode="after")
    def _wide_or_long(self) -> Self:
        if bool(self.columns) == (self.age is not None and self.persons is not None):
            raise ValueError("give either columns (wide), or age and persons (long)")
        return self


class Forecast(TableFile):
    """Inhabitants by year and age of larger areas; their growth is that of each area inside (`area_key` says which)."""

    key: str
    area_key: str | None = None
    year: str
    age: str
    sex: str | None = None
    persons: str
    base_year: int


class Period(Part):
    """A period; the demand from rates is that of the year in which it starts, where there is a forecast."""

    period_id: str
    name: str | None = None
    start: str
    years: float | None = None


class MatrixFile(TableFile):
    """Minutes from a file: wide (a column per site), or long with `site_id` and `minutes`."""

    area_id: str | None = None
    site_id: str | None = None
    minutes: str | None = None
    km: str | None = None
    unit: Literal["minutes", "seconds", "hours"] = "minutes"
    unreachable: list[Value] = []


class OsrmServer(Part):
    """An osrm-routed server; it does not tell its version and map, so you do."""

    address: str
    profile: str = "car"
    version: str
    extract_date: str
    at_most: Annotated[int, Field(ge=2)] = 100


class OsrmFiles(Part):
    """OSRM in this process on prepared files (the extra osrm, Python 3.12 and newer)."""

    file: str
    profile: str = "car"
    extract_date: str
    algorithm: Literal["MLD", "CH"] = "MLD"


class ValhallaServer(Part):
    """A Valhalla server; it tells its version, and the day its tiles were made unless you give the day of the map."""

    address: str
    costing: str = "auto"
    extract_date: str | None = None
    at_most: Annotated[int, Field(ge=2)] = 100


class Estimate(Part):
    """Car minutes from distance and density; `sample` is a matrix of some routed pairs to calibrate on."""

    sample: MatrixFile | None = None


class Way(Part):
    """One way to get minutes: exactly one of the five."""

    matrix: MatrixFile | None = None
    osrm: OsrmServer | None = None
    osrm_files: OsrmFiles | None = None
    valhalla: ValhallaServer | None = None
    estimate: Estimate | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(w is not None for w in (self.matrix, self.osrm, self.osrm_files, self.valhalla, self.estimate)) != 1:
            raise ValueError("give exactly one of matrix, osrm, osrm_files, valhalla and estimate")
        return self


class Travel(Way):
    """The minutes of one mode; `site_times` adds those between sites (not from a matrix)."""

    mode: str = "car"
    site_times: bool = False


class Ambulance(Places):
    """Ambulance posts and their minutes to areas by a way of travel, times `factor`; the chain's parameters for the report."""

    post_id: str | None = None
    availability: str | None = None
    travel: Way
    factor: Annotated[float, Field(gt=0)] = 1.0
    within_minutes: Annotated[float, Field(gt=0)] = 60.0
    dispatch_minutes: Annotated[float, Field(ge=0)] = 3.0
    on_scene_minutes: Annotated[float, Field(ge=0)] = 5.0


class Recipe(Part):
    """A whole region. `start_from` is a data package or workbook with tables that are taken as they are."""

    name: str
    title: str | None = None
    reference_date: str | None = None
    start_from: str | None = None
    areas: Areas | None = None
    shapes: Shapes | None = None
    sites: Sites | None = None
    regions: list[Regions] = []
    care_types: list[CareType] = []
    population: Population | None = None
    forecast: Forecast | None = None
    periods: list[Period] = []
    travel: list[Travel] = []
    ambulance: Ambulance | None = None

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
        found.error(path.name, f"It is not TOML ({reason}).", "Texts stand between quotation marks; see docs/data.md.")
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
