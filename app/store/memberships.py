"""Memberships in the store: which person has which roles in which workspace."""

from collections import defaultdict

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.account_tables import Membership


def add(session: Session, workspace_id: str, *, person: str, role: str) -> None:
    """Gives a person a role; giving it twice changes nothing."""
    if session.get(Membership, (workspace_id, person, role)) is None:
        session.add(Membership(workspace_id=workspace_id, person=person, role=role))
        session.flush()


def remove(session: Session, workspace_id: str, *, person: str) -> None:
    """Takes all roles of a person in this workspace; raises NotFound when there is none."""
    mine = (Membership.workspace_id == workspace_id) & (Membership.person == person)
    if not session.scalars(select(Membership).where(mine)).all():
        raise NotFound("There is no such member in this workspace.")
    session.execute(delete(Membership).where(mine))


def members(session: Session, workspace_id: str) -> list[Membership]:
    """Everybody in the workspace, by person and role."""
    mine = select(Membership).where(Membership.workspace_id == workspace_id)
    return list(session.scalars(mine.order_by(Membership.person, Membership.role)))


def roles_of(session: Session, person: str) -> dict[str, frozenset[str]]:
    """A person's roles by workspace; the session is for every workspace."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in session.scalars(select(Membership).where(Membership.person == person)):
        found[row.workspace_id].add(row.role)
    return {workspace_id: frozenset(roles) for workspace_id, roles in found.items()}
