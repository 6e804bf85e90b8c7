"""Outcomes in the store: written once with the end of their run, read many times."""

import hashlib
import zlib
from typing import Any

from sqlalchemy.orm import Session

from app import json_text
from app.errors import NotThereYet
from app.store.claims import Claim, Ending, end
from app.store.datasets import DamagedContentError
from app.store.tables import OutcomeText, Run


def publish(session: Session, claim: Claim, ending: Ending, outcome: dict[str, Any]) -> bool:
    """Ends the run and keeps its outcome, together; False, and nothing kept, for a stale worker."""
    if not end(session, claim, ending, has_plan=bool(outcome.get("plan"))):
        return False
    text = json_text.canonical(outcome)
    session.add(
        OutcomeText(
            workspace_id=claim.workspace_id,
            run_id=claim.run_id,
            sha256=hashlib.sha256(text).hexdigest(),
            content=zlib.compress(text, 6),
        )
    )
    return True


def outcome_text(session: Session, run: Run) -> tuple[bytes, str]:
    """The outcome as JSON text and its hash; NotThereYet while the run has none."""
    found = session.get(OutcomeText, (run.workspace_id, run.run_id))
    if found is None:
        raise NotThereYet(_why_not(run))
    text = zlib.decompress(found.content)
    if hashlib.sha256(text).hexdigest() != found.sha256:
        raise DamagedContentError(f"The stored outcome of run {run.run_id} does not have its hash.")
    return text, found.sha256


def _why_not(run: Run) -> str:
    if run.state in ("accepted", "running"):
        return f"The run is {run.state}; its outcome is not there yet."
    return f"The run {run.state} without an outcome. {run.reason or ''}".strip()
