"""Outcomes in the store: written once with the end of their run, read many times."""

import hashlib
from typing import Any

from sqlalchemy import select, type_coerce, update
from sqlalchemy.orm import Session

from app import json_text
from app.errors import NotThereYet
from app.provenance import with_ledger
from app.store import audit, ledgers, webhooks
from app.store.answer_text import answer_text, text_of
from app.store.audit import Author
from app.store.claims import Claim, Ending, end
from app.store.columns import Moment, now
from app.store.tables import OutcomeText, Part, Run

WORKER = Author("worker", "this service")


def publish(session: Session, claim: Claim, ending: Ending, outcome: dict[str, Any]) -> bool:
    """Ends the run and keeps its outcome, together; False, and nothing kept, for a stale worker."""
    if not end(session, claim, ending, has_plan=bool(outcome.get("plan"))):
        return False
    kept = answer_text(claim.workspace_id, claim.run_id, outcome)
    session.add(kept)
    if session.get(Part, (claim.workspace_id, claim.run_id)) is None:
        told = {"outcome": ending.outcome, "stopped_by": ending.stopped_by, "outcome_sha256": kept.sha256}
        audit.record(session, WORKER, claim.workspace_id, "run.answer", claim.run_id, detail=told)
    return True


def reuse(session: Session, run: Run) -> bool:
    """Ends an accepted run with the stored answer to an equal question, where its workspace has one that is final.

    Final is an answer that was stopped by proof or by the gap; asked again, it would be found again.
    """
    if run.question_sha256 is None or not run.ready:
        return False
    equal = (
        select(Run, OutcomeText)
        .join(OutcomeText, (OutcomeText.workspace_id == Run.workspace_id) & (OutcomeText.run_id == Run.run_id))
        .where(
            Run.workspace_id == run.workspace_id, Run.question_sha256 == run.question_sha256, Run.run_id != run.run_id,
            Run.state == "successful", Run.stopped_by.in_(("proof", "gap")),
        )
        .order_by(Run.created_at, Run.run_id)
        .limit(1)
    )  # fmt: skip
    found = session.execute(equal).one_or_none()
    if found is None:
        return False
    first, text = found
    run.state, run.ready, run.outcome, run.stopped_by = first.state, False, first.outcome, first.stopped_by
    run.has_plan, run.reused_from = first.has_plan, first.reused_from or first.run_id
    session.flush()
    moment = type_coerce(now(), Moment())
    session.execute(
        update(Run).where(Run.workspace_id == run.workspace_id, Run.run_id == run.run_id).values(finished_at=moment)
    )
    session.add(OutcomeText(workspace_id=run.workspace_id, run_id=run.run_id, sha256=text.sha256, content=text.content))
    session.flush()
    session.refresh(run)
    webhooks.tell_of(session, run)
    return True


def outcome_text(session: Session, run: Run) -> tuple[bytes, str]:
    """The outcome as JSON text and its hash, with the ledger it was made under; NotThereYet while the run has none."""
    found = session.get(OutcomeText, (run.workspace_id, run.run_id))
    if found is None:
        raise NotThereYet(_why_not(run))
    text, under = text_of(found), ledgers.of_run(session, run)
    if under is None:
        return text, found.sha256
    outcome = json_text.parse_object(text, called="outcome")
    text = json_text.canonical(with_ledger(outcome, ledgers.told(under, outcome["scenario"])))
    return text, hashlib.sha256(text).hexdigest()


def _why_not(run: Run) -> str:
    if run.state in ("accepted", "running"):
        return f"The run is {run.state}; its outcome is not there yet."
    return f"The run {run.state} without an outcome. {run.reason or ''}".strip()
