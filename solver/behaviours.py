"""Behaviours: how the patients of a care type find their site."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Behaviour(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    mode: str = Field(default="car", description="Travel mode whose minutes count.")


class Steered(_Behaviour):
    """The planner assigns patients; flows may split unless undivided."""

    behaviour: Literal["steered"] = "steered"
    undivided: bool = Field(default=False, description="An area's patients of this care type all go to one site.")


class Nearest(_Behaviour):
    """Patients go to the nearest offering site; ties go to the smallest site_id by code point."""

    behaviour: Literal["nearest"] = "nearest"


class Choice(_Behaviour):
    """Patients spread over the offering sites: shares are proportional to attraction x exp(-weight_per_minute x minutes)."""

    behaviour: Literal["choice"] = "choice"
    weight_per_minute: float = Field(gt=0, description="How fast a site loses attraction with travel [1/minute].")
    attraction: str = Field(
        default="attraction", description="Column of site_care, else of sites; 1 where neither has it."
    )


class Observed(_Behaviour):
    """Patients keep today's shares; those of closed sites spread over the area's remaining sites."""

    behaviour: Literal["observed"] = "observed"


Behaviour = Annotated[Steered | Nearest | Choice | Observed, Field(discriminator="behaviour")]
