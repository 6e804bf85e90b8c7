"""Runs in the store, as a caller sees them: asked, followed, stopped, removed."""

from typing import Any

from sqlalchemy import delete, func, select, type_coerce, update
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound, TooMany
from app.store import comparisons, parts, webhooks
from app.store.claims import Claim
from app.store.columns import Moment, now
from app.store.ids import new_id
from app.store.parts import ENDED
from app.store.tables import Dataset, OutcomeText, Part, Run, Scenario, Step


def add(
    session: Session,
    workspace_id: str,
    *,
    scenario_id: str,
    asked: dict[str, Any],
    size: str = "small",
    question_sha256: str | None = None,
) -> Run:
    """A new run, accepted; `asked` is the scenario with the question and the limits of this run."""
    made = Run(
        workspace_id=workspace_id, run_id=new_id(), scenario_id=scenario_id, asked=asked, state="accepted", size=size,
        question_sha256=question_sha256,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def demand_room(session: Session, workspace_id: str, *, most: int) -> None:
    """Raises TooMany when the workspace has more runs that have not ended, a new one included; parts do not count."""
    open_runs = (
        select(func.count())
        .select_from(Run)
        .where(Run.workspace_id == workspace_id, Run.state.in_(("accepted", "running")))
    )
    if (session.scalar(open_runs.where(~parts.is_part())) or 0) > most:
        raise TooMany(
            f"The workspace has {most} runs that have not ended, and may have no more; wait for one, or stop one."
        )


def run(session: Session, workspace_id: str, run_id: str) -> Run:
    """The run, or NotFound; a part of a run is not to be had by itself."""
    found = session.get(Run, (workspace_id, run_id))
    if found is None or parts.part(session, found) is not None:
        raise NotFound("There is no such run in this workspace.")
    return found


def held(session: Session, claim: Claim) -> Run:
    """The run that a worker claimed, a part of a run too."""
    return session.get_one(Run, (claim.workspace_id, claim.run_id))


def runs(session: Session, workspace_id: str) -> list[Run]:
    """The workspace's runs, newest first."""
    mine = select(Run).where(Run.workspace_id == workspace_id, ~parts.is_part())
    return list(session.scalars(mine.order_by(Run.created_at.desc(), Run.run_id)))


def with_plans(session: Session, workspace_id: str) -> list[tuple[Run, str]]:
    """The workspace's runs that hold a plan, newest first, each with its dataset's id."""
    same = (Scenario.workspace_id == Run.workspace_id) & (Scenario.scenario_id == Run.scenario_id)
    mine = select(Run, Scenario.dataset_id).join(Scenario, same)
    mine = mine.where(Run.workspace_id == workspace_id, Run.has_plan, ~parts.is_part())
    return [(run, dataset_id) for run, dataset_id in session.execute(mine.order_by(Run.created_at.desc(), Run.run_id))]


def scenario_of(session: Session, run: Run) -> Scenario:
    """The scenario that the run asks about."""
    return session.get_one(Scenario, (run.workspace_id, run.scenario_id))


def dataset_of(session: Session, run: Run) -> Dataset:
    """The dataset that the run's scenario is about."""
    return session.get_one(Dataset, (run.workspace_id, scenario_of(session, run).dataset_id))


def request_stop(session: Session, run: Run) -> None:
    """Stops a run: one not yet begun is dismissed, one at work keeps its best plan; an ended one is left as it is."""
    waited = run.state == "accepted"
    parts.request_stop(session, run.workspace_id, run.run_id)
    mine = (Run.workspace_id == run.workspace_id) & (Run.run_id == run.run_id)
    not_begun = update(Run).where(mine, Run.state == "accepted")
    session.execute(
        not_begun.values(
            state="dismissed", ready=False, outcome="no_plan_found", stopped_by="cancel", stop_requested=True,
            finished_at=type_coerce(now(), Moment()), reason="Stopped before it began.",
        )
    )  # fmt: skip
    session.execute(update(Run).where(mine, Run.state == "running").values(stop_requested=True))
    session.refresh(run)
    if waited and run.state == "dismissed":
        webhooks.tell_of(session, run)


def remove(session: Session, run: Run) -> None:
    """Removes an ended run with its trace and outcome; Conflict while it is not ended, or is part of a comparison."""
    if run.state not in ENDED:
        raise Conflict(f"The run is {run.state}; stop it first with POST .../cancellation.")
    if holders := comparisons.holding(session, run):
        raise Conflict(f"The run is part of comparison {', '.join(holders)}; remove that first.")
    for one in (*(each for _, each in parts.of(session, run.workspace_id, run.run_id)), run):
        for table in (Part, Step, OutcomeText, Run):
            session.execute(delete(table).where(table.workspace_id == one.workspace_id, table.run_id == one.run_id))
