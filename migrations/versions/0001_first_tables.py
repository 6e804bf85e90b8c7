"""A care table needs a place for its data, its scenarios, its runs and their answers."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workspaces",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_workspaces")),
    )
    workspaces = sa.table("workspaces", sa.column("workspace_id"), sa.column("title"), sa.column("created_at"))
    local = {"workspace_id": "local", "title": "This machine's own workspace", "created_at": time.time()}
    op.bulk_insert(workspaces, [local])
    op.create_table(
        "blobs",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_blobs_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", "sha256", name=op.f("pk_blobs")),
    )
    op.create_table(
        "datasets",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("reference_date", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("blob_sha256", sa.Text(), nullable=False),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("warnings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("box", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "blob_sha256"], ["blobs.workspace_id", "blobs.sha256"], name=op.f("fk_datasets_blobs")
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_datasets_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", "dataset_id", name=op.f("pk_datasets")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_datasets_workspace_id_number")),
    )
    op.create_table(
        "scenarios",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("scenario_id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("written", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("patch", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "dataset_id"],
            ["datasets.workspace_id", "datasets.dataset_id"],
            name=op.f("fk_scenarios_datasets"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "parent_id"],
            ["scenarios.workspace_id", "scenarios.scenario_id"],
            name="fk_scenarios_parent",
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_scenarios_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", "scenario_id", name=op.f("pk_scenarios")),
    )
    op.create_table(
        "runs",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("scenario_id", sa.Text(), nullable=False),
        sa.Column("asked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=True),
        sa.Column("progress", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("stopped_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("has_plan", sa.Boolean(), nullable=False),
        sa.Column("stop_requested", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("heartbeat_at", sa.Double(), nullable=True),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('optimal', 'feasible', 'infeasible', 'no_plan_found')", name=op.f("ck_runs_outcome")
        ),
        sa.CheckConstraint(
            "state in ('accepted', 'running', 'successful', 'failed', 'dismissed')", name=op.f("ck_runs_state")
        ),
        sa.CheckConstraint(
            "stopped_by in ('proof', 'gap', 'time_limit', 'cancel', 'memory', 'error')", name=op.f("ck_runs_stopped_by")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "scenario_id"],
            ["scenarios.workspace_id", "scenarios.scenario_id"],
            name=op.f("fk_runs_scenarios"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_runs_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", "run_id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_state_created_at"), ["state", "created_at"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"], ["runs.workspace_id", "runs.run_id"], name=op.f("fk_outcomes_runs")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "run_id", name=op.f("pk_outcomes")),
    )
    op.create_table(
        "steps",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("progress", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"], ["runs.workspace_id", "runs.run_id"], name=op.f("fk_steps_runs")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "run_id", "number", name=op.f("pk_steps")),
    )


def downgrade() -> None:
    op.drop_table("steps")
    op.drop_table("outcomes")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_runs_state_created_at"))

    op.drop_table("runs")
    op.drop_table("scenarios")
    op.drop_table("datasets")
    op.drop_table("blobs")
    op.drop_table("workspaces")
