"""Webhooks in the store: kept, told of ended runs in the transaction that ends them, tried again later and later."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Double, delete, select, type_coerce, update
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.store.columns import Moment, now
from app.store.ids import new_id
from app.store.tables import Run
from app.store.webhook_tables import Delivery, Webhook

FIRST_WAIT_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 3600.0
MOST_TRIES = 20
UNDER_WAY_SECONDS = 60.0
"""So long one messenger has for a delivery before another may try it."""


@dataclass(frozen=True)
class Due:
    """A delivery that a messenger is to try now."""

    workspace_id: str
    delivery_id: str
    url: str
    secret: str
    body: dict[str, Any]
    tries: int


def add(session: Session, workspace_id: str, *, url: str, secret: str) -> Webhook:
    """A new webhook."""
    made = Webhook(workspace_id=workspace_id, webhook_id=new_id(), url=url, secret=secret)
    session.add(made)
    session.flush()
    return made


def webhooks(session: Session, workspace_id: str) -> list[Webhook]:
    """The workspace's webhooks, oldest first."""
    mine = select(Webhook).where(Webhook.workspace_id == workspace_id)
    return list(session.scalars(mine.order_by(Webhook.created_at, Webhook.webhook_id)))


def remove(session: Session, workspace_id: str, webhook_id: str) -> None:
    """Removes a webhook with what it has yet to be told; raises NotFound."""
    if session.get(Webhook, (workspace_id, webhook_id)) is None:
        raise NotFound("There is no such webhook in this workspace.")
    for table in (Delivery, Webhook):
        session.execute(delete(table).where(table.workspace_id == workspace_id, table.webhook_id == webhook_id))


def tell_of(session: Session, run: Run) -> None:
    """Lets every webhook of the workspace be told that a run has ended."""
    body = {
        "event": "run.ended", "workspace_id": run.workspace_id, "run_id": run.run_id, "state": run.state,
        "outcome": run.outcome, "stopped_by": run.stopped_by,
    }  # fmt: skip
    for webhook in webhooks(session, run.workspace_id):
        session.add(
            Delivery(
                workspace_id=run.workspace_id, delivery_id=new_id(), webhook_id=webhook.webhook_id, body=body,
                due_at=type_coerce(now(), Moment()),
            )
        )  # fmt: skip
    session.flush()


def take_due(session: Session) -> Due | None:
    """A delivery whose time has come, which is then this messenger's for a while, or None."""
    first = (
        select(Delivery)
        .where(type_coerce(Delivery.due_at, Double()) <= now())
        .order_by(Delivery.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(first).one_or_none()
    if found is None:
        return None
    later = type_coerce(now() + UNDER_WAY_SECONDS, Moment())
    session.execute(update(Delivery).where(*_it(found.workspace_id, found.delivery_id)).values(due_at=later))
    webhook = session.get_one(Webhook, (found.workspace_id, found.webhook_id))
    return Due(found.workspace_id, found.delivery_id, webhook.url, webhook.secret, found.body, found.tries)


def delivered(session: Session, due: Due) -> None:
    """It was taken in over there."""
    moment = type_coerce(now(), Moment())
    done = {"due_at": None, "delivered_at": moment, "tries": due.tries + 1, "trouble": None}
    session.execute(update(Delivery).where(*_it(due.workspace_id, due.delivery_id)).values(**done))


def failed(session: Session, due: Due, trouble: str) -> None:
    """It was not; tried again after twice the time, in the end no more."""
    tries = due.tries + 1
    wait = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0**due.tries)
    due_at = type_coerce(now() + wait, Moment()) if tries < MOST_TRIES else None
    again = {"due_at": due_at, "tries": tries, "trouble": trouble}
    session.execute(update(Delivery).where(*_it(due.workspace_id, due.delivery_id)).values(**again))


def _it(workspace_id: str, delivery_id: str) -> tuple[Any, ...]:
    return Delivery.workspace_id == workspace_id, Delivery.delivery_id == delivery_id
