"""The tables of who may enter a workspace, and of what was done in it; keyed like all others by the workspace."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Double, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.tables import Table, created

ROLES = ("reader", "planner", "manager", "auditor")


class Key(Table):
    """An API key of a workspace, as a hash; the key itself is shown once and kept nowhere."""

    __tablename__ = "keys"
    __table_args__ = (CheckConstraint(f"role in {ROLES}", name="role"), UniqueConstraint("key_id"))

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    key_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    secret_sha256: Mapped[str]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = created()


class Membership(Table):
    """A role of a person, as the identity provider names them, in a workspace."""

    __tablename__ = "memberships"
    __table_args__ = (CheckConstraint(f"role in {ROLES}", name="role"), Index(None, "person"))

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = created()


class LoginSession(Table):
    """The session of a person who signed in with a browser, as the hash of its cookie; it belongs to no workspace."""

    __tablename__ = "login_sessions"

    secret_sha256: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = created()


class Grant(Table):
    """That another workspace may see a run's outcome and layers, as the disclosure rule leaves them, until a moment."""

    __tablename__ = "grants"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "run_id"], ["runs.workspace_id", "runs.run_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["to_workspace_id"], ["workspaces.workspace_id"], name="fk_grants_to_workspace"),
        Index(None, "to_workspace_id"),
    )

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    grant_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str]
    to_workspace_id: Mapped[str]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = created()


class AuditLine(Table):
    """One act in a workspace: who did what to what, whence, when; chained by hash to the line before, never changed."""

    __tablename__ = "audit_lines"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[float] = mapped_column(Double())
    actor: Mapped[str]
    on_behalf_of: Mapped[str | None]
    origin: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    result: Mapped[str]
    detail: Mapped[dict[str, Any] | None]
    before_sha256: Mapped[str]
    sha256: Mapped[str]


class AuditHead(Table):
    """The last line of a workspace's audit log: where the next one is chained, and what tells that the end was cut off."""

    __tablename__ = "audit_heads"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    number: Mapped[int]
    sha256: Mapped[str]
