"""The best plan found so far by a run at work: who offers what when; replaced by a better one, gone once the run has ended."""

from typing import Any

from sqlalchemy import ForeignKeyConstraint, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import json_text
from app.store.tables import Table

WORD_CHARACTERS = 16


class BestPlan(Table):
    """A run's best plan so far: rows of site, care type and period."""

    __tablename__ = "best_plans"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "run_id"], ["runs.workspace_id", "runs.run_id"], ondelete="CASCADE"),
    )

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(primary_key=True)
    offers: Mapped[list[Any]]


def word_of(offers: list[Any]) -> str:
    """What tells a plan from another: a part of the hash of who offers what when, and of nothing else."""
    return json_text.sha256(offers)[:WORD_CHARACTERS]


def keep(session: Session, workspace_id: str, run_id: str, offers: list[Any]) -> None:
    """Keeps a better plan in the place of the one before; the caller holds the run's row."""
    session.merge(BestPlan(workspace_id=workspace_id, run_id=run_id, offers=offers))
    session.flush()


def of(session: Session, workspace_id: str, run_id: str) -> BestPlan | None:
    """The best plan so far, or None where none was told, or the run has ended."""
    return session.get(BestPlan, (workspace_id, run_id))


def forget(session: Session, workspace_id: str, run_id: str) -> None:
    """The run has ended: what it found is in its outcome."""
    mine = (BestPlan.workspace_id == workspace_id) & (BestPlan.run_id == run_id)
    session.execute(delete(BestPlan).where(mine).execution_options(synchronize_session=False))
