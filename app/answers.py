"""A run's answer as whoever asks may see it: as it was found, or as the disclosure rule leaves it."""

import hashlib
from typing import Any

from sqlalchemy.orm import Session

from app import json_text
from app.disclosure.disclosed import disclosed_outcome, without_small
from app.disclosure.sight import sees_all
from app.errors import NotThereYet
from app.layouts import with_flows
from app.packages import package_of
from app.services import Services
from app.store import best_plans, outcomes, runs
from app.store.parts import ENDED
from app.store.tables import Run


def answer_text(services: Services, session: Session, run: Run, *, flows: bool = False) -> tuple[bytes, str]:
    """The outcome as JSON text and its hash, with all flows where they are asked for; NotThereYet while there is none.

    Flows are told to who sees everything; the others find what may be told of them in the layers.
    """
    if not sees_all(session):
        told = without_small(_without_flows(working_outcome(services, session, run)), threshold=_threshold(services))
        text = json_text.canonical(told)
        return text, hashlib.sha256(text).hexdigest()
    text, sha256 = outcomes.outcome_text(session, run)
    if flows:
        package = package_of(services, session, run.workspace_id, runs.scenario_of(session, run).dataset_id)
        text = json_text.canonical(with_flows(json_text.parse_object(text, called="outcome"), package))
    return text, sha256


def best_plan_of(session: Session, run: Run) -> tuple[str, list[dict[str, str]]]:
    """Who offers what when in the best plan so far, or in the plan a run ended with, and its word; NotThereYet without one.

    Decisions are told to whoever may see the run, as in its outcome.
    """
    names = ("site_id", "care_type_id", "period")
    if run.has_plan:
        outcome = json_text.parse_object(outcomes.outcome_text(session, run)[0], called="outcome")
        offers = outcome["plan"]["offers"]
        return best_plans.word_of([[offer[name] for name in names] for offer in offers]), offers
    kept = None if run.state in ENDED else best_plans.of(session, run.workspace_id, run.run_id)
    if kept is None:
        raise NotThereYet(f"The run is {run.state}; no plan of it is known.")
    return best_plans.word_of(kept.offers), [dict(zip(names, offer, strict=True)) for offer in kept.offers]


def working_outcome(services: Services, session: Session, run: Run) -> dict[str, Any]:
    """The outcome from which layers and comparisons are made: with numbers from coarse counts where those are told."""
    outcome = json_text.parse_object(outcomes.outcome_text(session, run)[0], called="outcome")
    if sees_all(session):
        return outcome
    package = package_of(services, session, run.workspace_id, runs.scenario_of(session, run).dataset_id)
    return disclosed_outcome(outcome, package, threshold=_threshold(services))


def _without_flows(outcome: dict[str, Any]) -> dict[str, Any]:
    """The outcome without the flows of its plan and of today's."""
    told, today = _thinned(outcome), outcome["baseline"]
    return {**told, "baseline": _thinned(today) if today else None}


def _thinned(holder: dict[str, Any]) -> dict[str, Any]:
    plan = holder["plan"]
    return {**holder, "plan": plan and {name: value for name, value in plan.items() if name != "flows"}}


def _threshold(services: Services) -> float:
    return services.settings.disclosure_threshold
