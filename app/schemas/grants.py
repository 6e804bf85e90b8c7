"""Grants as callers make and see them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.store.account_tables import Grant


class GrantRequest(BaseModel):
    """To whom a run is shown, and for how long."""

    model_config = ConfigDict(extra="forbid")

    to_workspace_id: str
    days: float = Field(gt=0, le=366, description="Days until it ends by itself.")


class GrantAnswer(BaseModel):
    """A run shown to another workspace; `outcome` and `layers` are where that workspace finds it."""

    id: str
    grant_id: str
    from_workspace_id: str
    to_workspace_id: str
    run_id: str
    expires_at: datetime
    revoked_at: datetime | None
    outcome: str
    layers: list[str]

    @classmethod
    def of(cls, grant: Grant, *, service: str, kinds: tuple[str, ...]) -> "GrantAnswer":
        own = f"{service}/workspaces/{grant.to_workspace_id}/shared/{grant.grant_id}"
        return cls(
            id=grant.grant_id, grant_id=grant.grant_id, from_workspace_id=grant.workspace_id,
            to_workspace_id=grant.to_workspace_id, run_id=grant.run_id, expires_at=grant.expires_at,
            revoked_at=grant.revoked_at, outcome=f"{own}/outcome", layers=[f"{own}/layers/{kind}" for kind in kinds],
        )  # fmt: skip


class GrantList(BaseModel):
    """Grants, oldest first."""

    grants: list[GrantAnswer]
