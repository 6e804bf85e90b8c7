"""Runs as callers start, follow and see them: the state of the run beside what it holds and why it stopped."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.layers.frames import RUN_KINDS
from app.store.tables import Run, Step

State = Literal["accepted", "running", "successful", "failed", "dismissed"]
Held = Literal["optimal", "feasible", "infeasible", "no_plan_found"]
StoppedBy = Literal["proof", "gap", "time_limit", "cancel", "memory", "error"]


class RunRequest(BaseModel):
    """One question about a scenario; question and limits take the place of the scenario's own."""

    model_config = ConfigDict(extra="forbid")

    scenario_id: str
    question: dict[str, Any] | None = Field(None, description="Contract section 2, Questions; default the scenario's.")
    limits: dict[str, Any] | None = Field(
        None, description="seconds, relative_gap, workers, seed; default the scenario's."
    )


class ProgressAnswer(BaseModel):
    """How far a run is: the first objective still open, its best value and bound, in its unit."""

    phase: str
    seconds: float = Field(description="Since the question was asked [s].")
    value: float | None = None
    bound: float | None = None
    gap: float | None = None
    note: str = ""
    best_plan: str | None = Field(None, description="Another word for each better plan, which is at `.../best-plan`.")


class PlannedOffer(BaseModel):
    """That a site offers a care type in a period."""

    site_id: str
    care_type_id: str
    period: str


class BestPlanAnswer(BaseModel):
    """Who offers what when in the best plan found so far; `final` once the run has ended with it."""

    run_id: str
    best_plan: str
    final: bool
    offers: list[PlannedOffer]


class Links(BaseModel):
    """Where a run's parts are."""

    self: str
    events: str
    outcome: str
    cancellation: str
    layers: list[str] = Field(description="The run's collections of map features, once it holds a plan.")


class RunAnswer(BaseModel):
    """A run: `state` says where it stands; `outcome` what it holds and `stopped_by` why it ended, once it has."""

    id: str
    run_id: str
    scenario_id: str
    name: str = Field(description="The scenario's name.")
    question: str
    state: State
    phase: str | None = Field(
        description="validating, building, solving, explaining, auditing or publishing, while running."
    )
    progress: ProgressAnswer | None
    outcome: Held | None
    stopped_by: StoppedBy | None
    reason: str | None
    has_plan: bool = Field(description="Whether there are a plan and its layers to look at.")
    stop_requested: bool
    attempt: int
    trouble: str | None = Field(description="What ended the last try, when its worker or solver died.")
    queue: Literal["small", "big"] = Field(
        description="By the size of the model; a big solve does not block small ones."
    )
    reused_from: str | None = Field(description="The run of an equal question whose stored answer this is.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    links: Links

    @classmethod
    def of(cls, run: Run, *, base: str, whole: bool = True) -> "RunAnswer":
        """`base` is the address of the workspace; without `whole` no number is told that comes from small counts."""
        return cls.model_validate(_fields(run, base, whole))


class RunWithTrace(RunAnswer):
    """A run with the story of its solve so far."""

    trace: list[ProgressAnswer]

    @classmethod
    def with_trace(cls, run: Run, steps: Sequence[Step], *, base: str, whole: bool = True) -> "RunWithTrace":
        """Like `of`, with the steps of its solve."""
        return cls.model_validate(
            {
                **_fields(run, base, whole),
                "trace": [told_progress(step.progress, whole) for step in steps],
            }
        )


class RunList(BaseModel):
    """The workspace's runs, newest first."""

    runs: list[RunAnswer]


def told_progress(progress: dict[str, Any], whole: bool) -> dict[str, Any]:
    """A step of a solve; its values and bound, to the last digit, are for who sees everything."""
    return progress if whole else {**progress, "value": None, "bound": None, "note": ""}


def _fields(run: Run, base: str, whole: bool) -> dict[str, Any]:
    own = f"{base}/runs/{run.run_id}"
    layers = [f"{base}/collections/run-{run.run_id}-{kind}" for kind in RUN_KINDS]
    question = run.asked.get("question")
    return {
        "id": run.run_id,
        "run_id": run.run_id,
        "scenario_id": run.scenario_id,
        "name": str(run.asked.get("name") or "scenario"),
        "question": str(question.get("question", "optimise")) if isinstance(question, dict) else "optimise",
        "state": run.state,
        "phase": run.phase,
        "progress": None if run.progress is None else told_progress(run.progress, whole),
        "outcome": run.outcome,
        "stopped_by": run.stopped_by,
        "reason": run.reason if whole or run.state != "failed" else "It failed; planners see why.",
        "has_plan": run.has_plan,
        "stop_requested": run.stop_requested,
        "attempt": run.attempt,
        "trouble": run.trouble,
        "queue": run.size,
        "reused_from": run.reused_from,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "links": {
            "self": own,
            "events": f"{own}/events",
            "outcome": f"{own}/outcome",
            "cancellation": f"{own}/cancellation",
            "layers": layers if run.has_plan else [],
        },
    }
