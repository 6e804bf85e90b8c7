"""What whoever a session reads for may see: everything, or what the disclosure rule leaves; told once, where the session is opened."""

from fastapi import Request
from sqlalchemy.orm import Session

WHOLE = "sees_all"
PUBLIC = "-public"


def see(session: Session, *, whole: bool) -> None:
    """Says what the session is for; one that nobody said it of (a worker's, an operator's) sees everything."""
    session.info[WHOLE] = whole


def sees_all(session: Session) -> bool:
    """Whether small counts may be told."""
    return bool(session.info.get(WHOLE, True))


def view(session: Session) -> str:
    """What tells the two kinds of answer apart wherever answers are kept."""
    return "" if sees_all(session) else PUBLIC


def answers_with(request: Request, *, whole: bool) -> None:
    """Says of a request what its answer may tell, so that the two kinds never share an ETag."""
    request.scope[WHOLE] = whole


def view_of(request: Request) -> str:
    """The same mark for the answer to a request."""
    return "" if request.scope.get(WHOLE, True) else PUBLIC
