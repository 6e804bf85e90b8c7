"""Who gains and who loses by one plan, as callers see it."""

from pydantic import BaseModel, Field

from app.schemas.comparisons import Number, Verdict


class RegionGains(BaseModel):
    """A region of areas, or the whole (`*`): minutes are means over cases, of a group over its inhabitants."""

    region_kind: str
    region_id: str
    care_type_id: str
    period: str
    inhabitants: Number = Field(description="Of the group, where one was named.")
    cases_per_year: Number = Field(description="Null for a group, whose cases nobody knows.")
    minutes_today: Number
    minutes: Number
    minutes_difference: Number
    inhabitants_beyond: Number = Field(description="Beyond the access norm, where the scenario has one.")
    inhabitants_closer: Number
    inhabitants_farther: Number
    cases_closer: Number = Field(description="[cases/year]")
    cases_farther: Number = Field(description="[cases/year]")
    verdict: Verdict | None


class OrganisationGains(BaseModel):
    """An organisation's sites and cases of the care type, or of all care types together (`*`)."""

    organisation_id: str
    name: str | None
    care_type_id: str
    period: str
    sites_today: int | None = Field(description="Pairs of site and care type that are offered.")
    sites: int | None
    cases_today: Number = Field(description="[cases/year]")
    cases: Number = Field(description="[cases/year]")
    cases_difference: Number = Field(description="[cases/year]")


class GainsAndLosses(BaseModel):
    """A plan beside today, for one care type and period."""

    care_type_id: str
    period: str
    group: str | None
    whole: RegionGains | None
    regions: list[RegionGains]
    organisations: list[OrganisationGains]
