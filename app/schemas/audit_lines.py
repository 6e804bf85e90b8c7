"""Lines of the audit log as an auditor sees them."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field


class AuditLineAnswer(BaseModel):
    """One act: who did what to what, whence, when; chained to the line before it."""

    number: int
    at: float = Field(description="On the database's clock [seconds since 1970]; what the hash is taken of.")
    time: datetime = Field(description="The same moment, to read.")
    actor: str
    on_behalf_of: str | None
    origin: str
    action: str
    object: str
    result: str
    detail: dict[str, Any] | None
    before_sha256: str
    sha256: str

    @classmethod
    def of(cls, line: dict[str, Any]) -> "AuditLineAnswer":
        return cls(**line, time=datetime.fromtimestamp(line["at"], UTC))


class AuditLineList(BaseModel):
    """Part of an audit log, in order, and where the log ends now."""

    audit_lines: list[AuditLineAnswer]
    head_number: int
    head_sha256: str = Field(description="Note it elsewhere: `audit verify --noted` finds a log that was rewritten.")
