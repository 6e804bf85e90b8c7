"""Comparisons as callers ask for and see them; in every list one value per plan, in the order of the run_ids."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.layers.frames import COMPARISON_KINDS
from app.store.tables import Comparison

MOST_PLANS = 12
Number = float | None
State = Literal["stays", "opens", "closes", "never"]
Verdict = Literal["gains", "loses", "same"]


class ComparisonRequest(BaseModel):
    """Which runs are laid side by side; the first is what the others are held against."""

    model_config = ConfigDict(extra="forbid")

    run_ids: Annotated[list[str], Field(min_length=2, max_length=MOST_PLANS)]
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class ComparisonLinks(BaseModel):
    """Where a comparison's parts are."""

    self: str
    layers: list[str]


class ComparisonAnswer(BaseModel):
    """A comparison in short."""

    id: str
    comparison_id: str
    name: str
    run_ids: list[str]
    created_at: datetime
    links: ComparisonLinks

    @classmethod
    def of(cls, comparison: Comparison, run_ids: Sequence[str], *, base: str) -> "ComparisonAnswer":
        """`base` is the address of the workspace."""
        own = comparison.comparison_id
        layers = [f"{base}/collections/comparison-{own}-{kind}" for kind in COMPARISON_KINDS]
        return cls(
            id=own,
            comparison_id=own,
            name=comparison.name,
            run_ids=list(run_ids),
            created_at=comparison.created_at,
            links=ComparisonLinks(self=f"{base}/comparisons/{own}", layers=layers),
        )


class ComparisonList(BaseModel):
    """The workspace's comparisons, newest first."""

    comparisons: list[ComparisonAnswer]


class ComparedPlan(BaseModel):
    """One of the plans."""

    run_id: str
    name: str
    outcome: str
    stopped_by: str
    opens: int = Field(description="Pairs of site and care type that open against today, over all periods.")
    closes: int
    norms_broken: int


class ComparedMeasure(BaseModel):
    """A measure of each plan; today's can differ where the scenarios' behaviours do."""

    measure: str
    unit: str | None
    today: list[Number]
    values: list[Number]


class ComparedSite(BaseModel):
    """What a site offers; only those that offer today or in one of the plans."""

    site_id: str
    name: str | None
    care_type_id: str
    period: str
    offered_today: bool
    states: list[State | None]
    volumes_today: list[Number] = Field(description="[cases/year]")
    volumes: list[Number] = Field(description="[cases/year]")
    norms: list[Number]
    margins: list[Number]


class ComparedNorm(BaseModel):
    """A norm's check in each plan."""

    rule: str | None
    kind: str
    subject: str | None
    care_type_id: str | None
    period: str | None
    future: str | None
    values: list[Number]
    limits: list[Number]
    margins: list[Number]
    holds: list[bool | None]


class ComparedMove(BaseModel):
    """Cases that go from one site to another, from today to each plan."""

    from_site_id: str
    to_site_id: str
    care_type_id: str
    period: str
    cases_per_year: list[Number]


class ComparedRegion(BaseModel):
    """Who gains and who loses: minutes are means over cases; closer and farther are against today."""

    region_kind: str
    region_id: str
    care_type_id: str
    period: str
    inhabitants: Number
    cases_per_year: Number
    minutes_today: list[Number]
    minutes: list[Number]
    minutes_difference: list[Number]
    inhabitants_beyond: list[Number] = Field(description="Beyond the access norm, where the scenario has one.")
    inhabitants_closer: list[Number]
    inhabitants_farther: list[Number]
    cases_closer: list[Number] = Field(description="[cases/year]")
    cases_farther: list[Number] = Field(description="[cases/year]")
    verdicts: list[Verdict | None]


class ComparedOrganisation(BaseModel):
    """An organisation's sites and cases."""

    organisation_id: str
    name: str | None
    care_type_id: str
    period: str
    sites_today: list[int | None]
    sites: list[int | None]
    cases_today: list[Number] = Field(description="[cases/year]")
    cases: list[Number] = Field(description="[cases/year]")
    cases_difference: list[Number] = Field(description="[cases/year]")


class SideBySide(ComparisonAnswer):
    """A comparison with everything side by side."""

    plans: list[ComparedPlan]
    measures: list[ComparedMeasure]
    sites: list[ComparedSite]
    norms: list[ComparedNorm]
    moves: list[ComparedMove]
    regions: list[ComparedRegion]
    organisations: list[ComparedOrganisation]
