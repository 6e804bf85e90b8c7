"""A made-up region as callers ask for it and get it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.datasets import DatasetAnswer
from app.schemas.scenarios import ScenarioAnswer


class MadeUpRegionRequest(BaseModel):
    """Which region to make up."""

    model_config = ConfigDict(extra="forbid")

    size: Literal["small", "region"] = Field("small", description="4 or 14 sites.")
    seed: int = Field(1, ge=1, le=1_000_000, description="Another seed makes another region.")


class MadeUpRegionAnswer(BaseModel):
    """The dataset that holds the region, and a scenario to begin with."""

    dataset: DatasetAnswer
    scenario: ScenarioAnswer
