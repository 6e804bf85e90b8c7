"""The words of a recipe for files and places: areas, shapes, sites, and regions of any kind."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Value = str | int | float | bool
Words = Value | list[Value]


class Part(BaseModel):
    """A part of a recipe: unknown words are refused, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class TableFile(Part):
    """A file with a table in it (CSV, Excel, GeoPackage, GeoJSON, Parquet) and how to read it."""

    file: str
    """The path, from the recipe's folder."""
    sheet: str | None = None
    """The sheet of a workbook; the first one by default."""
    layer: str | None = None
    """The layer of a GeoPackage; needed where it has several."""
    encoding: str = "utf-8"
    """How the text is written: utf-8, or cp1252 for older Dutch files."""
    header_row: Annotated[int, Field(ge=1)] = 1
    """The line or row with the names of the columns."""
    decimal: Literal[".", ","] | None = None
    """How decimals are written; found out where the numbers leave no doubt."""
    missing: list[Value] = Field(default_factory=list)
    """Further cells that mean a missing value; -99997 and the like of CBS are known."""
    only: dict[str, Words] = Field(default_factory=dict)
    """Keep the rows whose column holds one of these values: only = { water = "NEE" }."""
    without: dict[str, Words] = Field(default_factory=dict)
    """Leave out the rows whose column holds one of these values."""
    source: str | None = None
    """Where the file comes from, for the report and datapackage.json."""
    licence: str | None = None
    """Its licence, likewise."""


class Join(TableFile):
    """More columns for the rows of a table, found by a key; `on` is the key here, `key` the same in that file."""

    key: str
    """The key column of that file."""
    on: str | None = None
    """The column here that holds the same key; the id by default."""
    columns: list[str] = Field(default_factory=list)
    """The columns to take over; all by default."""


class Group(Part):
    """A group of inhabitants: the sum of columns with persons, or a share of the population (a column or a number)."""

    columns: list[str] = Field(default_factory=list)
    """Columns of persons that are added up."""
    share: str | float | None = None
    """A column with shares (0-1 or percent) or one number, times the population."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.columns) == (self.share is not None):
            raise ValueError("give either columns or share")
        return self


class Places(TableFile):
    """What areas and sites have alike; columns that are not named are looked for by their usual names."""

    name: str | None = None
    """A column, or a pattern of columns such as "{pc4} {plaats}"."""
    lat: str | None = None
    """Latitude [degrees, WGS84]."""
    lon: str | None = None
    """Longitude [degrees, WGS84]."""
    x: str | None = None
    """Metres east in RD (EPSG:28992), instead of lon."""
    y: str | None = None
    """Metres north in RD (EPSG:28992), instead of lat."""
    attributes: list[str] | dict[str, str] = Field(default_factory=list)
    """Further columns to keep, as a list, or as { new_name = "column" }."""
    inside: dict[str, Words] = Field(default_factory=dict)
    """Which rows lie in the region, by values of columns; the others become in_region = false."""
    join: list[Join] = Field(default_factory=list)
    """More columns from other files."""


class Areas(Places):
    """Where patients live; `aggregate_to` is a column whose values become the areas."""

    area_id: str | None = None
    """The id: PC4, wijk or gemeente code, or any other."""
    population: str | None = None
    """Inhabitants [persons]."""
    groups: dict[str, str | list[str] | Group] = Field(default_factory=dict)
    """Groups of inhabitants: a column, a list of columns to add up, or a share."""
    if_missing: dict[str, float] = Field(default_factory=dict)
    """What an area without a figure counts for: { population = 2.5 }; without it such an area stays blank."""
    outside_within_km: Annotated[float, Field(ge=0)] | None = None
    """Of the areas outside the region (see inside), keep those at most so far [straight km] from a site inside it."""
    aggregate_to: str | None = None
    """A column of the finished areas (an attribute) whose values become the areas."""


class Shapes(TableFile):
    """The borders of the areas, by area_id."""

    area_id: str | None = None
    """The column with the ids of the areas."""


class Sites(Places):
    """Places where care can be offered."""

    site_id: str | None = None
    """The id of the location."""
    organisation: str | None = None
    """The name of the organisation the location belongs to."""
    organisation_id: str | None = None
    """Its id; made from the name by default."""
    kind: str | None = None
    """The kind of hospital."""


class RegionTable(TableFile):
    """A table that says in which region an area lies; `area_key` is the column of the areas that `key` holds."""

    key: str
    """The column that names the area (or a larger area, see area_key)."""
    region: str
    """The column that names the region."""
    area_key: str | None = None
    """The column of the areas' file that holds the key; area_id by default."""


class Regions(Part):
    """Regions of one kind, from a column of the areas and of the sites, or from a table of their own."""

    kind: str
    """What kind of region: zorgkantoor, roaz, ggd, municipality, ..."""
    area_column: str | None = None
    """The column of the areas' file that names the region."""
    site_column: str | None = None
    """The column of the sites' file that names the region."""
    table: RegionTable | None = None
    """A table of its own that says in which region an area lies."""
    sites_by_place: bool = False
    """Put each site in the region of the area it lies in."""

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if (self.area_column is None) == (self.table is None):
            raise ValueError("give either area_column or table")
        return self
