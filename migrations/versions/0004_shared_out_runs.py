"""Runs are shared out fairly, in parts and by size, and requests may be repeated: the queue needs to know how."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW = ("ready", "size", "fence", "trouble", "question_sha256", "reused_from")


def upgrade() -> None:
    op.add_column("runs", sa.Column("ready", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("runs", sa.Column("size", sa.Text(), nullable=False, server_default="small"))
    op.add_column("runs", sa.Column("fence", sa.Integer(), nullable=False, server_default="0"))
    for name in ("trouble", "question_sha256", "reused_from"):
        op.add_column("runs", sa.Column(name, sa.Text(), nullable=True))
    op.execute("update runs set ready = (state = 'accepted'), fence = attempt")
    op.create_index(op.f("ix_runs_ready_size"), "runs", ["ready", "size"])
    op.create_index(op.f("ix_runs_workspace_id_question_sha256"), "runs", ["workspace_id", "question_sha256"])
    op.create_table(
        "parts",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("ends_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "parent_id"], ["runs.workspace_id", "runs.run_id"], name="fk_parts_parent"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"], ["runs.workspace_id", "runs.run_id"], name=op.f("fk_parts_runs")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "run_id", name=op.f("pk_parts")),
        sa.UniqueConstraint(
            "workspace_id", "parent_id", "round", "number", name=op.f("uq_parts_workspace_id_parent_id_round_number")
        ),
    )
    op.create_table(
        "turns",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_turns_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_turns")),
    )
    op.create_table(
        "replies",
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.workspace_id"], name=op.f("fk_replies_workspaces")),
        sa.PrimaryKeyConstraint("workspace_id", "idempotency_key", name=op.f("pk_replies")),
    )


def downgrade() -> None:
    op.drop_table("replies")
    op.drop_table("turns")
    op.drop_table("parts")
    op.drop_index(op.f("ix_runs_workspace_id_question_sha256"), "runs")
    op.drop_index(op.f("ix_runs_ready_size"), "runs")
    for name in reversed(NEW):
        op.drop_column("runs", name)
