"""Scenarios in the store: immutable, each with its hash and perhaps a parent."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import json_text
from app.errors import NotFound
from app.store.ids import new_id
from app.store.tables import Scenario


def add(
    session: Session,
    workspace_id: str,
    *,
    dataset_id: str,
    written: dict[str, Any],
    parent_id: str | None = None,
    patch: list[Any] | None = None,
) -> Scenario:
    """Keeps a scenario as it was written (patched, when it has a parent); it has been validated before."""
    made = Scenario(
        workspace_id=workspace_id,
        scenario_id=new_id(),
        dataset_id=dataset_id,
        parent_id=parent_id,
        name=str(written.get("name") or "scenario"),
        written=written,
        patch=patch,
        sha256=json_text.sha256(written),
    )
    session.add(made)
    session.flush()
    return made


def scenario(session: Session, workspace_id: str, scenario_id: str) -> Scenario:
    """The scenario, or NotFound."""
    found = session.get(Scenario, (workspace_id, scenario_id))
    if found is None:
        raise NotFound("There is no such scenario in this workspace.")
    return found


def scenarios(session: Session, workspace_id: str) -> list[Scenario]:
    """The workspace's scenarios, newest first."""
    mine = select(Scenario).where(Scenario.workspace_id == workspace_id)
    return list(session.scalars(mine.order_by(Scenario.created_at.desc(), Scenario.scenario_id)))
