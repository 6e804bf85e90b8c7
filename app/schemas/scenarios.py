"""Scenarios as callers write and see them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.store.tables import Scenario


class ScenarioRequest(BaseModel):
    """A scenario (contract section 2) over a dataset, or a parent's scenario with a patch."""

    model_config = ConfigDict(extra="allow")

    dataset_id: str | None = Field(None, description="The dataset it is about; the parent's by default.")
    parent_id: str | None = Field(None, description="The scenario that this one starts from.")
    patch: list[dict[str, Any]] | dict[str, Any] | None = Field(
        None, description="Changes to the parent: RFC 6902 operations, or a merge patch (RFC 7396)."
    )


class ScenarioAnswer(BaseModel):
    """An immutable scenario."""

    id: str
    scenario_id: str
    dataset_id: str
    parent_id: str | None
    patch: list[Any] | dict[str, Any] | None
    name: str
    sha256: str = Field(description="Hash of the scenario as written, patch applied.")
    scenario: dict[str, Any] = Field(description="The scenario as written, patch applied.")
    created_at: datetime

    @classmethod
    def of(cls, scenario: Scenario) -> "ScenarioAnswer":
        return cls(
            id=scenario.scenario_id,
            scenario_id=scenario.scenario_id,
            dataset_id=scenario.dataset_id,
            parent_id=scenario.parent_id,
            patch=scenario.patch,
            name=scenario.name,
            sha256=scenario.sha256,
            scenario=scenario.written,
            created_at=scenario.created_at,
        )


class ScenarioList(BaseModel):
    """The workspace's scenarios, newest first."""

    scenarios: list[ScenarioAnswer]
