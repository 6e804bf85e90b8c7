"""What a check of today's landscape tells, as callers see it."""

from typing import Any

from pydantic import BaseModel, Field


class CheckAnswer(BaseModel):
    """Today's landscape under a scenario's norms; nothing is stored."""

    norms: list[dict[str, Any]] | None = Field(
        description="Rows as in an outcome; null where a care type is steered, for then a run must tell."
    )
    measures: dict[str, Any] | None = Field(description="name -> {value, unit, per_period}; null likewise.")
    warnings: list[str]
    assumed: list[str]
