"""Comparisons in the store: which runs are laid side by side, in which order."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.ids import new_id
from app.store.tables import Comparison, ComparisonRun, Run


def add(session: Session, workspace_id: str, *, name: str, run_ids: Sequence[str]) -> Comparison:
    """Keeps a comparison of these runs of the workspace, the first of them the one the others are held against."""
    made = Comparison(workspace_id=workspace_id, comparison_id=new_id(), name=name)
    session.add(made)
    session.flush()
    session.add_all(
        ComparisonRun(workspace_id=workspace_id, comparison_id=made.comparison_id, position=position, run_id=run_id)
        for position, run_id in enumerate(run_ids)
    )
    session.flush()
    return made


def comparison(session: Session, workspace_id: str, comparison_id: str) -> Comparison:
    """The comparison, or NotFound."""
    found = session.get(Comparison, (workspace_id, comparison_id))
    if found is None:
        raise NotFound("There is no such comparison in this workspace.")
    return found


def comparisons(session: Session, workspace_id: str) -> list[Comparison]:
    """The workspace's comparisons, newest first."""
    mine = select(Comparison).where(Comparison.workspace_id == workspace_id)
    return list(session.scalars(mine.order_by(Comparison.created_at.desc(), Comparison.comparison_id)))


def runs_of(session: Session, comparison: Comparison) -> list[Run]:
    """The runs laid side by side, in order."""
    same = (ComparisonRun.workspace_id == Run.workspace_id) & (ComparisonRun.run_id == Run.run_id)
    mine = (ComparisonRun.workspace_id == comparison.workspace_id) & (
        ComparisonRun.comparison_id == comparison.comparison_id
    )
    return list(session.scalars(select(Run).join(ComparisonRun, same).where(mine).order_by(ComparisonRun.position)))


def holding(session: Session, run: Run) -> list[str]:
    """The comparisons that hold the run."""
    mine = (ComparisonRun.workspace_id == run.workspace_id) & (ComparisonRun.run_id == run.run_id)
    return list(session.scalars(select(ComparisonRun.comparison_id).where(mine).order_by(ComparisonRun.comparison_id)))


def remove(session: Session, comparison: Comparison) -> None:
    """Removes a comparison; its runs stay."""
    for table in (ComparisonRun, Comparison):
        mine = (table.workspace_id == comparison.workspace_id) & (table.comparison_id == comparison.comparison_id)
        session.execute(delete(table).where(mine))
