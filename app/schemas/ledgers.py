"""Criteria ledgers as callers draft and see them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.store.ledger_tables import Ledger


class Criterion(BaseModel):
    """One thing that is weighed: whose it is, why, and the norm that states it, with its source."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=100)
    criterion: str = Field(min_length=1, description="In words that the care table agreed on.")
    reason: str = Field(min_length=1, description="Why it counts.")
    party: str = Field(min_length=1, description="Who brought it in.")
    source: str = Field(min_length=1, description="Where the norm or the reason can be read.")
    rule: dict[str, Any] | None = Field(None, description="The norm as a scenario's rule; none: weighed without one.")


class LedgerRequest(BaseModel):
    """A criteria ledger as a care table writes it."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    criteria: list[Criterion] = Field(min_length=1)
    objectives: list[dict[str, Any]] | None = Field(None, description="What plans are ranked by, in order.")


class LedgerAnswer(BaseModel):
    """A criteria ledger; locked, it never changes, and its hash says so."""

    id: str
    ledger_id: str
    name: str
    criteria: list[Criterion]
    objectives: list[dict[str, Any]] | None
    sha256: str
    locked_at: datetime | None
    runs_before: int | None = Field(description="Runs in the workspace when it was locked; 0: before any result.")
    created_at: datetime

    @classmethod
    def of(cls, ledger: Ledger) -> "LedgerAnswer":
        written = LedgerRequest.model_validate(ledger.written)
        return cls(
            id=ledger.ledger_id, ledger_id=ledger.ledger_id, name=ledger.name, criteria=written.criteria,
            objectives=written.objectives, sha256=ledger.sha256, locked_at=ledger.locked_at,
            runs_before=ledger.runs_before, created_at=ledger.created_at,
        )  # fmt: skip


class LedgerList(BaseModel):
    """The workspace's ledgers, newest first."""

    ledgers: list[LedgerAnswer]
    in_force: str | None = Field(description="The ledger that new runs are accepted under.")
