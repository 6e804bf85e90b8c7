"""The audit log in the store: a line is added in the transaction of the act that it tells, and never changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.record.audit_chain import EMPTY, TOLD, Head, first_break, link
from app.store.account_tables import AuditHead, AuditLine
from app.store.columns import now

DONE, REFUSED = "done", "refused"
CHUNK = 1000


@dataclass(frozen=True)
class Author:
    """Who acts: by what name, for whom if for another, and whence."""

    name: str
    origin: str
    on_behalf_of: str | None = None


def begin(session: Session, workspace_id: str) -> None:
    """An empty log for a new workspace."""
    session.add(AuditHead(workspace_id=workspace_id, number=EMPTY.number, sha256=EMPTY.sha256))
    session.flush()


def record(
    session: Session,
    author: Author,
    workspace_id: str,
    action: str,
    thing: str,
    *,
    result: str = DONE,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Adds a line: `action` is a noun and a verb (`run.start`), `thing` what it was done to. Time is the database's."""
    session.flush()
    mine = AuditHead.workspace_id == workspace_id
    head = session.execute(select(AuditHead.number, AuditHead.sha256).where(mine).with_for_update()).one()
    line: dict[str, Any] = {
        "workspace_id": workspace_id, "number": head.number + 1, "at": session.execute(select(now())).scalar_one(),
        "actor": author.name, "on_behalf_of": author.on_behalf_of, "origin": author.origin, "action": action,
        "object": thing, "result": result, "detail": None if detail is None else dict(detail),
    }  # fmt: skip
    sha256 = link(line, head.sha256)
    session.add(AuditLine(**line, before_sha256=head.sha256, sha256=sha256))
    session.flush()
    session.execute(
        update(AuditHead)
        .where(mine)
        .values(number=line["number"], sha256=sha256)
        .execution_options(synchronize_session=False)
    )


def lines(session: Session, workspace_id: str, *, after: int = 0, most: int = CHUNK) -> list[dict[str, Any]]:
    """At most so many lines behind line `after`, in order, as they are hashed."""
    columns = [AuditLine.__table__.c[name] for name in (*TOLD, "before_sha256", "sha256")]
    mine = select(*columns).where(AuditLine.workspace_id == workspace_id, AuditLine.number > after)
    return [dict(row) for row in session.execute(mine.order_by(AuditLine.number).limit(most)).mappings()]


def every_line(session: Session, workspace_id: str) -> Iterator[dict[str, Any]]:
    """Every line of a log, in order."""
    last = -1
    while chunk := lines(session, workspace_id, after=last):
        yield from chunk
        last = chunk[-1]["number"]


def head(session: Session, workspace_id: str) -> Head | None:
    """Where the log says that it ends."""
    mine = select(AuditHead.number, AuditHead.sha256).where(AuditHead.workspace_id == workspace_id)
    found = session.execute(mine).one_or_none()
    return None if found is None else Head(found.number, found.sha256)


def broken(session: Session, workspace_id: str, noted: tuple[Head, ...] = ()) -> str | None:
    """What is wrong at the first line that breaks the chain, or None."""
    return first_break(every_line(session, workspace_id), head(session, workspace_id), noted)
