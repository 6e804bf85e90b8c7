"""The words of a recipe for care: demand, rates, inhabitants by age, forecasts, and who offers what."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from geodata.importers.recipe_places import Part, TableFile


class RateTable(TableFile):
    """Cases per person and year by age and sex; `per` inhabitants (1000: cases per thousand)."""

    age: str = "age"
    """The column with ages: 65-69, "65 tot 70 jaar", 95+."""
    sex: str | None = None
    """The column with men, women or all; without it a rate is for both."""
    rate: str = "rate"
    """The column with the rate."""
    per: Annotated[float, Field(gt=0)] = 1000.0
    """So many persons the rate is for: 1000 means cases per thousand and year."""


class DemandTable(TableFile):
    """Cases per area as a table of its own."""

    area_id: str
    """The column with the ids of the areas."""
    cases_per_year: str
    """The column with cases [cases/year]."""


class Demand(Part):
    """One of: a column of the areas, so many cases per inhabitant, a table, or rates by age and sex.

    `if_missing` is what an area without a figure counts for; without it such an area is an error.
    """

    column: str | None = None
    """A column of the areas' file [cases/year]."""
    per_inhabitant: Annotated[float, Field(ge=0)] | None = None
    """Cases per inhabitant and year, alike everywhere."""
    table: DemandTable | None = None
    """A table with cases per area."""
    rates: RateTable | None = None
    """Rates by age and sex, times the inhabitants of [population]."""
    if_missing: Annotated[float, Field(ge=0)] | None = None
    """What an area without a figure counts for; without it such an area is an error."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(v is not None for v in (self.column, self.per_inhabitant, self.table, self.rates)) != 1:
            raise ValueError("give exactly one of column, per_inhabitant, table and rates")
        return self


class CareType(Part):
    """A care type, its demand, and where it is offered: a column of the sites that says so, or a list of sites."""

    care_type_id: str
    """The id."""
    name: str | None = None
    """The name in English."""
    name_nl: str | None = None
    """The name in Dutch."""
    urgency: Literal["acute", "semi_acute", "planned"] | None = None
    """How soon it must be."""
    unit: str | None = None
    """What a case is: birth, admission, ..."""
    demand: Demand
    """How many cases arise where."""
    offered: str | list[str]
    """Where it is offered today: a column of the sites' file (true or ja), or a list of sites."""
    could_offer: str | list[str] | None = None
    """Where it could be offered too: likewise, or "everywhere"; nowhere else by default."""
    volume_today: str | None = None
    """A column of the sites' file: cases treated today [cases/year]."""
    capacity_per_year: str | None = None
    """A column of the sites' file [cases/year]."""
    external_cases_per_year: str | None = None
    """A column of the sites' file: cases from outside the data [cases/year]."""
    attraction: str | None = None
    """A column of the sites' file."""
    fixed_cost_eur_per_year: str | None = None
    """A column of the sites' file [EUR/year]."""
    variable_cost_eur_per_case: str | None = None
    """A column of the sites' file [EUR/case]."""
    revenue_eur_per_case: str | None = None
    """A column of the sites' file [EUR/case]."""
    opening_cost_eur: str | None = None
    """A column of the sites' file [EUR]."""
    closing_cost_eur: str | None = None
    """A column of the sites' file [EUR]."""


class Population(TableFile):
    """Inhabitants by age (and sex): a column per age band (`columns`, with a *), or a row each (`age`, `persons`)."""

    area_id: str | None = None
    """The column with the ids of the areas."""
    columns: list[str] = Field(default_factory=list)
    """Wide: the columns with inhabitants per age band, with * for any text: ["age_*"]."""
    age: str | None = None
    """Long: the column with ages."""
    sex: str | None = None
    """Long: the column with sexes."""
    persons: str | None = None
    """Long: the column with inhabitants [persons]."""

    @model_validator(mode="after")
    def _wide_or_long(self) -> Self:
        if bool(self.columns) == (self.age is not None and self.persons is not None):
            raise ValueError("give either columns (wide), or age and persons (long)")
        return self


class Forecast(TableFile):
    """Inhabitants by year and age of larger areas; their growth is that of each area inside (`area_key` says which)."""

    key: str
    """The column that names the area or the larger area."""
    area_key: str | None = None
    """The column of the areas' file that holds the key; area_id by default."""
    year: str
    """The column with years (2035, or 2035JJ00 as CBS writes)."""
    age: str
    """The column with ages."""
    sex: str | None = None
    """The column with sexes."""
    persons: str
    """The column with inhabitants [persons]."""
    base_year: int
    """The year of [population], from which the areas grow."""


class Period(Part):
    """A period; the demand from rates is that of the year in which it starts, where there is a forecast."""

    period_id: str
    """The id."""
    name: str | None = None
    """The name."""
    start: str
    """The first day, such as 2030-01-01."""
    years: float | None = None
    """How many years it counts for."""
