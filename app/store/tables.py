"""The tables: every row below a workspace carries its id in its key, so no row can point into another workspace."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    type_coerce,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.store.columns import Moment, now

STATES = ("accepted", "running", "successful", "failed", "dismissed")
OUTCOMES = ("optimal", "feasible", "infeasible", "no_plan_found")
REASONS_TO_STOP = ("proof", "gap", "time_limit", "cancel", "memory", "error")
SIZES = ("small", "big")


class Table(DeclarativeBase):
    """The base of every table; constraint names are spelled out so that both databases agree on them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        str: Text(),
        datetime: Moment(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        bytes: LargeBinary(),
    }


def created() -> Mapped[datetime]:
    """The moment a row was made, on the database's clock."""
    return mapped_column(Moment(), insert_default=type_coerce(now(), Moment()), sort_order=50)


class Workspace(Table):
    """A care table's own; everything else belongs to one."""

    __tablename__ = "workspaces"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    created_at: Mapped[datetime] = created()


class Blob(Table):
    """The bytes of a dataset, addressed by their hash."""

    __tablename__ = "blobs"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class Dataset(Table):
    """One immutable, numbered, hashed snapshot of a region's data."""

    __tablename__ = "datasets"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "blob_sha256"], ["blobs.workspace_id", "blobs.sha256"]),
        UniqueConstraint("workspace_id", "number"),
    )

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    dataset_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    name: Mapped[str]
    title: Mapped[str | None]
    reference_date: Mapped[str | None]
    sha256: Mapped[str]
    blob_sha256: Mapped[str]
    counts: Mapped[dict[str, Any]]
    warnings: Mapped[list[Any]]
    box: Mapped[list[Any] | None]
    created_at: Mapped[datetime] = created()


class Scenario(Table):
    """One immutable question-ready set of rules, objectives and behaviours over a dataset."""

    __tablename__ = "scenarios"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "dataset_id"], ["datasets.workspace_id", "datasets.dataset_id"]),
        ForeignKeyConstraint(
            ["workspace_id", "parent_id"],
            ["scenarios.workspace_id", "scenarios.scenario_id"],
            name="fk_scenarios_parent",
        ),
    )

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    scenario_id: Mapped[str] = mapped_column(primary_key=True)
    dataset_id: Mapped[str]
    parent_id: Mapped[str | None]
    name: Mapped[str]
    written: Mapped[dict[str, Any]]
    patch: Mapped[list[Any] | None]
    sha256: Mapped[str]
    created_at: Mapped[datetime] = created()


class Run(Table):
    """One question about one scenario: where it stands, who works on it, how it ended."""

    __tablename__ = "runs"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "scenario_id"], ["scenarios.workspace_id", "scenarios.scenario_id"]),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
        CheckConstraint(f"stopped_by in {REASONS_TO_STOP}", name="stopped_by"),
        Index(None, "state", "created_at"),
        Index(None, "ready", "size"),
        Index(None, "workspace_id", "question_sha256"),
    )

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    run_id: Mapped[str] = mapped_column(primary_key=True)
    scenario_id: Mapped[str]
    asked: Mapped[dict[str, Any]]
    state: Mapped[str]
    phase: Mapped[str | None]
    progress: Mapped[dict[str, Any] | None]
    outcome: Mapped[str | None]
    stopped_by: Mapped[str | None]
    reason: Mapped[str | None]
    has_plan: Mapped[bool] = mapped_column(default=False)
    stop_requested: Mapped[bool] = mapped_column(default=False)
    ready: Mapped[bool] = mapped_column(default=True)
    """A worker may claim it now: it is accepted, or all its parts have ended."""
    size: Mapped[str] = mapped_column(default="small")
    attempt: Mapped[int] = mapped_column(default=0)
    """Tries that count; the last one included."""
    fence: Mapped[int] = mapped_column(default=0)
    """Claims so far; only ever grows, so that whoever lost a run cannot write about it."""
    trouble: Mapped[str | None]
    """What ended the last try, when a worker or solver died in it."""
    worker: Mapped[str | None]
    heartbeat_at: Mapped[datetime | None]
    question_sha256: Mapped[str | None]
    """Hash of data, scenario, question, limits and versions; equal hashes have equal answers."""
    reused_from: Mapped[str | None]
    """The run whose stored answer this one was given."""
    created_at: Mapped[datetime] = created()
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Part(Table):
    """That a run answers parts of another run's question, side by side with the others of the same round."""

    __tablename__ = "parts"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "run_id"], ["runs.workspace_id", "runs.run_id"]),
        ForeignKeyConstraint(
            ["workspace_id", "parent_id"], ["runs.workspace_id", "runs.run_id"], name="fk_parts_parent"
        ),
        UniqueConstraint("workspace_id", "parent_id", "round", "number"),
    )

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(primary_key=True)
    parent_id: Mapped[str]
    round: Mapped[int]
    number: Mapped[int]
    parts: Mapped[list[Any]]
    ends_at: Mapped[datetime]
    """When the time of its round is over."""
    question_ends_at: Mapped[datetime]
    """When the time of the whole question is over."""


class Turn(Table):
    """When a workspace last had a run taken up by a worker; who waited longest goes first."""

    __tablename__ = "turns"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    taken_at: Mapped[datetime]


class Reply(Table):
    """What a request with an Idempotency-Key was answered, so that its repetition is answered the same."""

    __tablename__ = "replies"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[str]
    status: Mapped[int]
    location: Mapped[str]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = created()


class Step(Table):
    """One line of a run's trace: how good the best plan and the bound were after so many seconds."""

    __tablename__ = "steps"
    __table_args__ = (ForeignKeyConstraint(["workspace_id", "run_id"], ["runs.workspace_id", "runs.run_id"]),)

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    attempt: Mapped[int]
    progress: Mapped[dict[str, Any]]


class OutcomeText(Table):
    """A run's answer, written once and whole: the outcome as compressed canonical JSON."""

    __tablename__ = "outcomes"
    __table_args__ = (ForeignKeyConstraint(["workspace_id", "run_id"], ["runs.workspace_id", "runs.run_id"]),)

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    content: Mapped[bytes]


class Comparison(Table):
    """Two or more plans side by side."""

    __tablename__ = "comparisons"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.workspace_id"), primary_key=True)
    comparison_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = created()


class ComparisonRun(Table):
    """One run of a comparison; positions count from 0, the first is what the others are held against."""

    __tablename__ = "comparison_runs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "comparison_id"], ["comparisons.workspace_id", "comparisons.comparison_id"]
        ),
        ForeignKeyConstraint(["workspace_id", "run_id"], ["runs.workspace_id", "runs.run_id"]),
        Index(None, "workspace_id", "run_id"),
    )

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    comparison_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str]
