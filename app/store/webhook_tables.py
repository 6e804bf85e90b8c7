"""The tables of webhooks: where a workspace wants to be told, and what it has yet to be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.store.tables import Table, created


class Webhook(Table):
    """An address that is told when a run of the workspace has ended, signed with a secret of its own."""

    __tablename__ = "webhooks"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    created_at: Mapped[datetime] = created()


class Delivery(Table):
    """One thing to be told at one address, until it is delivered or given up."""

    __tablename__ = "deliveries"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "webhook_id"], ["webhooks.workspace_id", "webhooks.webhook_id"]),
        Index(None, "due_at"),
    )

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(primary_key=True)
    webhook_id: Mapped[str]
    body: Mapped[dict[str, Any]]
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    """When to try next; empty once it is delivered or given up."""
    delivered_at: Mapped[datetime | None]
    trouble: Mapped[str | None]
    """What went wrong in the last try."""
    created_at: Mapped[datetime] = created()
