"""A dataset's summary as callers see it."""

from typing import Any

from pydantic import BaseModel, Field


class Totals(BaseModel):
    """How large the region is."""

    areas: int
    areas_in_region: int
    sites: int
    sites_in_region: int
    population: float | None = Field(description="Inhabitants of the region; null where an area's are not known.")


class DatasetSummary(BaseModel):
    """The rows of a dataset's small tables and totals of its large ones; blanks are null."""

    totals: Totals
    care_types: list[dict[str, Any]] = Field(
        description="The table's rows with cases_per_year, the demand of all areas, and sites_today, how many offer it."
    )
    sites: list[dict[str, Any]]
    site_care: list[dict[str, Any]]
    organisations: list[dict[str, Any]]
    periods: list[dict[str, Any]]
    futures: list[dict[str, Any]]
    norms: list[dict[str, Any]] = Field(description="Rows of the table norms, without their blanks.")
    interdependencies: list[dict[str, Any]]
    resources: list[dict[str, Any]]
    modes: list[str]
    travel_sources: list[str] = Field(description="The travel models that the minutes come from.")
    groups: list[str] = Field(description="Groups of inhabitants.")
    regions: list[dict[str, str]] = Field(description="region_id and region_kind of every named region.")
    groupings: list[str] = Field(description="Columns of the areas that put them in groups: gemeente, zorgkantoor.")
