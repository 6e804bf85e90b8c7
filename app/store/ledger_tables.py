"""The tables of criteria ledgers: what a care table agreed to weigh, and which runs were made under it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.tables import Table, created


class Ledger(Table):
    """A criteria ledger: a draft until it is locked, from then on unchanged and in force until a newer one is locked."""

    __tablename__ = "ledgers"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    ledger_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    written: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    runs_before: Mapped[int | None]
    locked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = created()


class RunLedger(Table):
    """The ledger under which a run was accepted."""

    __tablename__ = "run_ledgers"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "run_id"], ["runs.workspace_id", "runs.run_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["workspace_id", "ledger_id"], ["ledgers.workspace_id", "ledgers.ledger_id"]),
    )

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(primary_key=True)
    ledger_id: Mapped[str]
