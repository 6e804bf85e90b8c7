"""The scenario as a caller writes it (contract section 2), and what is wrong with it in words that name the place and the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter

from solver.behaviours import Behaviour
from solver.case import Limits
from solver.objectives import AnyObjective
from solver.questions import AnyQuestion
from solver.questions.optimise import Optimise
from solver.rules import AnyRule


class FromTable(BaseModel):
    """Takes the rules of one kind from the data's own table (norms, or interdependencies)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    rule: str
    taken_from: Literal["table"] = Field(alias="from")
    id: str = Field(default="", max_length=300)
    hardness: Literal["hard", "soft", "report"] = "hard"
    penalty_per_unit: float | None = Field(default=None, ge=0)
    periods: tuple[str, ...] = ()


def _kind_of_rule(given: Any) -> str:
    if isinstance(given, FromTable) or (isinstance(given, dict) and "from" in given):
        return "from_table"
    return "written"


WrittenRule = Annotated[
    Annotated[AnyRule, Tag("written")] | Annotated[FromTable, Tag("from_table")], Discriminator(_kind_of_rule)
]


class Scenario(BaseModel):
    """A scenario as a caller writes it (contract section 2)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(default="", max_length=300)
    description: str = Field(default="", max_length=10_000)
    care_types: tuple[str, ...] | None = Field(
        default=None, description="Care types the table decides about; all when left out."
    )
    periods: tuple[str, ...] | None = Field(
        default=None, description="Periods in time order; all of the data when left out."
    )
    behaviours: dict[str, Behaviour] = Field(default_factory=dict, description="Per care type, or * for all others.")
    rules: tuple[WrittenRule, ...] = ()
    objectives: tuple[AnyObjective, ...] = Field(
        default=(), description="In order of importance; travel_time when left out."
    )
    question: AnyQuestion = Field(default_factory=Optimise)
    limits: Limits = Field(default_factory=Limits)


FIXES = {
    "missing": "add the field",
    "extra_forbidden": "remove the field, or correct its name",
    "union_tag_invalid": "use one of the kinds in GET /v1/catalogue",
    "union_tag_not_found": "say which kind it is",
}


def problem_of(detail: Mapping[str, Any]) -> dict[str, str]:
    """A problem that validation found, as the caller hears it."""
    where = ""
    for part in detail["loc"]:
        if isinstance(part, int):
            where += f"[{part}]"
        elif part not in ("written", "from_table") and part not in _KINDS:
            where += f".{part}" if where else str(part)
    fix = FIXES.get(detail["type"], "correct the value as the message says")
    return {"where": where or "scenario", "problem": str(detail["msg"]), "fix": fix}


_FAMILIES: tuple[Any, ...] = (AnyRule, AnyObjective, Behaviour, AnyQuestion)
_KINDS = {
    kind
    for family in _FAMILIES
    for kind in TypeAdapter[Any](family).json_schema().get("discriminator", {}).get("mapping", {})
}
